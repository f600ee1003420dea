"""Draws new examples from a checkpoint: a grid as PNG and the numbers as .npz.

python -m experiments.sample --checkpoint=runs/nsgan-digits-1 --count=100 --seed=7
"""

import pathlib

import numpy as np
from absl import flags

import ganzoo
from experiments.support import cli
from experiments.support.run import find, folder_of
from ganzoo import images
from ganzoo.files import atomic_write


def draw(checkpoint, count=64, seed=0, out=None, labels=None):
    """Writes `out`.npz, holding `images` (count, *data_shape), and, of images, `out`.png; returns the paths."""
    out = pathlib.Path(out) if out else folder_of(checkpoint) / f"samples-seed{seed}"
    gan = ganzoo.load(find(pathlib.Path(checkpoint)))
    examples = gan.sample(count, labels=labels, seed=seed)
    paths = [out.with_name(out.name + ".npz")]
    with atomic_write(paths[0]) as beside:
        np.savez_compressed(beside, images=examples)
    if images.drawable(gan.data_shape):
        paths.append(out.with_name(out.name + ".png"))
        images.save_png(paths[1], images.grid(images.side_by_side(examples)))
    return paths


def parse_labels(texts):
    """None, one int, or a list of them, from a flag's list of strings."""
    try:
        labels = [int(text) for text in texts or []]
    except ValueError:
        raise ValueError(f"--labels are integers, for instance 3 or 0,1,2; got {','.join(texts)}.") from None
    return (labels[0] if len(labels) == 1 else labels) if labels else None


def define_flags():
    """Of this script."""
    flags.DEFINE_string(
        "checkpoint", None, "A .keras file, or the workdir of a run (its newest checkpoint).", required=True
    )
    flags.DEFINE_integer("count", 64, "How many examples.", lower_bound=1)
    flags.DEFINE_integer("seed", 0, "The same seed draws the same examples.", lower_bound=0)
    flags.DEFINE_list(
        "labels",
        None,
        "Classes for a conditional variant: one for all examples, or one for each. Default: each in turn.",
    )
    flags.DEFINE_string("out", None, "Path without its ending. Default: samples-seedN in the folder of --checkpoint.")


def main(given):
    """Draws as the flags say."""
    paths = draw(given.checkpoint, given.count, given.seed, given.out, parse_labels(given.labels))
    print(*paths, sep="\n")


if __name__ == "__main__":
    cli.start(define_flags, main)
