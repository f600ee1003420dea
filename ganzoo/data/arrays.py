"""The user's own arrays: in memory, or in .npy and .npz files."""

import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ganzoo.data.examples import Examples


def from_arrays(
    images: ArrayLike, labels: ArrayLike | None = None, num_classes: int | None = None, name: str = "arrays"
) -> Examples:
    """Makes `Examples` from arrays as other libraries return them.

    Args:
        images: as for `Examples`, or grey images without a channel axis, (N, H, W).
        labels: integers (N,) or (N, 1).
        num_classes: by default the largest label + 1.
        name: what error messages call the data.

    Raises ValueError as `Examples` does.

    >>> from_arrays(np.zeros((100, 28, 28), "uint8"), np.arange(100) % 10).shape
    (28, 28, 1)
    """
    images = np.asarray(images)
    if images.ndim == 3:
        images = images[..., np.newaxis]
    if labels is not None:
        labels = np.asarray(labels)
        labels = labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels
    return Examples(images, labels, num_classes, name)


def from_file(path: str | Path, split: str = "train") -> Examples:
    """Reads `Examples` from a .npy file of images, or from an .npz file of images and, optionally, labels.

    An .npz file holds `x_train` and `y_train`, `x_test` and `y_test`, and so on for any split, as Keras names them.
    The split "train" may also be named `images` or `x`, and `labels` or `y`. A .npy file is the split "train". Pickles
    are refused because they can run code.

    Raises ValueError if the file is missing, damaged or pickled, or if it does not have the split.
    """
    path, is_train = Path(path), split == "train"
    if not path.is_file():
        raise ValueError(f"There is no file {str(path)!r}; check the path.")
    try:
        content = np.load(path, allow_pickle=False)
        content = {"images": content} if isinstance(content, np.ndarray) else content
        images = _first(content, [f"x_{split}", *["images", "x"] * is_train])
        labels = _first(content, [f"y_{split}", *["labels", "y"] * is_train])
    except (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(
            f"The file {str(path)!r} is damaged, or holds Python pickles, which are never loaded because they can run "
            "code; save plain arrays of numbers with `np.savez`."
        ) from error
    if images is None:
        raise ValueError(
            f"There are no images of the split {split!r} in {str(path)!r}, which holds "
            f"{', '.join(content) or 'nothing'}; name them 'x_{split}'{' or images' * is_train}."
        )
    return from_arrays(images, labels, name=path.name)


def _first(arrays, names):
    return next((arrays[name] for name in names if name in arrays), None)
