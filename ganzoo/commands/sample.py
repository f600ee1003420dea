"""Draws new examples from a checkpoint, and saves them as an image grid (PNG) and as numbers (.npz).

ganzoo sample --checkpoint=runs/nsgan-digits-1 --count=100 --seed=7
"""

from absl import flags

from ganzoo.commands.support import cli


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file, or the workdir of a run (for its newest checkpoint).")
    flags.DEFINE_integer(
        "count", None, "Number of examples. Default: one for each of several labels, or else 64.", lower_bound=1
    )
    flags.DEFINE_integer("seed", 0, "Random seed: the same seed draws the same examples.", lower_bound=0)
    flags.DEFINE_list(
        "labels",
        None,
        "Classes for a conditional variant, by name or number: one for all examples, or one for each. Default: all "
        "classes in turn.",
    )
    flags.DEFINE_float(
        "truncation",
        None,
        "Better but less diverse examples: below 1 for generators with styles, a bound of normal latents for others.",
        lower_bound=0,
    )
    flags.DEFINE_string(
        "out", None, "Path of the files, without extension. Default: samples-seedN in the folder of --checkpoint."
    )


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

from collections.abc import Sequence

import numpy as np

from ganzoo import images
from ganzoo.commands.support.labels import Label, parse_list
from ganzoo.commands.support.workdir import load_model, results_folder
from ganzoo.files import AnyPath, as_path, atomic_write
from ganzoo.games.pictures import draw_samples, names_of_samples


def draw(
    checkpoint: AnyPath | str,
    count: int | None = None,
    seed: int = 0,
    out: AnyPath | str | None = None,
    labels: Label | Sequence[Label] | None = None,
    truncation: float | None = None,
) -> list[AnyPath]:
    """Writes `out`.npz with the array `images` (count, *data_shape), and `out`.png if they are images.

    A translation writes the arrays `a` and `b`, and draws them side by side. If a conditional variant has the names of
    its classes, the picture shows them. `labels` are names or numbers, also as texts, of which one stands for all;
    `truncation` is that of `gan.sample`, for variants that have one.

    Returns the paths of the files.
    """
    out = as_path(out) if out else results_folder(checkpoint) / f"samples-seed{seed}"
    gan = load_model(checkpoint)
    labels = parse_list(labels, getattr(gan, "class_names", None))
    count = count or (len(labels) if isinstance(labels, list) else 64)
    settings = {} if truncation is None else {"truncation": truncation}
    examples = gan.sample(count, labels=labels, seed=seed, **settings)
    paths = [out.with_name(out.name + ".npz")]
    with atomic_write(paths[0]) as path:
        np.savez_compressed(path, **(examples if isinstance(examples, dict) else {"images": examples}))
    if images.drawable(gan.data_shape):
        paths.append(out.with_name(out.name + ".png"))
        images.save_png(paths[1], draw_samples(examples, names=names_of_samples(gan, count, labels)))
    return paths


def main(args: flags.FlagValues) -> None:
    """Draws the examples and prints the paths of the files."""
    print(*draw(args.checkpoint, args.count, args.seed, args.out, args.labels, args.truncation), sep="\n")


if __name__ == "__main__":
    main(flags.FLAGS)
