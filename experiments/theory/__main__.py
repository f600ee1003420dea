"""Every part of experiments.theory, with a figure for each and theory.json.

python -m experiments.theory
python -m experiments.theory --parts=figure_1,collapse --workdir=runs/theory
"""

import json
import pathlib
import time

from absl import flags
from tqdm import tqdm

from experiments.support import cli
from experiments.support.config import versions
from experiments.theory import descent, failures, optimum
from ganzoo.files import write_json
from ganzoo.registry import nearest

PARTS = {
    part.__name__: part
    for part in (
        optimum.proposition_1,
        optimum.theorem_1,
        optimum.divergences,
        optimum.f_gan,
        descent.proposition_2,
        descent.figure_1,
        failures.saturation,
        failures.collapse,
    )
}


def show(workdir, parts=tuple(PARTS), seed=0):
    """Runs those parts; theory.json in the workdir holds their numbers, and those of parts that ran before.

    Raises ValueError for an unknown part.
    """
    for name in parts:
        if name not in PARTS:
            raise ValueError(nearest("part", name, PARTS))
    workdir = pathlib.Path(workdir)
    path = workdir / "theory.json"
    numbers = json.loads(path.read_text()) if path.exists() else {}
    for name in (bar := tqdm(parts, unit="part")):
        bar.set_description(name)
        start = time.time()
        found = PARTS[name](workdir, seed)
        about = {"seed": seed, "seconds": round(time.time() - start, 1), "versions": versions()}
        numbers[name] = {"numbers": found} | about
        write_json(path, numbers)
    return numbers


def define_flags():
    """Of this script."""
    flags.DEFINE_list("parts", list(PARTS), "What to show.")
    flags.DEFINE_string("workdir", "runs/theory", "Where the figures and theory.json go.")
    flags.DEFINE_integer("seed", 0, "Names all random numbers.", lower_bound=0)


def main(given):
    """Shows what the flags say."""
    numbers = show(given.workdir, given.parts, given.seed)
    for name in given.parts:
        print(f"\n{name}")
        for what, found in numbers[name]["numbers"].items():
            print(f"  {what}: {_text(found)}")
    print(f"\nFigures and theory.json are in {given.workdir}.")


def _text(found):
    if isinstance(found, dict):
        return ", ".join(f"{name} {_text(value)}" for name, value in found.items())
    if isinstance(found, list):
        return " to ".join(map(_text, found))
    return f"{found:.4g}" if isinstance(found, float) else str(found)


if __name__ == "__main__":
    cli.start(define_flags, main)
