"""Data sets by name: embedded ones, the user's files and arrays, and TensorFlow Datasets.

>>> import ganzoo.data
>>> ganzoo.data.names()
['digits', 'gaussian_1d', 'grid', 'ring']
>>> ganzoo.data.load("digits", batch_size=64, data_shape=(32, 32, 1)).element_spec.shape
TensorShape([64, 32, 32, 1])
"""

from pathlib import Path

import numpy as np

from ganzoo.data import arrays, digits, folder, mixtures, tfds
from ganzoo.data.arrays import from_arrays
from ganzoo.data.examples import Examples
from ganzoo.data.labels import keep_labels as keep_labels
from ganzoo.data.pipeline import batches
from ganzoo.data.resize import resize
from ganzoo.registry import Registry

DATASETS = Registry("dataset")
register = DATASETS.register
names = DATASETS.names

register(digits.digits)
register(mixtures.drawn("ring", mixtures.ring()))
register(mixtures.drawn("grid", mixtures.grid()))
register(mixtures.drawn("gaussian_1d", mixtures.gaussian_1d()))


def examples(name, split="train", data_shape=None):
    """The split of a data set in memory, with its images resized to `data_shape` (H, W, C) if that is given.

    `name` is, and is looked up in this order:
    - Examples, an array (N, ...) or a tuple (images, labels): one split of the user's own, whatever `split` says;
    - one of `names()`, to which `@ganzoo.data.register` adds a function from a split to its Examples;
    - the path of a folder of images (see `ganzoo.data.folder`), of a .npy or of an .npz file (`ganzoo.data.arrays`);
    - the name of an image set of TensorFlow Datasets (`ganzoo.data.tfds`).

    Raises ValueError for what is none of these, holds no such split, or has no such shape; ConnectionError where a set
    must be downloaded and cannot.
    """
    found = _find(name, split, data_shape)
    return found if data_shape is None else resize(found, data_shape)


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
    """A tf.data.Dataset of batches, ready for `fit`: `batches` of `examples`, whose arguments these are."""
    found = examples(name, split, data_shape)
    return batches(found, batch_size, seed, labels, start, shuffle, drop_remainder, labelled_share)


def _find(name, split, data_shape):
    if isinstance(name, Examples):
        return name
    if isinstance(name, tuple | np.ndarray):
        return from_arrays(*name) if isinstance(name, tuple) else from_arrays(name)
    if name in DATASETS:
        return DATASETS[name](split)
    path = Path(name)
    if path.is_dir():
        return folder.folder(path, split, data_shape)
    if path.suffix in (".npy", ".npz"):
        return arrays.from_file(path, split)
    return tfds.tfds(str(name), split, data_shape, known=names())
