"""The logs of a run as a table and as curves."""

import csv
import os
import time

import keras

from ganzoo.callbacks.figures import curves
from ganzoo.files import as_path, atomic_write
from ganzoo.images import save_png

SECONDS_BETWEEN_DRAWINGS = 10


class HistoryPlot(keras.callbacks.Callback):
    """Writes the logs of each epoch to `folder/history.csv`, and plots them in `folder/curves.png`.

    The columns are `epoch` (from 0, as Keras counts), `seconds` (the epoch's duration), and every log. A run that
    resumes at epoch e keeps the rows before e and continues after them. If a log is new, or missing in some epochs, its
    other cells are empty. The curves are drawn at most every 10 seconds, and at the end of training.

    Args:
        folder: where both files are written; it is created if necessary.

    Raises ValueError, before the first epoch, if `history.csv` is another kind of table.
    """

    chief_only = True

    def __init__(self, folder: str | os.PathLike):
        super().__init__()
        self.folder = as_path(folder)

    def on_train_begin(self, logs=None):
        self.rows = None
        self.drawn = -SECONDS_BETWEEN_DRAWINGS

    def on_epoch_begin(self, epoch, logs=None):
        if self.rows is None:
            self.rows = [row for row in read(self.folder / "history.csv") if row["epoch"] < epoch]
        self.begun = time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        seconds = round(time.monotonic() - self.begun, 3)
        self.rows.append({"epoch": epoch, "seconds": seconds, **(logs or {})})
        write(self.folder / "history.csv", self.rows)
        if time.monotonic() - self.drawn >= SECONDS_BETWEEN_DRAWINGS:
            self.draw()

    def on_train_end(self, logs=None):
        if self.rows:
            self.draw()

    def draw(self) -> None:
        """Plots all epochs so far."""
        save_png(self.folder / "curves.png", curves(self.rows))
        self.drawn = time.monotonic()


def read(path: str | os.PathLike) -> list[dict]:
    """Reads a `history.csv` as dicts of numbers, without empty cells; returns no rows if there is no such file.

    Raises ValueError if the file is damaged, or is another kind of table.
    """
    if not as_path(path).exists():
        return []
    with as_path(path).open(newline="", encoding="utf-8") as file:
        try:
            names, *lines = csv.reader(file)
            names.index("epoch")
            rows = [
                {name: float(cell) for name, cell in zip(names, line, strict=True) if cell} for line in lines if line
            ]
            return [row | {"epoch": int(row["epoch"])} for row in rows]
        except (KeyError, TypeError, ValueError, OverflowError, csv.Error) as error:
            raise ValueError(
                f"{path} is damaged, or is not a history of epochs: move it, or choose another folder."
            ) from error


def write(path: str | os.PathLike, rows: list[dict]) -> None:
    """Writes rows, dicts of numbers, with one column for each name that occurs in any of them."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with atomic_write(path) as part, open(part, "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, names)
        table.writeheader()
        table.writerows(rows)
