"""Finds data by what users call them: a name, a path, arrays."""

import dataclasses
import os
import reprlib

import numpy as np

from ganzoo.data import arrays, folder, mixtures, sklearn_digits, stacked, tfds
from ganzoo.data.examples import Examples
from ganzoo.data.image_pairs import ImagePairs, outlined
from ganzoo.data.reading import fitted
from ganzoo.data.recolouring import recoloured
from ganzoo.data.resizing import resize
from ganzoo.data.sources import ReadingOptions
from ganzoo.files import as_path
from ganzoo.registry import Registry
from ganzoo.remote_paths import RemotePath

DATASETS = Registry("dataset")
PAIR_MAKERS = {"recoloured": recoloured, "outlined": outlined}
"""Functions from one set of images to pairs of two domains."""
DIGIT_PAIRS = {f"{maker}_digits": maker for maker in PAIR_MAKERS}
DATASETS.register(sklearn_digits.digits)
DATASETS.register(mixtures.sampled_dataset("ring", mixtures.ring()))
DATASETS.register(mixtures.sampled_dataset("grid", mixtures.grid()))
DATASETS.register(mixtures.sampled_dataset("gaussian_1d", mixtures.gaussian_1d()))
DATASETS.register(stacked.stacked_digits)
for _name in DIGIT_PAIRS:
    DATASETS.register(lambda split="train", name=_name: find_pairs(name, split, ReadingOptions()), _name)


def find(name: object, split: str, options: ReadingOptions) -> Examples | ImagePairs:
    """Returns what `ganzoo.data.examples` does of a whole split."""
    if isinstance(name, Examples | ImagePairs):
        return fitted(name, options)
    if isinstance(name, np.ndarray):
        return fitted(arrays.from_arrays(name), options)
    if isinstance(name, tuple) and len(name) == 2:
        return fitted(arrays.from_arrays(*name), options)
    if not isinstance(name, str | os.PathLike):
        raise TypeError(
            "Data are the name of a data set, a path, `Examples`, an array, or a tuple (images, labels) of arrays; got "
            f"{reprlib.repr(name)}; choose 'digits', for instance."
        )
    if not str(name).strip():
        raise ValueError(
            f"The name of the data set is empty; choose one of {', '.join(DATASETS.names())}, or '.' for this folder."
        )
    if name in DIGIT_PAIRS:
        return find_pairs(name, split, options)
    return fitted(DATASETS[name](split), options) if name in DATASETS else _find_elsewhere(str(name), split, options)


def find_pairs(name: object, split: str, options: ReadingOptions) -> ImagePairs:
    """Returns what `ganzoo.data.pairs` does."""
    if isinstance(name, ImagePairs):
        return fitted(name, options)
    maker, _, source = str(name).partition(":")
    sides = str(name).removeprefix("paired:").split("+")
    if name in DIGIT_PAIRS:
        maker, source = DIGIT_PAIRS[name], resize(sklearn_digits.digits(split), (16, 16, 1))
    if maker in PAIR_MAKERS:
        wanted = options if isinstance(source, str) else ReadingOptions()
        if wanted.data_shape and maker == "recoloured":
            wanted = _grey(wanted)
        pairs = PAIR_MAKERS[maker](find(source, split, wanted))
    elif len(sides) == 2 and maker == "paired" and options.skip_broken:
        raise ValueError("In paired sets, broken images cannot be skipped, as others would lose their partners.")
    elif len(sides) == 2:
        pairs = ImagePairs(*(find(side, split, options) for side in sides), paired=maker == "paired")
    else:
        raise ValueError(
            f"{str(name)!r} is not a pair of data sets: choose recoloured_digits, outlined_digits, recoloured:NAME, "
            "outlined:NAME, NAME+NAME or paired:NAME+NAME."
        )
    return pairs if options.data_shape is None else pairs.resize(options.data_shape)


def _find_elsewhere(name, split, options):
    """Returns the data of a path, of a name made of others, or of TensorFlow Datasets."""
    path, given = as_path(name), dataclasses.asdict(options)
    if not _exists(path):
        maker, _, source = name.partition(":")
        if maker == "stacked":
            grey = find(source, split, _grey(options) if options.data_shape else options)
            return fitted(stacked.stack(grey, stacked.SPLITS.get(split, len(grey))), ReadingOptions(options.data_shape))
        if maker in PAIR_MAKERS or "+" in name:
            return find_pairs(name, split, options)
    elif path.is_dir():
        return folder.from_folder(path, split, **given)
    elif path.suffix not in (*arrays.SUFFIXES, ""):
        raise ValueError(f"The file {name!r} is not a folder, nor a .npy or .npz file; give one of these.")
    if path.suffix in arrays.SUFFIXES:
        return fitted(arrays.from_file(path, split), options)
    if "://" in name:
        raise ValueError(f"There is no folder or file {name!r}; check the path.")
    return tfds.from_tfds(name, split, known=DATASETS.names(), **given)


def _grey(options):
    return dataclasses.replace(options, data_shape=(*options.data_shape[:2], 1))


def _exists(path):
    try:
        return path.exists()
    except PermissionError as error:
        raise ValueError(f"The path {str(path)!r} cannot be read; check the permissions of its folders.") from error
    except (OSError, ValueError):  # a name that no file can have
        if isinstance(path, RemotePath):
            raise
        return False
