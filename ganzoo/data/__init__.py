"""Data sets by name: embedded ones, the user's files and arrays, and TensorFlow Datasets.

>>> import ganzoo.data
>>> ganzoo.data.names()
['digits', 'gaussian_1d', 'grid', 'outlined_digits', 'recoloured_digits', 'ring', 'stacked_digits']
>>> ganzoo.data.load("digits", batch_size=64, data_shape=(32, 32, 1)).element_spec.shape
TensorShape([64, 32, 32, 1])
"""

from pathlib import Path

import numpy as np

from ganzoo.data import arrays, folder, mixtures, paired, sklearn_digits, stacked, tfds, unpaired
from ganzoo.data.arrays import from_arrays
from ganzoo.data.examples import Examples
from ganzoo.data.label_subsets import keep_labels as keep_labels
from ganzoo.data.pipeline import batches
from ganzoo.data.resizing import resize
from ganzoo.registry import Registry

DATASETS = Registry("dataset")
register = DATASETS.register
names = DATASETS.names
VIEWS = {"recoloured": (unpaired.recoloured, unpaired.unpaired), "outlined": (paired.outlined, paired.paired)}
"""Of a set of images as two domains, and what puts these side by side."""
OF_DIGITS = {f"{view}_digits": view for view in VIEWS}
register(sklearn_digits.digits)
register(mixtures.sampled_dataset("ring", mixtures.ring()))
register(mixtures.sampled_dataset("grid", mixtures.grid()))
register(mixtures.sampled_dataset("gaussian_1d", mixtures.gaussian_1d()))
register(stacked.stacked_digits)
for _name in OF_DIGITS:
    register(lambda split="train", name=_name: _side_by_side(name, split), _name)


def examples(name, split="train", data_shape=None):
    """The split of a data set in memory, with its images resized to `data_shape` (H, W, C) if that is given.

    `name` is, and is looked up in this order:
    - Examples, an array (N, ...) or a tuple (images, labels): one split of the user's own, whatever `split` says;
    - one of `names()`, to which `@ganzoo.data.register` adds a function from a split to its Examples;
    - the path of a folder of images (see `ganzoo.data.folder`), of a .npy or of an .npz file (`ganzoo.data.arrays`);
    - "stacked:NAME", three of another set's grey images as channels (`ganzoo.data.stacked`), or a pair of `domains`;
    - the name of an image set of TensorFlow Datasets (`ganzoo.data.tfds`).

    Raises ValueError for what is none of these, holds no such split, or has no such shape; ConnectionError where a set
    must be downloaded and cannot.

    >>> examples("digits", "test", data_shape=(16, 16, 1)).images.shape
    (297, 16, 16, 1)
    """
    found = _find(name, split, data_shape)
    return found if data_shape is None else resize(found, data_shape)


def domains(name, split="train", data_shape=None):
    """The two sets (A, B) of a pair to translate between, with their labels, which `examples(name)` has side by side.

    `name` is "NAME+NAME" of two sets of one shape, which are shuffled each on its own, or "paired:NAME+NAME", where the
    n-th of one belongs to the n-th of the other. Or it makes two domains of one set: "recoloured:NAME" of grey images
    (`unpaired.recoloured`), "outlined:NAME" (`paired.outlined`), or of the embedded digits at 16x16 "recoloured_digits"
    and "outlined_digits". `data_shape` is (H, W, 2C), that of both side by side.

    Raises ValueError for a name that is no pair, and as `examples` does.

    >>> [domain.shape for domain in domains("recoloured_digits")]
    [(16, 16, 3), (16, 16, 3)]
    """
    return _pair(name, split, data_shape)[0]


def _pair(name, split, data_shape):
    """The two domains, and what puts them side by side."""
    shape = unpaired.each(data_shape)
    view, _, source = str(name).partition(":")
    parts = str(name).removeprefix("paired:").split("+")
    if name in OF_DIGITS:
        view, source = OF_DIGITS[name], resize(sklearn_digits.digits(split), (16, 16, 1))
    if view in VIEWS:
        domains_of, side_by_side = VIEWS[view]
        wanted = (*shape[:2], 1) if shape and view == "recoloured" else shape
        pair = domains_of(examples(source, split, wanted if isinstance(source, str) else None))
    elif len(parts) == 2:
        side_by_side = paired.paired if view == "paired" else unpaired.unpaired
        pair = [examples(part, split, shape) for part in parts]
    else:
        raise ValueError(
            f"{str(name)!r} is no pair of data sets: choose recoloured_digits, outlined_digits, recoloured:NAME, "
            "outlined:NAME, NAME+NAME or paired:NAME+NAME."
        )
    return tuple(one if shape is None else resize(one, shape) for one in pair), side_by_side


def _side_by_side(name, split="train", data_shape=None):
    pair, side_by_side = _pair(name, split, data_shape)
    return side_by_side(*pair)


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
    if isinstance(name, Examples):
        return name
    if isinstance(name, tuple | np.ndarray):
        return from_arrays(*name) if isinstance(name, tuple) else from_arrays(name)
    if name in OF_DIGITS:
        return _side_by_side(name, split, data_shape)
    if name in DATASETS:
        return DATASETS[name](split)
    path = Path(name)
    if not path.exists():
        view, _, source = str(name).partition(":")
        if view == "stacked":
            grey = examples(source, split, data_shape and (*data_shape[:2], 1))
            return stacked.stack(grey, stacked.SPLITS.get(split, len(grey)))
        if view in VIEWS or "+" in str(name):
            return _side_by_side(name, split, data_shape)
    if path.is_dir():
        return folder.from_folder(path, split, data_shape)
    if path.suffix in (".npy", ".npz"):
        return arrays.from_file(path, split)
    return tfds.from_tfds(str(name), split, data_shape, known=names())
