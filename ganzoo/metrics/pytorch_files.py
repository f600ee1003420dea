"""Tensors from files of PyTorch, without PyTorch and without running anything that a file contains."""

import collections
import dataclasses
import io
import os
import pickle
import struct
import zipfile
from collections.abc import Callable

import numpy as np

_DTYPES = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}

_MAGIC = 0x1950A86A20F9469CFC6C
"""With this number begin the files that PyTorch wrote before it wrote zip files."""


def read_tensors(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """Reads named arrays from a file of `torch.save(module.state_dict(), path)`, or from an .npz file.

    Files of PyTorch are pickles. This reader knows tensors, dicts and plain values alone, and refuses whatever else a
    pickle asks for, so that no code of the file runs. Entries that are not tensors are left out.

    Raises ValueError if the file has another format, is damaged, or contains anything that is refused.
    """
    try:
        with open(path, "rb") as file:
            zipped = zipfile.is_zipfile(file)
            file.seek(0)
            if not zipped:
                return _read_sequence(file)
            with zipfile.ZipFile(file) as archive:
                names = archive.namelist()
                if any(name.endswith(".npy") for name in names):
                    with np.load(path, allow_pickle=False) as arrays:
                        return dict(arrays)
                return _read_zip(archive, names)
    except OSError:
        raise
    except Exception as error:  # pickle and zipfile raise errors of many types for damaged files
        raise ValueError(
            f"{str(path)!r} is not a file of tensors that PyTorch saved, nor an .npz file, or it is damaged: {error}"
        ) from error


@dataclasses.dataclass(frozen=True)
class _Storage:
    dtype: str
    key: str


@dataclasses.dataclass(frozen=True)
class _Tensor:
    """A part of a storage, as a pickle describes it; offset and strides count elements."""

    storage: _Storage
    offset: int
    shape: tuple
    strides: tuple

    def array(self, numbers: np.ndarray) -> np.ndarray:
        last = self.offset + sum((side - 1) * stride for side, stride in zip(self.shape, self.strides, strict=True))
        fits = last < len(numbers) or 0 in self.shape
        if min(self.offset, *self.shape, *self.strides, 0) < 0 or not fits:
            raise ValueError("a tensor is larger than what is stored")
        strides = [stride * numbers.itemsize for stride in self.strides]
        return np.lib.stride_tricks.as_strided(numbers[self.offset :], self.shape, strides).copy()


def _rebuild_tensor(storage, offset, shape, strides, *_):
    return _Tensor(storage, offset, tuple(shape), tuple(strides))


def _rebuild_parameter(tensor, *_):
    return tensor


class _Unpickler(pickle.Unpickler):
    _KNOWN = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
        ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
    }

    def find_class(self, module, name):
        if module == "torch" and name in _DTYPES:
            return name
        if (module, name) not in self._KNOWN:
            raise ValueError(f"it contains {module}.{name}, which is no tensor")
        return self._KNOWN[module, name]

    def persistent_load(self, pid):
        kind, storage, key, *_ = pid
        if kind != "storage":
            raise ValueError(f"it contains {kind}, which is no tensor")
        return _Storage(_DTYPES[storage], str(key))


def _read_zip(archive, names):
    (pickled,) = (name for name in names if name.endswith("/data.pkl"))
    folder = pickled.removesuffix("data.pkl")
    if f"{folder}byteorder" in names and archive.read(f"{folder}byteorder") != b"little":
        raise ValueError("its numbers are big-endian")

    def numbers(storage):
        return np.frombuffer(archive.read(f"{folder}data/{storage.key}"), storage.dtype)

    return _arrays(_Unpickler(io.BytesIO(archive.read(pickled))).load(), numbers)


def _read_sequence(file):
    """Reads the older format: pickles of a magic number, a version, the system, the tensors and the storages' keys."""
    if _Unpickler(file).load() != _MAGIC:
        raise ValueError("it has another format")
    _Unpickler(file).load()
    if not _Unpickler(file).load()["little_endian"]:
        raise ValueError("its numbers are big-endian")
    found = _Unpickler(file).load()
    dtypes = {tensor.storage.key: tensor.storage.dtype for tensor in _tensors(found).values()}
    stored = {}
    for key in map(str, _Unpickler(file).load()):
        (count,) = struct.unpack("<q", file.read(8))
        size = count * np.dtype(dtypes[key]).itemsize
        stored[key] = np.frombuffer(file.read(size), dtypes[key], count)
    return _arrays(found, lambda storage: stored[storage.key])


def _tensors(found):
    if not isinstance(found, dict):
        raise ValueError(f"it holds a {type(found).__name__} instead of a dict of tensors")
    return {name: tensor for name, tensor in found.items() if isinstance(tensor, _Tensor)}


def _arrays(found: dict, numbers: Callable[[_Storage], np.ndarray]) -> dict[str, np.ndarray]:
    return {str(name): tensor.array(numbers(tensor.storage)) for name, tensor in _tensors(found).items()}
