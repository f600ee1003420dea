"""Trains networks on large images for a few steps: the memory that they need, and the seconds of a step.

python -m experiments.large_images
python -m experiments.large_images --sides=256 --variants=stylegan2,fastgan --width=8

The images are random, since neither memory nor time depends on what they show. Each network is trained in a process of
its own, on Linux. Writes results.json and results.md. If the script is stopped, the same command continues.
"""

from absl import flags

from ganzoo.commands.support import cli

VARIANTS = ("dcgan", "sagan", "biggan", "r3gan", "stylegan2", "fastgan")


def define_flags() -> None:
    """Defines the flags of this script."""
    flags.DEFINE_list("variants", list(VARIANTS), "The variants to train.")
    flags.DEFINE_list("sides", ["256", "512"], "The heights and widths of the images.")
    flags.DEFINE_integer("width", 8, "The width of all networks, which that of the papers exceeds.", lower_bound=1)
    flags.DEFINE_integer("batch_size", 4, "Images per batch.", lower_bound=1)
    flags.DEFINE_integer("steps", 20, "The number of steps.", lower_bound=2)
    flags.DEFINE_string("one", None, "A variant that this process trains itself, on images of the first of --sides.")
    flags.DEFINE_string("workdir", "runs/large_images", "Folder for the results.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "To continue, run the same command.")  # before the imports that take seconds

import json
import sys
import time

import numpy as np

import ganzoo
from experiments.support.watched_process import peak_gib, run_watched
from ganzoo.commands.support.cached_runs import load_or_run
from ganzoo.commands.support.config import versions
from ganzoo.commands.support.locks import hold
from ganzoo.files import as_path, atomic_write, write_json

SETTINGS = {"dcgan": {"architecture": "resnet"}}
"""Settings that a variant needs at these sides. The networks of DCGAN's paper end at 128 pixels."""


def train(variant: str, side: int, width: int, batch_size: int, steps: int) -> dict:
    """Trains a variant on random images (side, side, 3); returns its size, seconds and memory.

    "seconds" are those of a step after the first one, "first" those until the first step has ended, and "peak_gib" is
    the most memory of the process.
    """
    start = time.time()
    gan = ganzoo.create(variant, (side, side, 3), seed=0, width=width, **SETTINGS.get(variant, {}))
    gan.steps_per_execution = 1  # so that both calls of `fit` run the same trace
    images = np.random.default_rng(0).uniform(-1, 1, (batch_size, side, side, 3)).astype("float32")
    gan.fit(images, batch_size=batch_size, verbose=0)
    first = time.time() - start
    start = time.time()
    gan.fit(np.repeat(images, steps - 1, axis=0), batch_size=batch_size, verbose=0)
    weights = {
        player: sum(int(np.prod(one.shape)) for one in network.weights) for player, network in gan.players.items()
    }
    finite = all(np.isfinite(weight).all() for weight in gan.get_weights())
    return {
        "seconds": (time.time() - start) / (steps - 1),
        "first": first,
        "peak_gib": peak_gib(),
        "weights": weights,
        "steps": int(gan.step.numpy()),
        "finite": finite,
    }


def table(results: dict[str, dict]) -> str:
    """Returns the results as a table in Markdown."""
    lines = ["| network | side | weights | first step, s | step, s | memory, GiB |", "|---|---|---|---|---|---|"]
    for found in results.values():
        count = " + ".join(f"{value / 1e6:.2f} M" for value in found["weights"].values())
        lines.append(
            f"| `{found['variant']}` | {found['side']} | {count} | {found['first']:.0f} | {found['seconds']:.2f} | "
            f"{found['peak_gib']:.1f} |"
        )
    return "\n".join(lines)


def main(args: flags.FlagValues) -> None:
    """Trains all networks in processes of their own, and prints the table."""
    if args.one:
        print(json.dumps(train(args.one, int(args.sides[0]), args.width, args.batch_size, args.steps)))
        return
    workdir, results = as_path(args.workdir), {}
    sizes = [f"--width={args.width}", f"--batch_size={args.batch_size}", f"--steps={args.steps}"]
    with hold(workdir, "large_images"):
        for side in args.sides:
            for variant in args.variants:
                about = {"variant": variant, "side": int(side), "sizes": sizes, "versions": versions()}
                one = [f"--one={variant}", f"--sides={side}", *sizes]
                command = [sys.executable, "-m", "experiments.large_images", *one]
                name = f"{variant}-{side}"
                results[name] = load_or_run(workdir / name, about, lambda command=command: run_watched(command)) | about
                print(name, flush=True)
        write_json(workdir / "results.json", results)
        with atomic_write(workdir / "results.md") as path:
            path.write_text(table(results) + "\n")
    print(table(results))


if __name__ == "__main__":
    main(flags.FLAGS)
