"""Data sets by name: built-in ones, the user's own files and arrays, and those of TensorFlow Datasets.

>>> import ganzoo.data
>>> ganzoo.data.names()
['digits', 'gaussian_1d', 'grid', 'outlined_digits', 'recoloured_digits', 'ring', 'stacked_digits']
>>> ganzoo.data.load("digits", batch_size=64, data_shape=(32, 32, 1)).element_spec.shape
TensorShape([64, 32, 32, 1])
"""

import os

import tensorflow as tf

from ganzoo.arguments import check_count
from ganzoo.data import catalogue
from ganzoo.data.arrays import from_arrays as from_arrays
from ganzoo.data.catalogue import DATASETS
from ganzoo.data.examples import Examples
from ganzoo.data.examples import NoSplitError as NoSplitError
from ganzoo.data.holdout import held_out
from ganzoo.data.image_pairs import ImagePairs
from ganzoo.data.image_pairs import outlined as outlined
from ganzoo.data.label_subsets import keep_labels as keep_labels
from ganzoo.data.pipeline import batches
from ganzoo.data.pipeline import shared_batches as shared_batches
from ganzoo.data.recolouring import recoloured as recoloured
from ganzoo.data.resizing import resize as resize
from ganzoo.data.sources import CACHE, ReadingOptions

register = DATASETS.register
names = DATASETS.names


def examples(
    name: object,
    split: str = "train",
    data_shape: tuple[int, int, int] | None = None,
    crop: int | None = None,
    holdout: int = 0,
    skip_broken: bool = False,
    cache_dir: str | os.PathLike = CACHE,
) -> Examples | ImagePairs:
    """Reads one split of a data set: into memory, or, if it is larger than 256 MB, into a file that is memory-mapped.

    Images of large folders and TFDS sets are decoded, cropped and resized once, and found in the cache from then on
    (`ganzoo.data.prepared`). `ganzoo prepare` does so ahead of time.

    Args:
        name: one of the following, which are tried in this order:

            - `Examples`, `ImagePairs`, an array (N, ...) or a tuple (images, labels), which are used for any split;
            - one of `names()`, to which `@ganzoo.data.register` adds a function from a split to `Examples`;
            - the path of a folder of images (see `ganzoo.data.folder`), or of a .npy or .npz file
              (`ganzoo.data.arrays`);
            - "stacked:NAME", which stacks three grey images of another set as channels (`ganzoo.data.stacked`);
            - a name of `pairs`;
            - the name of an image set of TensorFlow Datasets (`ganzoo.data.tfds`).
        split: "train" or "test", or another split that the data set has.
        data_shape: (H, W, C), to which images are cropped and resized; None leaves them unchanged.
        crop: the side of the central square that is cut out of each image first, such as CelebA's usual 108 or 178. By
            default, the largest central part with the aspect ratio of `data_shape` is kept.
        holdout: how many images of the split "train" to hold out, the same ones as long as the data have as many. They
            are the split "test", even if the data have one, and the others are "train".
        skip_broken: whether to leave out image files that cannot be read, with a warning, instead of refusing them.
        cache_dir: the folder for prepared images, on a local disk.

    Raises:
        TypeError: if `name` is not one of these, `split` is not a string, or `data_shape` not a tuple of integers.
        NoSplitError: if the data set does not have the split, a ValueError.
        ValueError: if the name is unknown, if the data cannot have that shape, if they cannot be read, or if there are
            too few examples to hold out so many.
        OSError: if the images cannot be prepared in `cache_dir`, or if a file cannot be read for now.
        ConnectionError: if a data set must be downloaded and cannot be.

    >>> examples("digits", "test", data_shape=(16, 16, 1)).images.shape
    (297, 16, 16, 1)
    """
    if not isinstance(split, str):
        raise TypeError(f'`split` must be a string, got {split!r}; choose "train" or "test".')
    options = ReadingOptions(data_shape, crop, skip_broken, cache_dir)
    if check_count("holdout", holdout, least=0):
        return held_out(catalogue.find(name, "train", options), split, holdout)
    return catalogue.find(name, split, options)


def pairs(
    name: object, split: str = "train", data_shape: tuple[int, int, int] | None = None, **reading_options: object
) -> ImagePairs:
    """Returns images of two domains, to learn translations between them.

    Args:
        name: one of the following:

            - `ImagePairs`, which are used for any split;
            - "NAME+NAME", two sets of images of one shape that do not come in pairs;
            - "paired:NAME+NAME", if the n-th image of one set belongs to the n-th of the other;
            - "recoloured:NAME", which makes two domains of one set of grey images (`ganzoo.data.recolouring`);
            - "outlined:NAME", which pairs the images of one set with their outlines (`ganzoo.data.image_pairs`);
            - "recoloured_digits" or "outlined_digits", which do so with the built-in digits at 16 x 16.
        split: as for `examples`.
        data_shape: the shape (H, W, C) of one image, to which all are cropped and resized; None leaves them unchanged.
        reading_options: `crop`, `skip_broken` and `cache_dir`, as for `examples`.

    Raises ValueError if the name does not name a pair, and as `examples` does.

    >>> found = pairs("recoloured_digits")
    >>> found.shape, found.a.name, found.b.name
    ((16, 16, 3), 'digits_grey', 'digits_colour')
    """
    return catalogue.find_pairs(name, split, ReadingOptions(data_shape, **reading_options))


def domains(
    name: object, split: str = "train", data_shape: tuple[int, int, int] | None = None, **reading_options: object
) -> tuple[Examples, Examples]:
    """Returns the two domains (a, b) of `pairs` as `Examples`, each with its labels if it has any.

    >>> [domain.shape for domain in domains("recoloured_digits")]
    [(16, 16, 3), (16, 16, 3)]
    """
    found = pairs(name, split, data_shape, **reading_options)
    return found.a, found.b


def load(
    name: object,
    batch_size: int = 64,
    split: str = "train",
    data_shape: tuple[int, int, int] | None = None,
    labels: bool = False,
    seed: int = 0,
    start: int | None = None,
    shuffle: bool = True,
    drop_remainder: bool = True,
    labelled_share: float = 0.2,
    flip: bool = False,
    **reading_options: object,
) -> tf.data.Dataset:
    """Returns a tf.data.Dataset of batches for `fit`: the `batches` of `examples(name, split, data_shape)`.

    See these two functions for the arguments; `reading_options` are `crop`, `holdout`, `skip_broken` and `cache_dir`.

    >>> x, y = next(iter(load("digits", batch_size=10, labels=True)))
    >>> x.shape, y.shape
    (TensorShape([10, 8, 8, 1]), TensorShape([10]))
    """
    found = examples(name, split, data_shape, **reading_options)
    return batches(found, batch_size, seed, labels, start, shuffle, drop_remainder, labelled_share, flip)
