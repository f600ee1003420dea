"""Runs of a table that are trained once: what one found is kept in its folder, and read from there the next time."""

import json
import math
import pathlib
import statistics

from ganzoo.files import write_json


def once(folder, asked, find):
    """The dict that `find()` returns, or that it returned earlier, when the same was `asked` in this folder."""
    done, asked = pathlib.Path(folder) / "entry.json", json.loads(json.dumps(asked))
    if done.exists() and (entry := json.loads(done.read_text()))["asked"] == asked:
        return entry["figures"]
    found = find()
    write_json(done, {"asked": asked, "figures": found})
    return found


def mean_and_deviation(values):
    """(mean, sample standard deviation), floats; the deviation is None of one value, or where one is infinite."""
    known = len(values) > 1 and all(map(math.isfinite, values))
    return statistics.fmean(values), statistics.stdev(values) if known else None


def bar(values):
    """Half the width of the mean's 95 % interval, 1.96 standard errors, a float; None of one value."""
    return 1.96 * statistics.stdev(map(float, values)) / len(values) ** 0.5 if len(values) > 1 else None
