"""Examples, in memory or in a file: images or vectors, with labels or without."""

import reprlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from ganzoo.arguments import LARGEST_COUNT, check_count
from ganzoo.data.mapped import MappedImages


class NoSplitError(ValueError):
    """Raised if a data set does not have the split that was asked for."""


@dataclass(frozen=True, eq=False)
class Examples:
    """One split of a data set, whose contents are checked when it is created.

    Args:
        images: (N, H, W, C), uint8 in [0, 255] or floats in [-1, 1]; or vectors (N, D) with any finite values. They are
            kept as uint8 (other integers in that range, too) or as float32. An array that is memory-mapped, such as
            `np.load(path, mmap_mode="r")`, stays in its file, as `ganzoo.data.mapped.MappedImages`.
        labels: integers (N,) in [0, num_classes), or -1 for examples without a label; None if no example has one. They
            are kept as int32.
        num_classes: the number of classes, by default that of `class_names`, or the largest label + 1.
        name: what error messages call the data.
        mixture: the density from which vectors were drawn, if it is known.
        class_names: the name of each class, in the order of the labels; kept as a tuple. None without
            names or labels.

    Raises ValueError if there are no examples, if the rank or the dtype is another, if values are out of range or not
    finite, or if the labels do not fit the images or the names; TypeError if `num_classes` is not an integer, or if
    `class_names` are not strings.

    >>> animals = Examples(np.zeros((3, 8, 8, 1)), [1, 0, 1], class_names=("cat", "dog"))
    >>> animals.num_classes, animals.class_names[animals.labels[0]]
    (2, 'dog')
    """

    images: np.ndarray | MappedImages
    labels: np.ndarray | None = None
    num_classes: int | None = None
    name: str = "examples"
    mixture: object = None
    class_names: Sequence[str] | None = None

    def __post_init__(self):
        images = _checked_images(_as_images(self.images), self.name)
        object.__setattr__(self, "images", images)
        names = None if self.labels is None else _checked_names(self.class_names, self.name)
        object.__setattr__(self, "class_names", names)
        num_classes = None if self.num_classes is None else check_count("num_classes", self.num_classes)
        if self.labels is None:
            return
        labels = np.asarray(self.labels)
        labels = _checked_labels(labels, len(images), num_classes or (names and len(names)), self.name)
        num_classes = num_classes or len(names or ()) or int(labels.max()) + 1
        if names is not None and len(names) != num_classes:
            raise ValueError(
                f"There are {len(names)} class names for the {num_classes} classes of {self.name!r}; give each class "
                "one name, in the order of the labels."
            )
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "num_classes", num_classes)

    def __len__(self) -> int:
        return len(self.images)

    def as_dataset(self, batch_size: int | None = None, labels: bool = False, training: bool = True, strategy=None):
        """Returns the batches that `fit` takes of the examples, or `evaluate` if it is not `training`.

        A batch has 100 examples by default, or all of fewer. See `ganzoo.data.batches` for other choices. If a
        `strategy` of several machines is given, each of them reads only its part of each batch.
        """
        from ganzoo.data.pipeline import shared_batches  # which imports this module

        size = min(100, len(self)) if batch_size is None else batch_size
        return shared_batches(
            strategy, self, size, labels=labels, shuffle=training, drop_remainder=training, as_bytes=True
        )

    def head(self, count: int) -> "Examples":
        """Returns the first `count` examples, or all of them if there are fewer."""
        return self.part(slice(check_count("count", count)))

    def part(self, rows: slice | ArrayLike) -> "Examples":
        """Returns some of the examples, in the given order; those in a file are not read.

        Raises IndexError if there is no such row.

        >>> Examples(np.zeros((3, 2), "float32"), [5, 6, 7]).part([2, 0]).labels
        array([7, 5], dtype=int32)
        """
        if not isinstance(rows, slice):
            rows = check_rows(rows, len(self), self.name)
        images = self.images.part(rows) if isinstance(self.images, MappedImages) else self.images[rows]
        labels = None if self.labels is None else self.labels[rows]
        if labels is not None and not (labels >= 0).any():
            labels = None
        return replace(self, images=images, labels=labels)

    def rows(self, numbers: ArrayLike) -> np.ndarray:
        """Reads the images of some examples, by their numbers from 0; raises IndexError if there is no such row."""
        return self.images[check_rows(numbers, len(self), self.name)]

    def mean_image(self) -> np.ndarray:
        """Returns the mean of all images in [-1, 1], float32 (H, W, C), or of all vectors; reads some at a time."""
        chunks = self.images.chunks() if isinstance(self.images, MappedImages) else [self.images]
        mean = sum(chunk.sum(axis=0, dtype="float64") for chunk in chunks) / len(self)
        return (mean / 127.5 - 1 if self.images.dtype == np.uint8 else mean).astype("float32")

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example: (H, W, C), or (D,)."""
        return self.images.shape[1:]


def check_rows(rows: ArrayLike, count: int, name: str) -> np.ndarray:
    """Returns the numbers of rows as int64; raises IndexError unless all are integers from 0 to `count` - 1."""
    rows = np.asarray(rows)
    rows = rows.astype("int64") if rows.size == 0 else rows
    if rows.dtype.kind not in "iu" or (rows.size and (rows.min() < 0 or rows.max() >= count)):
        raise IndexError(
            f"{name!r} has {count} examples, numbered from 0 to {count - 1}; got {reprlib.repr(rows.tolist())}."
        )
    return rows.astype("int64")


def _as_images(images):
    """Returns images as an array, or as `MappedImages` if they are in a file and have a usual type."""
    images = images if isinstance(images, MappedImages | np.memmap) else np.asarray(images)
    is_usual = images.dtype.kind == "f" or (images.dtype == np.uint8 and images.ndim == 4)
    if isinstance(images, np.memmap) and images.filename is not None and is_usual:
        return MappedImages(images)
    return images if isinstance(images, MappedImages) else np.asarray(images)


def _checked_images(images, name):
    if images.ndim not in (2, 4):
        raise ValueError(
            f"Expected images (N, H, W, C) or vectors (N, D) in {name!r}, got shape {images.shape}; add a channel axis "
            "to grey images with `images[..., np.newaxis]`."
        )
    if 0 in images.shape:
        raise ValueError(
            f"There are no examples in {name!r}, whose shape is {images.shape}; give at least one example."
        )
    if isinstance(images, MappedImages):
        if not images.is_checked:
            for chunk in images.chunks():
                _checked_floats(chunk, name)
            images.is_checked = True
        return images
    if images.dtype.kind not in "iuf":
        raise ValueError(f"Expected numbers in {name!r}, got {images.dtype}; give uint8 images or float32 vectors.")
    if images.ndim == 4 and images.dtype.kind in "iu":
        return _checked_bytes(images, name)
    with np.errstate(over="ignore"):  # larger numbers become infinite, and are refused
        return _checked_floats(images.astype("float32", copy=False), name)


def _checked_bytes(images, name):
    low, high = images.min(), images.max()
    if low < 0 or high > 255:
        raise ValueError(
            f"Integer images must be in [0, 255], but those of {name!r} are in [{low}, {high}]; "
            "scale them to uint8, or to floats in [-1, 1]."
        )
    return images.astype("uint8", copy=False)


def _checked_floats(images, name):
    if not np.isfinite(images).all():
        raise ValueError(
            f"There are NaN or infinite values in {name!r}; drop those examples: "
            "`images[np.isfinite(images.reshape(len(images), -1)).all(axis=1)]`."
        )
    low, high = images.min(), images.max()
    if images.ndim == 4 and (low < -1 or high > 1):
        raise ValueError(
            f"Float images must be in [-1, 1], but those of {name!r} are in [{low:g}, {high:g}]; "
            "convert images in [0, 255] by `x / 127.5 - 1`."
        )
    return images


def _checked_labels(labels, count, num_classes, name):
    if labels.shape != (count,) or labels.dtype.kind not in "iu":
        raise ValueError(
            f"Expected {count} integer labels of shape ({count},) in {name!r}, got {labels.dtype} of shape "
            f"{labels.shape}; {_cure(labels)}."
        )
    low, high = labels.min(), labels.max()
    if low < -1 or high >= (num_classes or LARGEST_COUNT):
        raise ValueError(
            f"Labels must be in [0, num_classes), but those of {name!r} are in [{low}, {high}] with "
            f"num_classes={num_classes}; number the classes from 0, and use -1 for examples without a label."
        )
    if high < 0:
        raise ValueError(
            f"All labels of {name!r} are -1, which means no label; label some examples, or use labels=None."
        )
    return labels.astype("int32", copy=False)


def _cure(labels):
    if labels.ndim == 2:
        return "convert one-hot labels by `labels.argmax(axis=1)`"
    if labels.ndim == 1 and labels.dtype.kind in "fb":
        return 'convert whole numbers by `labels.astype("int32")`'
    if labels.ndim == 1 and labels.dtype.kind in "OSU":
        return "number the names by `class_names, labels = np.unique(labels, return_inverse=True)`"
    return "give one integer for each example"


def _checked_names(names, name):
    if names is None:
        return None
    is_sequence = isinstance(names, Sequence | np.ndarray) and not isinstance(names, str | bytes)
    if not is_sequence or not all(isinstance(one, str) for one in names):
        raise TypeError(
            f"`class_names` of {name!r} must be a sequence of strings, got {names!r}; give one for each class."
        )
    return tuple(str(one) for one in names)
