"""Images in a file, of which only those that are asked for are read."""

import hashlib
import os
from collections.abc import Iterator

import numpy as np

CHUNK = 2**24
"""Bytes that are read at once where all images are looked at."""


class MappedImages:
    """Images or vectors in a memory-mapped file, or some of them in any order. It is indexed like an array.

    The operating system keeps in memory what was read lately, and gives it up when other programs need the memory.
    Floats of other precisions are read as float32.

    Args:
        array: a memory-mapped array (N, ...).
        identity: a name that changes if the file's contents do; by default, made from its path, size and time.
        numbers: the rows of `array` that belong to the images, int64; by default all of them.

    >>> import tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "images.npy")
    >>> np.save(path, np.arange(12, dtype="uint8").reshape(3, 2, 2, 1))
    >>> found = MappedImages(np.load(path, mmap_mode="r"))
    >>> found.shape, found.part([2, 0])[0].ravel()
    ((3, 2, 2, 1), array([ 8,  9, 10, 11], dtype=uint8))
    """

    def __init__(self, array: np.memmap, identity: str | None = None, numbers: np.ndarray | None = None):
        self.array, self.numbers = array, numbers
        self.identity = identity or _identity_of(array)
        self.dtype = np.dtype("uint8" if array.dtype == np.uint8 else "float32")
        self.is_checked = self.dtype == np.uint8  # of floats, the values must be looked at

    def __len__(self) -> int:
        return len(self.array) if self.numbers is None else len(self.numbers)

    def __getitem__(self, rows: object) -> np.ndarray:
        """Reads one image or several."""
        if self.numbers is not None:
            rows = self.numbers[rows]
        elif not isinstance(rows, slice):
            rows = np.asarray(rows)
            rows = rows if rows.size else rows.astype("int64")
        found = np.array(self.array[rows]) if isinstance(rows, slice) else np.take(self.array, rows, axis=0)
        return found.astype(self.dtype, copy=False)

    def __iter__(self) -> Iterator[np.ndarray]:
        return (image for chunk in self.chunks() for image in chunk)

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return self[:] if dtype is None else self[:].astype(dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape (N, ...) of all images together."""
        return (len(self), *self.array.shape[1:])

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.array.ndim

    def part(self, rows: object) -> "MappedImages":
        """Returns some of the images, in the given order, without reading them."""
        numbers = np.arange(len(self.array)) if self.numbers is None else self.numbers
        found = MappedImages(self.array, self.identity, numbers[rows])
        found.is_checked = self.is_checked
        return found

    def chunks(self) -> Iterator[np.ndarray]:
        """Reads all images, some at a time."""
        size = max(1, CHUNK // max(1, self.array[:1].nbytes))
        return (self[start : start + size] for start in range(0, len(self), size))

    def digest(self) -> str:
        """Returns a text that tells these images from others, without reading them."""
        order = b"" if self.numbers is None else self.numbers.tobytes()
        return f"{self.identity}, {self.shape}, {hashlib.sha256(order).hexdigest()}"


def state_of(path: str | os.PathLike) -> str:
    """Returns a text that changes if a file is moved, grows, shrinks or is written."""
    found = os.stat(path)
    return f"{os.path.abspath(path)}, {found.st_size} bytes, {found.st_mtime_ns}"


def _identity_of(array):
    return f"{state_of(array.filename)}, {array.offset}, {array.dtype}, {array.shape}"
