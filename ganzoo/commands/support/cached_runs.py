"""Keeps the results of runs in their folders, so that no run of a table is trained twice; and statistics of them."""

import json
import math
import statistics
from collections.abc import Callable, Iterable, Sequence

import numpy as np

import ganzoo
from ganzoo.files import AnyPath, as_path, local_copy, read_json, write_json


def load_or_run(folder: AnyPath | str, settings: dict, run: Callable[[], dict], arrays: Sequence[str] = ()) -> dict:
    """Returns the results of `run()`: from the folder if they are there with the same settings, else by running it.

    What is damaged in the folder is made again, by another run. `arrays` are names of .npy files that `run` writes to
    the folder.
    """
    path, settings = as_path(folder) / "entry.json", json.loads(json.dumps(settings))
    if path.exists():
        try:
            entry = read_json(path, "it is made again")
            if entry.get("asked") == settings and isinstance(entry.get("figures"), dict):
                for name in arrays:
                    _check_array(path.with_name(name))
                return entry["figures"]
        except ValueError as damage:
            print(damage)
    results = run()
    write_json(path, {"asked": settings, "figures": results})
    return results


def load_array(path: AnyPath) -> np.ndarray:
    """Returns the array in a .npy file."""
    with local_copy(path) as file:
        return np.load(file)


def _check_array(path):
    try:
        load_array(path)
    except (OSError, ValueError, EOFError) as error:
        raise ValueError(f"{path} is missing or damaged: it is made again.") from error


class Unfinished:
    """A run that is not at its end: the model and the curve at the last measurement, in the folder of the run.

    Args:
        folder: of the run.
        settings: of the run. What other settings left in the folder is not used.
    """

    def __init__(self, folder: AnyPath, settings: dict):
        self.folder, self.settings = as_path(folder), json.loads(json.dumps(settings))
        self.record = self.folder / "unfinished.json"

    def load(self) -> tuple[ganzoo.Game, list[dict]] | None:
        """Returns the model and the curve, or None if there are none, or if they are damaged."""
        if not self.record.exists():
            return None
        try:
            found = read_json(self.record, "the run begins anew")
            if found.get("asked") != self.settings:
                return None
            return ganzoo.load(self.folder / found["model"]), found["curve"]
        except (ValueError, OSError, KeyError) as damage:
            print(f"{damage} The run begins anew.")
            return None

    def save(self, game: ganzoo.Game, curve: list[dict]) -> None:
        """Writes a model of another name first, then the record of it, so that they always belong together."""
        name = f"unfinished-{len(curve)}.keras"
        game.save(self.folder / name)
        write_json(self.record, {"asked": self.settings, "model": name, "curve": curve})
        for path in self.folder.glob("unfinished-*.keras"):
            if path.name != name:
                path.unlink()

    def remove(self) -> None:
        """Deletes what was saved, once the run is at its end."""
        for path in (self.record, *self.folder.glob("unfinished-*.keras")):
            path.unlink(missing_ok=True)


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float | None]:
    """Returns the mean and the sample standard deviation, None for a single value or if a value is infinite."""
    is_known = len(values) > 1 and all(map(math.isfinite, values))
    return statistics.fmean(values), statistics.stdev(values) if is_known else None


def error_bar(values: Iterable[float]) -> float | None:
    """Returns half the width of the mean's 95 % interval, 1.96 standard errors; None for a single value."""
    values = [float(value) for value in values]
    return 1.96 * statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else None
