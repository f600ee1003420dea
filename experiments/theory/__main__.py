"""Checks the theory of the first GAN paper numerically: a figure for each part, and all numbers in theory.json.

python -m experiments.theory
python -m experiments.theory --parts=figure_1,collapse --workdir=runs/theory
"""

from absl import flags

from experiments.support import cli, flag_values


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_list("parts", list(flag_values.THEORY), f"The parts to run, some of: {', '.join(flag_values.THEORY)}.")
    flags.DEFINE_string("workdir", "runs/theory", "Folder for the figures and theory.json.")
    flags.DEFINE_integer("seed", 0, "Seed of all random numbers.", lower_bound=0)


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

import json
import pathlib
import time
from collections.abc import Sequence

from tqdm import tqdm

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


def run_parts(workdir: pathlib.Path | str, parts: Sequence[str] = tuple(PARTS), seed: int = 0) -> dict:
    """Runs some parts, and returns the content of theory.json: their numbers, and those of parts that ran earlier.

    Raises:
        ValueError: for an unknown part.
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


def main(args: flags.FlagValues) -> None:
    """Runs the parts and prints their numbers."""
    numbers = run_parts(args.workdir, args.parts, args.seed)
    for name in args.parts:
        print(f"\n{name}")
        for what, found in numbers[name]["numbers"].items():
            print(f"  {what}: {_format(found)}")
    print(f"\nFigures and theory.json are in {args.workdir}.")


def _format(found):
    if isinstance(found, dict):
        return ", ".join(f"{name} {_format(value)}" for name, value in found.items())
    if isinstance(found, list):
        return " to ".join(map(_format, found))
    return f"{found:.4g}" if isinstance(found, float) else str(found)


if __name__ == "__main__":
    main(flags.FLAGS)
