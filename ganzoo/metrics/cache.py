"""Files that spare a computation. Without them everything works, but takes longer."""

import os
import pathlib
import warnings
from collections.abc import Callable
from typing import TypeVar

from ganzoo.files import atomic_write

Value = TypeVar("Value")


def load(read: Callable[[], Value]) -> Value | None:
    """Returns what `read` returns, or None if its files are missing, damaged or from another version."""
    try:
        return read()
    except Exception:  # libraries raise errors of many types for damaged files
        return None


def save(path: str | os.PathLike, write: Callable[[pathlib.Path], object]) -> None:
    """Calls `write` with the path of a temporary file, which then becomes `path`; warns if that is impossible."""
    try:
        with atomic_write(path) as temporary:
            write(temporary)
    except OSError as error:
        warnings.warn(
            f"The cache file {str(path)!r} cannot be written ({error.strerror or error}), so the next evaluation will "
            "compute its contents again; give a cache folder that can be written, with enough space.",
            stacklevel=2,
        )
