"""Decodes, crops and resizes the images of a large data set ahead of time, into a file that training reads from.

ganzoo prepare --dataset=photos --data_shape=64,64,3
ganzoo prepare --dataset=celeb_a --data_shape=64,64,3 --crop=108 --splits=train,test

`ganzoo train` does the same at its first start. An interrupted preparation goes on with the same command.
"""

from absl import flags

from ganzoo.commands.support import cli, data_flags


def define_flags() -> None:
    """Defines the flags of this script."""
    data_flags.define("A folder of images, a .npy file, or the name of a TFDS image set.", holdout=False)
    flags.DEFINE_list(
        "data_shape", None, "Height,width,channels to which images are resized. Default: their own shape."
    )
    flags.DEFINE_list("splits", ["train"], "The splits to prepare.")


if __name__ == "__main__":
    cli.read_flags(define_flags, "The same command goes on from here.")  # before the imports that take seconds

import time

from ganzoo import data
from ganzoo.commands.support.config import parse_shape
from ganzoo.data.mapped import MappedImages


def prepare(dataset: data_flags.Dataset, split: str = "train", data_shape: tuple[int, ...] | None = None) -> str:
    """Prepares a split and returns a sentence that says what was done, and where the images are.

    Raises:
        ValueError: as `ganzoo.data.examples` does, for instance if an image cannot be read.
    """
    start = time.monotonic()
    found = dataset.read(split, data_shape)
    if isinstance(found, data.ImagePairs):
        return f"{dataset}, {split}: {len(found):,} pairs of {_shape(found)}."
    if not isinstance(found.images, MappedImages):
        return (
            f"{dataset}, {split}: {len(found):,} examples of {_shape(found)}, which are so small that each start reads "
            "them into memory; nothing is prepared."
        )
    return (
        f"{dataset}, {split}: {len(found):,} images of {_shape(found)} in {found.images.filename}, after "
        f"{time.monotonic() - start:.1f} seconds."
    )


def _shape(found):
    return " x ".join(map(str, found.shape))


def main(args: flags.FlagValues) -> None:
    """Prepares each split that the flags name."""
    for split in args.splits:
        print(prepare(data_flags.chosen(args), split, parse_shape(args.data_shape)))


if __name__ == "__main__":
    main(flags.FLAGS)
