"""Draws new examples from a checkpoint, and saves them as an image grid (PNG) and as numbers (.npz).

python -m experiments.sample --checkpoint=runs/nsgan-digits-1 --count=100 --seed=7
"""

from absl import flags

from experiments.support import cli


def define_flags() -> None:
    """Defines the flags of this script."""
    cli.define_checkpoint("A .keras file, or the workdir of a run (for its newest checkpoint).")
    flags.DEFINE_integer("count", 64, "Number of examples.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "Random seed: the same seed draws the same examples.", lower_bound=0)
    flags.DEFINE_list(
        "labels",
        None,
        "Classes for a conditional variant: one for all examples, or one for each. Default: all classes in turn.",
    )
    flags.DEFINE_string(
        "out", None, "Path of the files, without extension. Default: samples-seedN in the folder of --checkpoint."
    )


if __name__ == "__main__":
    cli.read_flags(define_flags)  # before the imports that take seconds

from collections.abc import Sequence

import numpy as np

import ganzoo
from experiments.support.workdir import find_checkpoint, results_folder
from ganzoo import images
from ganzoo.files import AnyPath, as_path, atomic_write


def draw(
    checkpoint: AnyPath | str,
    count: int = 64,
    seed: int = 0,
    out: AnyPath | str | None = None,
    labels: int | Sequence[int] | None = None,
) -> list[AnyPath]:
    """Writes `out`.npz with the array `images` (count, *data_shape), and `out`.png if they are images.

    A translation writes the arrays `a` and `b`, and draws them side by side.

    Returns the paths of the files.
    """
    out = as_path(out) if out else results_folder(checkpoint) / f"samples-seed{seed}"
    gan = ganzoo.load(find_checkpoint(checkpoint))
    examples = gan.sample(count, labels=labels, seed=seed)
    paths = [out.with_name(out.name + ".npz")]
    with atomic_write(paths[0]) as path:
        np.savez_compressed(path, **(examples if isinstance(examples, dict) else {"images": examples}))
    if images.drawable(gan.data_shape):
        paths.append(out.with_name(out.name + ".png"))
        images.save_png(paths[1], images.grid(images.side_by_side(examples)))
    return paths


def parse_labels(texts: Sequence[str] | None) -> int | list[int] | None:
    """Returns the labels in a flag's list of strings: one integer, a list of several, or None."""
    try:
        labels = [int(text) for text in texts or []]
    except ValueError:
        raise ValueError(f"--labels are integers, for instance 3 or 0,1,2; got {','.join(texts)}.") from None
    return (labels[0] if len(labels) == 1 else labels) if labels else None


def main(args: flags.FlagValues) -> None:
    """Draws the examples and prints the paths of the files."""
    print(*draw(args.checkpoint, args.count, args.seed, args.out, parse_labels(args.labels)), sep="\n")


if __name__ == "__main__":
    main(flags.FLAGS)
