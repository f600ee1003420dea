"""Tries every bad input, and prints how many got a clear sentence, an ugly one, silence, or no answer in time.

python -m tests.bad_inputs                       # all, some 15 minutes
python -m tests.bad_inputs settings shapes       # these families
"""

import collections
import itertools
import json
import os
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading

from . import commands, datasets, files, games, given_data, measures, presets, settings  # noqa: F401
from .judging import CLEAR, HUNG, SECONDS, SILENT, UGLY, families, judge

VERDICTS = (CLEAR, UGLY, SILENT, HUNG)


def try_family(name, first):
    """Prints a line of JSON before each case of a family, from the first to be tried on, and one after it."""
    for place, (case, call) in enumerate(families()[name]()):
        if place < first:
            continue
        print(json.dumps({"begins": place, "case": case}), flush=True)
        with tempfile.TemporaryDirectory() as folder:
            verdict, answer = judge(call, pathlib.Path(folder))
        print(json.dumps({"case": case, "verdict": verdict, "answer": answer[:2000]}), flush=True)


def results_of(name):
    """Yields {"case", "verdict", "answer"} for each case of a family, in a process that is replaced where it dies."""
    first = 0
    while first is not None:
        command = [sys.executable, "-m", __package__, "--family", name, str(first)]
        first, current = None, None
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            for found in _lines(process):
                if found is None:  # even an alarm did not end the case
                    break
                current = found if "begins" in found else None
                if current is None:
                    yield found
            process.kill()
        if current:
            verdict = HUNG if found is None else UGLY
            yield {"case": current["case"], "verdict": verdict, "answer": "the process had to be killed, or died"}
            first = current["begins"] + 1


def _lines(process):
    """Yields the objects that a process prints as lines of JSON, and None if it says nothing for twice the limit."""
    lines = queue.SimpleQueue()

    def read():
        for line in itertools.chain(process.stdout, [""]):
            lines.put(line)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=2 * SECONDS)
        except queue.Empty:
            yield None
            return
        if not line:
            return
        if line.startswith("{"):
            yield json.loads(line)


def main(names):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    counts, bad = {}, []
    for name in names or families():
        verdicts = counts[name] = collections.Counter()
        for result in results_of(name):
            verdicts[result["verdict"]] += 1
            if result["verdict"] != CLEAR:
                bad.append((name, result))
                print(f"{result['verdict']:7s} {name}: {result['case']}: {result['answer'][:300]!r}", flush=True)
    print(f"\n{'':20s}" + "".join(f"{verdict:>8s}" for verdict in VERDICTS))
    for name, verdicts in [*counts.items(), ("all", sum(counts.values(), collections.Counter()))]:
        print(f"{name:20s}" + "".join(f"{verdicts[verdict]:8d}" for verdict in VERDICTS))
    return len(bad)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--family"]:
        try_family(sys.argv[2], int(sys.argv[3]))
    else:
        main(sys.argv[1:])
