"""Data sets by name: embedded ones, the user's files and arrays, and TensorFlow Datasets.

>>> import ganzoo.data
>>> ganzoo.data.names()
['digits', 'gaussian_1d', 'grid', 'outlined_digits', 'recoloured_digits', 'ring', 'stacked_digits']
>>> ganzoo.data.load("digits", batch_size=64, data_shape=(32, 32, 1)).element_spec.shape
TensorShape([64, 32, 32, 1])
"""

from pathlib import Path

import numpy as np

from ganzoo.data import arrays, folder, mixtures, sklearn_digits, stacked, tfds
from ganzoo.data.arrays import from_arrays
from ganzoo.data.examples import Examples
from ganzoo.data.image_pairs import ImagePairs, outlined
from ganzoo.data.label_subsets import keep_labels as keep_labels
from ganzoo.data.pipeline import batches
from ganzoo.data.recolouring import recoloured
from ganzoo.data.resizing import resize
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


def examples(name, split="train", data_shape=None):
    """The split of a data set in memory, with its images resized to `data_shape` (H, W, C) if that is given.

    `name` is, and is looked up in this order:
    - Examples, ImagePairs, an array (N, ...) or a tuple (images, labels): one split of the user's own, whatever `split`
      says;
    - one of `names()`, to which `@ganzoo.data.register` adds a function from a split to its Examples;
    - the path of a folder of images (see `ganzoo.data.folder`), of a .npy or of an .npz file (`ganzoo.data.arrays`);
    - "stacked:NAME", three of another set's grey images as channels (`ganzoo.data.stacked`), or a name of `pairs`;
    - the name of an image set of TensorFlow Datasets (`ganzoo.data.tfds`).

    Raises ValueError for what is none of these, holds no such split, or has no such shape; ConnectionError where a set
    must be downloaded and cannot.

    >>> examples("digits", "test", data_shape=(16, 16, 1)).images.shape
    (297, 16, 16, 1)
    """
    found = _find(name, split, data_shape)
    if data_shape is None:
        return found
    return found.resize(data_shape) if isinstance(found, ImagePairs) else resize(found, data_shape)


def pairs(name, split="train", data_shape=None) -> ImagePairs:
    """Returns images of two domains, to learn translations between them.

    `name` is `ImagePairs`, or "NAME+NAME" of two sets of images of one shape that do not come in pairs, or
    "paired:NAME+NAME" if the n-th of one belongs to the n-th of the other. Or two domains are made of one set:
    "recoloured:NAME" of grey images (`ganzoo.data.recolouring`), "outlined:NAME" (`ganzoo.data.image_pairs`), or
    "recoloured_digits" and "outlined_digits" of the embedded digits at 16x16. `data_shape` is the shape (H, W, C) of
    one image.

    Raises ValueError for a name that is no pair, and as `examples` does.

    >>> found = pairs("recoloured_digits")
    >>> found.shape, found.a.name, found.b.name
    ((16, 16, 3), 'digits_grey', 'digits_colour')
    """
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
            f"{str(name)!r} is no pair of data sets: choose recoloured_digits, outlined_digits, recoloured:NAME, "
            "outlined:NAME, NAME+NAME or paired:NAME+NAME."
        )
    return found if data_shape is None else found.resize(data_shape)


def domains(name, split="train", data_shape=None) -> tuple[Examples, Examples]:
    """Returns the two domains (a, b) of `pairs`, each with its labels, if it has any.

    >>> [domain.shape for domain in domains("recoloured_digits")]
    [(16, 16, 3), (16, 16, 3)]
    """
    found = pairs(name, split, data_shape)
    return found.a, found.b


def load(
    name,
    batch_size=64,
    split="train",
    data_shape=None,
    labels=False,
    seed=0,
    start=None,
    shuffle=True,
    drop_remainder=True,
    labelled_share=0.2,
):
    """A tf.data.Dataset of batches, ready for `fit`: `batches` of `examples`, whose arguments these are.

    >>> x, y = next(iter(load("digits", batch_size=10, labels=True)))
    >>> x.shape, y.shape
    (TensorShape([10, 8, 8, 1]), TensorShape([10]))
    """
    found = examples(name, split, data_shape)
    return batches(found, batch_size, seed, labels, start, shuffle, drop_remainder, labelled_share)


def _find(name, split, data_shape):
    if isinstance(name, Examples | ImagePairs):
        return name
    if isinstance(name, tuple | np.ndarray):
        return from_arrays(*name) if isinstance(name, tuple) else from_arrays(name)
    if name in DIGIT_PAIRS:
        return pairs(name, split, data_shape)
    if name in DATASETS:
        return DATASETS[name](split)
    path = Path(name)
    if not path.exists():
        view, _, source = str(name).partition(":")
        if view == "stacked":
            grey = examples(source, split, data_shape and (*data_shape[:2], 1))
            return stacked.stack(grey, stacked.SPLITS.get(split, len(grey)))
        if view in PAIR_MAKERS or "+" in str(name):
            return pairs(name, split, data_shape)
    if path.is_dir():
        return folder.from_folder(path, split, data_shape)
    if path.suffix in (".npy", ".npz"):
        return arrays.from_file(path, split)
    return tfds.from_tfds(str(name), split, data_shape, known=names())
