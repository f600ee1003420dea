"""The user's own arrays: in memory, or in .npy and .npz files."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ganzoo.data import reading
from ganzoo.data.examples import Examples, NoSplitError
from ganzoo.files import as_path, local_copy
from ganzoo.remote_paths import RemotePath

SUFFIXES = (".npy", ".npz")


def from_arrays(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    num_classes: int | None = None,
    name: str = "arrays",
    class_names: Sequence[str] | None = None,
) -> Examples:
    """Makes `Examples` from arrays as other libraries return them.

    Args:
        images: as for `Examples`, or grey images without a channel axis, (N, H, W).
        labels: integers (N,) or (N, 1).
        num_classes: by default the number of `class_names`, or the largest label + 1.
        name: what error messages call the data.
        class_names: the name of each class, if there are labels.

    Raises ValueError and TypeError as `Examples` does, and ValueError if `images` are lists of several lengths, or if
    there are class names but no labels.

    >>> from_arrays(np.zeros((100, 28, 28), "uint8"), np.arange(100) % 10).shape
    (28, 28, 1)
    """
    if labels is None and class_names is not None:
        raise ValueError(f"There are class names but no labels in {name!r}; give labels, or leave out the names.")
    images = _as_array(images, f"The examples of {name!r} have several shapes; resize them to one shape.")
    if images.ndim == 3:
        images = images[..., np.newaxis]
    if labels is not None:
        labels = _as_array(labels, f"The labels of {name!r} have several shapes; give one integer for each example.")
        labels = labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels
    return Examples(images, labels, num_classes, name, class_names=class_names)


def from_file(path: str | Path, split: str = "train") -> Examples:
    """Reads `Examples` from a .npy file of images, or from an .npz file of images and, optionally, labels.

    A .npy file of more than 256 MB is memory-mapped, so that only the images that are needed are read.

    An .npz file holds `x_train` and `y_train`, `x_test` and `y_test`, and so on for any split, as Keras names them.
    The split "train" may also be named `images` or `x`, and `labels` or `y`. A .npy file is the split "train". Pickles
    are refused because they can run code.

    Raises ValueError if the file is missing, damaged or pickled, if the memory cannot hold it, or if it does not have
    the split.
    """
    path, is_train = as_path(path), split == "train"
    if not path.is_file():
        raise ValueError(f"There is no file {str(path)!r}; check the path.")
    try:
        content = _load(path)
        content = {"images": content} if isinstance(content, np.ndarray) else content
        images = _first(content, [f"x_{split}", *["images", "x"] * is_train])
        labels = _first(content, [f"y_{split}", *["labels", "y"] * is_train])
    except PermissionError as error:
        raise ValueError(f"The file {str(path)!r} cannot be read; check its permissions.") from error
    except MemoryError as error:
        raise ValueError(
            f"The file {str(path)!r} is damaged, or larger than the memory: {error}; save fewer examples."
        ) from error
    except Exception as error:  # NumPy and `zipfile` raise errors of many types for damaged files
        raise ValueError(
            f"The file {str(path)!r} is damaged, or holds Python pickles, which are never loaded because they can run "
            "code; save plain arrays of numbers with `np.savez`."
        ) from error
    if images is None:
        raise NoSplitError(
            f"There are no images of the split {split!r} in {str(path)!r}, which holds "
            f"{', '.join(content) or 'nothing'}; name them 'x_{split}'{' or images' * is_train}."
        )
    return from_arrays(images, labels, name=path.name)


def _load(path):
    """Returns what is in a file: an array, memory-mapped if it is large, or arrays by name."""
    with local_copy(path) as local:
        is_remote, is_large = isinstance(path, RemotePath), local.stat().st_size > reading.IN_MEMORY
        mode = "r" if is_large and local.suffix == ".npy" and not is_remote else None
        content = np.load(local, mode, allow_pickle=False)
        return dict(content) if is_remote and not isinstance(content, np.ndarray) else content


def _first(arrays, names):
    return next((arrays[name] for name in names if name in arrays), None)


def _as_array(values, message):
    try:
        return values if isinstance(values, np.memmap) else np.asarray(values)
    except ValueError as error:
        raise ValueError(message) from error
