"""Data sets by name: built-in ones, the user's own files and arrays, and those of TensorFlow Datasets.

>>> import ganzoo.data
>>> ganzoo.data.names()
['digits', 'gaussian_1d', 'grid', 'outlined_digits', 'recoloured_digits', 'ring', 'stacked_digits']
>>> ganzoo.data.load("digits", batch_size=64, data_shape=(32, 32, 1)).element_spec.shape
TensorShape([64, 32, 32, 1])
"""

import reprlib
from pathlib import Path

import numpy as np
import tensorflow as tf

from ganzoo.data import arrays, folder, mixtures, sklearn_digits, stacked, tfds
from ganzoo.data.arrays import from_arrays
from ganzoo.data.examples import Examples
from ganzoo.data.image_pairs import ImagePairs, outlined
from ganzoo.data.label_subsets import keep_labels as keep_labels
from ganzoo.data.pipeline import batches
from ganzoo.data.recolouring import recoloured
from ganzoo.data.resizing import as_shape, resize
from ganzoo.registry import Registry

DATASETS = Registry("dataset")
register = DATASETS.register
names = DATASETS.names
PAIR_MAKERS = {"recoloured": recoloured, "outlined": outlined}
"""Functions from one set of images to pairs of two domains."""
DIGIT_PAIRS = {f"{maker}_digits": maker for maker in PAIR_MAKERS}
register(sklearn_digits.digits)
register(mixtures.sampled_dataset("ring", mixtures.ring()))
register(mixtures.sampled_dataset("grid", mixtures.grid()))
register(mixtures.sampled_dataset("gaussian_1d", mixtures.gaussian_1d()))
register(stacked.stacked_digits)
for _name in DIGIT_PAIRS:
    register(lambda split="train", name=_name: pairs(name, split), _name)


def examples(
    name: object, split: str = "train", data_shape: tuple[int, int, int] | None = None
) -> Examples | ImagePairs:
    """Reads one split of a data set into memory.

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

    Raises:
        TypeError: if `name` is not one of these, `split` is not a string, or `data_shape` not a tuple of integers.
        ValueError: if the name or the split is unknown, or if the data cannot have that shape.
        ConnectionError: if a data set must be downloaded and cannot be.

    >>> examples("digits", "test", data_shape=(16, 16, 1)).images.shape
    (297, 16, 16, 1)
    """
    if not isinstance(split, str):
        raise TypeError(f'`split` must be a string, got {split!r}; choose "train" or "test".')
    data_shape = None if data_shape is None else as_shape(data_shape)
    found = _find(name, split, data_shape)
    if data_shape is None:
        return found
    return found.resize(data_shape) if isinstance(found, ImagePairs) else resize(found, data_shape)


def pairs(name: object, split: str = "train", data_shape: tuple[int, int, int] | None = None) -> ImagePairs:
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

    Raises ValueError if the name does not name a pair, and as `examples` does.

    >>> found = pairs("recoloured_digits")
    >>> found.shape, found.a.name, found.b.name
    ((16, 16, 3), 'digits_grey', 'digits_colour')
    """
    data_shape = None if data_shape is None else as_shape(data_shape)
    if isinstance(name, ImagePairs):
        return name if data_shape is None else name.resize(data_shape)
    maker, _, source = str(name).partition(":")
    sides = str(name).removeprefix("paired:").split("+")
    if name in DIGIT_PAIRS:
        maker, source = DIGIT_PAIRS[name], resize(sklearn_digits.digits(split), (16, 16, 1))
    if maker in PAIR_MAKERS:
        wanted = (*data_shape[:2], 1) if data_shape and maker == "recoloured" else data_shape
        found = PAIR_MAKERS[maker](examples(source, split, wanted if isinstance(source, str) else None))
    elif len(sides) == 2:
        found = ImagePairs(*(examples(side, split, data_shape) for side in sides), paired=maker == "paired")
    else:
        raise ValueError(
            f"{str(name)!r} is not a pair of data sets: choose recoloured_digits, outlined_digits, recoloured:NAME, "
            "outlined:NAME, NAME+NAME or paired:NAME+NAME."
        )
    return found if data_shape is None else found.resize(data_shape)


def domains(
    name: object, split: str = "train", data_shape: tuple[int, int, int] | None = None
) -> tuple[Examples, Examples]:
    """Returns the two domains (a, b) of `pairs` as `Examples`, each with its labels if it has any.

    >>> [domain.shape for domain in domains("recoloured_digits")]
    [(16, 16, 3), (16, 16, 3)]
    """
    found = pairs(name, split, data_shape)
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
) -> tf.data.Dataset:
    """Returns a tf.data.Dataset of batches for `fit`: the `batches` of `examples(name, split, data_shape)`.

    See these two functions for the arguments.

    >>> x, y = next(iter(load("digits", batch_size=10, labels=True)))
    >>> x.shape, y.shape
    (TensorShape([10, 8, 8, 1]), TensorShape([10]))
    """
    found = examples(name, split, data_shape)
    return batches(found, batch_size, seed, labels, start, shuffle, drop_remainder, labelled_share)


def _find(name, split, data_shape):
    if isinstance(name, Examples | ImagePairs):
        return name
    if isinstance(name, np.ndarray):
        return from_arrays(name)
    if isinstance(name, tuple) and len(name) == 2:
        return from_arrays(*name)
    if not isinstance(name, str | Path):
        raise TypeError(
            "Data are the name of a data set, a path, `Examples`, an array, or a tuple (images, labels) of arrays; got "
            f"{reprlib.repr(name)}; choose 'digits', for instance."
        )
    if not str(name).strip():
        raise ValueError(
            f"The name of the data set is empty; choose one of {', '.join(names())}, or '.' for this folder."
        )
    if name in DIGIT_PAIRS:
        return pairs(name, split, data_shape)
    if name in DATASETS:
        return DATASETS[name](split)
    path = Path(name)
    if not _exists(path):
        maker, _, source = str(name).partition(":")
        if maker == "stacked":
            grey = examples(source, split, data_shape and (*data_shape[:2], 1))
            return stacked.stack(grey, stacked.SPLITS.get(split, len(grey)))
        if maker in PAIR_MAKERS or "+" in str(name):
            return pairs(name, split, data_shape)
    elif path.is_dir():
        return folder.from_folder(path, split, data_shape)
    elif path.suffix not in (*arrays.SUFFIXES, ""):
        raise ValueError(f"The file {str(path)!r} is not a folder, nor a .npy or .npz file; give one of these.")
    if path.suffix in arrays.SUFFIXES:
        return arrays.from_file(path, split)
    return tfds.from_tfds(str(name), split, data_shape, known=names())


def _exists(path):
    try:
        return path.exists()
    except PermissionError as error:
        raise ValueError(f"The path {str(path)!r} cannot be read; check the permissions of its folders.") from error
    except (OSError, ValueError):  # a name that no file can have
        return False
