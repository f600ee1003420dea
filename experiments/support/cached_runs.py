"""Keeps the results of runs in their folders, so that no run of a table is trained twice; and statistics of them."""

import json
import math
import pathlib
import statistics
from collections.abc import Callable, Iterable, Sequence

from ganzoo.files import write_json


def load_or_run(folder: pathlib.Path | str, settings: dict, run: Callable[[], dict]) -> dict:
    """Returns the results of `run()`: from the folder if they are there with the same settings, else by running it."""
    path, settings = pathlib.Path(folder) / "entry.json", json.loads(json.dumps(settings))
    if path.exists() and (entry := json.loads(path.read_text()))["asked"] == settings:
        return entry["figures"]
    results = run()
    write_json(path, {"asked": settings, "figures": results})
    return results


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float | None]:
    """Returns the mean and the sample standard deviation, None for a single value or if a value is infinite."""
    is_known = len(values) > 1 and all(map(math.isfinite, values))
    return statistics.fmean(values), statistics.stdev(values) if is_known else None


def error_bar(values: Iterable[float]) -> float | None:
    """Returns half the width of the mean's 95 % interval, 1.96 standard errors; None for a single value."""
    values = [float(value) for value in values]
    return 1.96 * statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else None
