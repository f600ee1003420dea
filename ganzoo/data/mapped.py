"""Images in a file, of which only those that are asked for are read."""

import copy
import hashlib
import math
import os
from collections.abc import Iterator

import numpy as np

CHUNK = 2**24
"""Bytes that are read at once where all images are looked at."""
CACHED = 2**18
"""Bytes that are copied at a time, while they are in the processor's cache."""


class MappedImages:
    """Images or vectors in a memory-mapped file, or some of them in any order.

    They are indexed like an array, by numbers of rows, slices or booleans, to read some of them as an array; other
    operations take `np.asarray(images)`, which reads all. Floats of other precisions are read as float32. The operating
    system keeps in memory what was read lately, and gives it up when other programs need the memory. The file must not
    change as long as the images are used.

    Args:
        array: a memory-mapped array (N, ...), or a slice of one.
        state: a text that changes if the contents of the file do; by default, from its path, size and time.
        numbers: the rows of `array` that belong to the images, int64; by default all of them.

    >>> import tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "images.npy")
    >>> np.save(path, np.arange(12, dtype="uint8").reshape(3, 2, 2, 1))
    >>> found = MappedImages(np.load(path, mmap_mode="r"))
    >>> found.shape, found.part([2, 0])[0].ravel()
    ((3, 2, 2, 1), array([ 8,  9, 10, 11], dtype=uint8))
    """

    def __init__(self, array: np.memmap, state: str | None = None, numbers: np.ndarray | None = None):
        self.filename, self._array, self._numbers = array.filename, np.asarray(array), numbers
        self._where = f"{os.path.abspath(array.filename)}, {_layout(array)}"
        self._state = _state_of(array.filename) if state is None else state
        self.dtype = np.dtype("uint8" if array.dtype == np.uint8 else "float32")
        self.is_checked = self.dtype == np.uint8  # floats may be NaN or out of range

    def __len__(self) -> int:
        return len(self._array) if self._numbers is None else len(self._numbers)

    def __getitem__(self, key: object) -> np.ndarray:
        """Reads one image or several; raises IndexError if there is no such row."""
        if not isinstance(key, tuple):
            return self._read(key)
        found = self._read(key[0])
        is_one = np.ndim(key[0]) == 0 and not isinstance(key[0], slice)
        return found[key[1:] if is_one else (slice(None), *key[1:])]

    def _read(self, rows):
        if not isinstance(rows, slice):
            rows = np.asarray(rows)
            if rows.dtype == bool and rows.shape != (len(self),):
                raise IndexError(f"There are {len(self)} images, but {rows.shape} booleans; give one for each image.")
            if rows.dtype == bool:
                rows = np.flatnonzero(rows)
            elif not rows.size:
                rows = rows.astype("int64")
        rows = rows if self._numbers is None else self._numbers[rows]
        found = np.array(self._array[rows]) if isinstance(rows, slice) else np.take(self._array, rows, axis=0)
        return found.astype(self.dtype, copy=False)

    def batch(self, rows: np.ndarray, mirrored: np.ndarray | None = None) -> np.ndarray:
        """Reads some images, or vectors, as uint8 or float32, a few at a time.

        Args:
            rows: numbers of rows, int64 (n,).
            mirrored: which images to mirror, left to right, booleans (n,).
        """
        found = _aligned((len(rows), *self.shape[1:]), self.dtype)
        size = max(1, CACHED // max(1, found[:1].nbytes))
        for start in range(0, len(rows), size):
            part, target = self._read(rows[start : start + size]), found[start : start + size]
            if mirrored is not None:
                chosen = np.flatnonzero(mirrored[start : start + size])
                part[chosen] = part[chosen, :, ::-1]
            target[...] = part
        return found

    def __iter__(self) -> Iterator[np.ndarray]:
        return (image for chunk in self.chunks() for image in chunk)

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return self[:] if dtype is None else self[:].astype(dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape (N, ...) of all images together."""
        return (len(self), *self._array.shape[1:])

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._array.ndim

    def part(self, rows: object) -> "MappedImages":
        """Returns some of the images, in the given order, without reading them."""
        numbers = np.arange(len(self._array)) if self._numbers is None else self._numbers
        found = copy.copy(self)
        vars(found)["_numbers"] = numbers[rows]
        return found

    def chunks(self) -> Iterator[np.ndarray]:
        """Reads all images, some at a time."""
        size = max(1, CHUNK // max(1, self._array[:1].nbytes))
        return (self[start : start + size] for start in range(0, len(self), size))

    @property
    def place(self) -> str:
        """A text that says where in which file the images are."""
        order = b"" if self._numbers is None else self._numbers.tobytes()
        return f"{self._where}, {hashlib.sha256(order).hexdigest()}"

    def digest(self) -> str:
        """Returns a text that differs for other images, and for another state of their file, without reading them."""
        return f"{self.place}, {self._state}"


def _aligned(shape, dtype):
    """Returns an array without contents, which TensorFlow can use as a tensor without copying it."""
    size = math.prod(shape) * dtype.itemsize
    whole = np.empty(size + 64, "uint8")
    first = -whole.ctypes.data % 64
    return whole[first : first + size].view(dtype).reshape(shape)


def _layout(array):
    """Returns a text that says which bytes of its file a memory-mapped array, or a slice of one, consists of."""
    whole = array
    while isinstance(whole.base, np.memmap):
        whole = whole.base
    first = whole.offset + array.ctypes.data - whole.ctypes.data
    return f"from byte {first}, {array.dtype.str}, {array.shape}, strides {array.strides}"


def _state_of(path):
    found = os.stat(path)
    return f"{found.st_size} bytes, {found.st_mtime_ns}"
