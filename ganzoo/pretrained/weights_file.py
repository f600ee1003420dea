"""Files of Keras weights (HDF5): copying a part of one, and putting a part into a model."""

import os
import pathlib
from collections.abc import Callable

import h5py
import numpy as np


def copy_weights(
    source: pathlib.Path, target: pathlib.Path, keeps: Callable[[str], bool], dtype: str, prefix: str = ""
) -> None:
    """Copies the arrays of those parts of a file of weights whose first name `keeps` accepts.

    Args:
        source, target: the files. Arrays are added to a target that exists.
        keeps: whether the part of a model with this attribute name, "generator" for instance, is copied.
        dtype: "float32", or "float16", to which float32 is rounded.
        prefix: what the names in `target` begin with, before those in `source`.

    Raises:
        ValueError: if a weight is NaN or infinite, or too large for float16.
    """

    with h5py.File(source) as old, h5py.File(target, "a") as new:
        for name, array in arrays_in(old).items():
            if keeps(name.split("/")[0]):
                values = _rounded(array[()], dtype, name)
                new.create_dataset(prefix + name, data=values, **({"compression": "gzip"} if values.ndim else {}))


def _rounded(values, dtype, name):
    if not np.issubdtype(values.dtype, np.floating):
        return values
    if not np.isfinite(values).all():
        raise ValueError(f"The weights {name} hold NaN or infinity: save an earlier checkpoint.")
    if values.dtype != np.float32 or dtype == "float32":
        return values
    with np.errstate(over="ignore"):
        rounded = values.astype(dtype)
    if not np.isfinite(rounded).all():
        raise ValueError(f"The weights {name} are too large for {dtype}: save them as float32.")
    return rounded


def replace_weights(target: pathlib.Path, source: pathlib.Path, needs: Callable[[str], bool]) -> None:
    """Replaces the arrays in a file of weights, `target`, by those that `source` has.

    Raises:
        ValueError: if `source` has an array that `target` lacks, or of another shape; or lacks one in a part whose
            first name `needs` accepts; or keeps arrays outside of its own file.
    """
    with _opened(source) as preset, h5py.File(target, "r+") as model:
        found, own = arrays_in(preset), arrays_in(model)
        missing = [name for name in own if needs(name.split("/")[0]) and name not in found]
        if missing or not set(found) <= set(own):
            name = (missing or sorted(set(found) - set(own)))[0]
            raise ValueError(f"{'it lacks' if missing else 'the model has no'} {name}")
        for name, array in found.items():
            if array.is_virtual or array.external:
                raise ValueError(f"{name} refers to another file")
            if array.shape != own[name].shape:
                raise ValueError(f"{name} has the shape {array.shape}, not {own[name].shape}")
            own[name][...] = array[()]


def _opened(path: str | os.PathLike) -> h5py.File:
    try:
        return h5py.File(path)
    except OSError as error:
        raise ValueError("it is no HDF5 file, or incomplete") from error


def arrays_in(file: h5py.File) -> dict[str, h5py.Dataset]:
    """Returns {name: array} of an HDF5 file, without following links to other files."""
    found = {}
    file.visititems(lambda name, item: found.update({name: item} if isinstance(item, h5py.Dataset) else {}))
    return found
