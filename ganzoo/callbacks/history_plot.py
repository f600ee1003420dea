"""The numbers of a run as a table and as curves."""

import csv
import time
from pathlib import Path

import keras

from ganzoo.callbacks.figures import curves
from ganzoo.files import atomic_write
from ganzoo.images import save_png

SECONDS_BETWEEN_DRAWINGS = 10


class HistoryPlot(keras.callbacks.Callback):
    """Leaves `folder/history.csv`, a row for each epoch, and `folder/curves.png`, which draws it.

    Columns: `epoch` (from 0, as Keras counts), `seconds` (the epoch's duration), and every log. A run that resumes at
    epoch e keeps the rows before e, and goes on after them; a log that is new, or missing in some epochs, leaves
    empty cells. The curves are drawn every 10 seconds at most, and at the end.

    Raises ValueError, before the first epoch, where `history.csv` is another kind of table.
    """

    chief_only = True

    def __init__(self, folder):
        super().__init__()
        self.folder = Path(folder)

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

    def draw(self):
        save_png(self.folder / "curves.png", curves(self.rows))
        self.drawn = time.monotonic()


def read(path):
    """The rows of a `history.csv` as dicts of numbers, without the empty cells; no rows if there is no such file."""
    if not Path(path).exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        try:
            rows = [{name: float(cell) for name, cell in row.items() if cell} for row in csv.DictReader(file)]
            return [row | {"epoch": int(row["epoch"])} for row in rows]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} is not a history of epochs; move it away, or choose another folder.") from error


def write(path, rows):
    """Writes rows, dicts of numbers, under the union of their names."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with atomic_write(path) as part, open(part, "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, names)
        table.writeheader()
        table.writerows(rows)
