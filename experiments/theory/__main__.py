"""Checks the theory of the first GAN paper numerically: a figure for each part, and all numbers in theory.json.

python -m experiments.theory
python -m experiments.theory --parts=figure_1,collapse --workdir=runs/theory

If the script is stopped, the same command continues with the part where it was. Parts by the same commit and versions
are kept: to run them again, choose another --workdir.
"""

from absl import flags

from experiments.support import listed_names
from ganzoo.commands.support import cli


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_list("parts", list(listed_names.THEORY), f"Some of: {', '.join(listed_names.THEORY)}.")
    flags.DEFINE_string("workdir", "runs/theory", "Folder for the figures and theory.json.")
    flags.DEFINE_integer("seed", 0, "Seed of all random numbers.", lower_bound=0)


if __name__ == "__main__":
    cli.read_flags(define_flags, "To continue, run the same command.")  # before the imports that take seconds

import time
from collections.abc import Sequence

from tqdm import tqdm

from experiments.theory import descent, failures, optimum
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.locks import hold
from ganzoo.files import AnyPath, as_path, read_json, write_json
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


def run_parts(workdir: AnyPath | str, parts: Sequence[str] = tuple(PARTS), seed: int = 0) -> dict:
    """Runs some parts, and returns the content of theory.json: their numbers, and those of parts that ran earlier.

    A part that ran earlier with the same seed and versions is not run again.

    Raises:
        ValueError: for an unknown part.
    """
    for name in parts:
        if name not in PARTS:
            raise ValueError(nearest("part", name, PARTS))
    workdir = as_path(workdir)
    path = workdir / "theory.json"
    numbers = read_json(path, "delete it, and run the parts again") if path.exists() else {}
    about = {"seed": seed, "versions": versions()}
    for name in (bar := tqdm(parts, unit="part")):
        bar.set_description(name)
        if {key: numbers.get(name, {}).get(key) for key in about} == about:
            continue
        start = time.time()
        found = PARTS[name](workdir, seed)
        numbers[name] = {"numbers": found, "seconds": round(time.time() - start, 1)} | about
        write_json(path, numbers)
    return numbers


def main(args: flags.FlagValues) -> None:
    """Runs the parts and prints their numbers."""
    with hold(args.workdir, "theory"):
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
