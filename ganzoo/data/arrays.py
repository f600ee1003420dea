"""Arrays of the user's own: in memory, or in .npy and .npz files."""

import zipfile
import zlib
from pathlib import Path

import numpy as np

from ganzoo.data.examples import Examples


def from_arrays(images, labels=None, num_classes=None, name="arrays"):
    """Examples from arrays as other libraries give them.

    `images` are as in `Examples`, or (N, H, W), grey without a channel; `labels` (N,) or (N, 1).

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


def from_file(path, split="train"):
    """Examples from a .npy file of images, or from an .npz file with images and, if it has any, labels.

    An .npz file holds `x_train` and `y_train`, `x_test` and `y_test`, and so on for any split, as Keras names them;
    "train" is also read from `images` or `x`, `labels` or `y`. A .npy file has the split "train" alone. Pickles are
    refused, because they can run code.

    Raises ValueError for a file that is missing, damaged, pickled, or without that split.
    """
    path, plain = Path(path), split == "train"
    if not path.is_file():
        raise ValueError(f"There is no file {str(path)!r}; check the path.")
    try:
        content = np.load(path, allow_pickle=False)
        content = {"images": content} if isinstance(content, np.ndarray) else content
        images = _first(content, [f"x_{split}", *["images", "x"] * plain])
        labels = _first(content, [f"y_{split}", *["labels", "y"] * plain])
    except (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(
            f"The file {str(path)!r} is damaged, or holds Python pickles, which can run code and are never loaded; "
            "save plain arrays of numbers with `np.savez`."
        ) from error
    if images is None:
        raise ValueError(
            f"There are no images of the split {split!r} in {str(path)!r}, which holds "
            f"{', '.join(content) or 'nothing'}; name them 'x_{split}'{' or images' * plain}."
        )
    return from_arrays(images, labels, name=path.name)


def _first(arrays, names):
    return next((arrays[name] for name in names if name in arrays), None)
