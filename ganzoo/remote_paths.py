"""Paths on file systems of TensorFlow, such as gs://bucket/run, with the part of pathlib's interface that we use."""

import contextlib
import errno
import fnmatch
import importlib
import io
import os
import pathlib
import typing
from collections.abc import Iterator

import tensorflow as tf

NUMBERS = {
    tf.errors.NotFoundError: errno.ENOENT,
    tf.errors.AlreadyExistsError: errno.EEXIST,
    tf.errors.PermissionDeniedError: errno.EACCES,
    tf.errors.UnauthenticatedError: errno.EACCES,
}
"""What the errors of TensorFlow are called elsewhere."""


def check_scheme(scheme: str, path: str) -> None:
    """Raises ValueError if TensorFlow, with the plugins of tensorflow-io if that is installed, lacks a file system."""
    if scheme not in tf.io.gfile.get_registered_schemes():
        with contextlib.suppress(ImportError):
            importlib.import_module("tensorflow_io")
    known = [f"{name}://" for name in sorted(tf.io.gfile.get_registered_schemes()) if name]
    if f"{scheme}://" not in known:
        raise ValueError(
            f"{path!r} is on a file system that TensorFlow does not know here, as it knows only {', '.join(known)}: "
            f"install its plugin for {scheme}:// (tensorflow-io has several), or choose another place."
        )


class RemotePath(os.PathLike):
    """A path such as gs://bucket/run, which works as `pathlib.Path` does, and raises the same errors.

    Files are read whole. They are written by `ganzoo.files.atomic_write`.

    Args:
        scheme: the name of the file system, for instance "gs".
        inside: the path behind "gs://".
    """

    def __init__(self, scheme: str, inside: str | pathlib.PurePosixPath):
        self.scheme, self.inside = scheme, pathlib.PurePosixPath(inside)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.inside if self.inside.parts else ''}"

    def __fspath__(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return f"RemotePath({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RemotePath) and str(self) == str(other)

    def __lt__(self, other: "RemotePath") -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    # Names.

    def _with(self, inside):
        return RemotePath(self.scheme, inside)

    def __truediv__(self, part: str | os.PathLike) -> "RemotePath":
        return self._with(self.inside / part)

    def with_name(self, name: str) -> "RemotePath":
        return self._with(self.inside.with_name(name))

    def with_suffix(self, suffix: str) -> "RemotePath":
        return self._with(self.inside.with_suffix(suffix))

    def relative_to(self, folder: "RemotePath") -> pathlib.PurePosixPath:
        return self.inside.relative_to(folder.inside)

    def expanduser(self) -> "RemotePath":
        return self

    @property
    def name(self) -> str:
        return self.inside.name

    @property
    def stem(self) -> str:
        return self.inside.stem

    @property
    def suffix(self) -> str:
        return self.inside.suffix

    @property
    def parent(self) -> "RemotePath":
        return self._with(self.inside.parent)

    @property
    def parents(self) -> list["RemotePath"]:
        return [self._with(inside) for inside in self.inside.parents]

    # What is there.

    def _statistics(self):
        """Returns what TensorFlow tells about this path, or None if nothing is there; fails if it cannot be known."""
        try:
            with self._errors():
                return tf.io.gfile.stat(str(self))
        except FileNotFoundError:
            return None

    def exists(self) -> bool:
        return self._statistics() is not None

    def is_dir(self) -> bool:
        found = self._statistics()
        return found is not None and found.is_directory

    def is_file(self) -> bool:
        found = self._statistics()
        return found is not None and not found.is_directory

    def iterdir(self) -> Iterator["RemotePath"]:
        with self._errors():
            names = tf.io.gfile.listdir(str(self))
        return (self / name.rstrip("/") for name in names)

    def glob(self, pattern: str) -> Iterator["RemotePath"]:
        """Yields what is in this folder, but not in folders in it, if its name has the pattern."""
        found = self.iterdir() if self.is_dir() else ()
        return (path for path in found if fnmatch.fnmatchcase(path.name, pattern))

    def rglob(self, pattern: str) -> Iterator["RemotePath"]:
        """Yields the files in this folder and in all folders in it whose names have the pattern."""
        for folder, _, names in tf.io.gfile.walk(str(self)):
            inside = pathlib.PurePosixPath(folder.partition("://")[2])
            yield from (self._with(inside / name) for name in names if fnmatch.fnmatchcase(name, pattern))

    # Reading and writing.

    def read_bytes(self) -> bytes:
        with self._errors(), tf.io.gfile.GFile(str(self), "rb") as file:
            return file.read()

    def read_text(self, encoding: str = "utf-8") -> str:
        with self.open(encoding=encoding) as file:
            return file.read()

    def open(self, mode: str = "r", encoding: str = "utf-8", newline: str | None = None) -> typing.IO:
        """Opens the file to read it; its whole content is then in memory."""
        if mode not in ("r", "rb"):
            raise ValueError(f"{self} can only be opened to read it: write it by `ganzoo.files.atomic_write`.")
        content = io.BytesIO(self.read_bytes())
        return content if mode == "rb" else io.TextIOWrapper(content, encoding, newline=newline)

    def write_bytes(self, content: bytes) -> None:
        self.unlink(missing_ok=True)  # ram:// would append to an earlier file
        with self._errors(), tf.io.gfile.GFile(str(self), "wb") as file:
            file.write(content)

    def write_text(self, text: str, encoding: str = "utf-8") -> None:
        self.write_bytes(text.encode(encoding))

    def download(self, target: pathlib.Path) -> None:
        """Copies this file to a local path."""
        with self._errors():
            tf.io.gfile.copy(str(self), str(target), overwrite=True)

    def upload(self, source: pathlib.Path) -> None:
        """Makes this file a copy of a local one."""
        self.unlink(missing_ok=True)
        with self._errors():
            tf.io.gfile.copy(str(source), str(self), overwrite=True)

    def mkdir(self, parents: bool = False, exist_ok: bool = False) -> None:
        """Makes the folder, and those that contain it, `parents` or not, as most remote file systems do."""
        is_there = self.is_dir()
        if is_there and exist_ok:
            return
        around = self.parents[:-2]  # without the bucket, about which one may lack the permission to ask
        if is_there or any(path.is_file() for path in [self, *around]):  # of which some file systems make folders
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self))
        with self._errors():
            tf.io.gfile.makedirs(str(self))

    def unlink(self, missing_ok: bool = False) -> None:
        try:
            with self._errors():
                tf.io.gfile.remove(str(self))
        except FileNotFoundError:
            if not missing_ok:
                raise

    def replace(self, target: "RemotePath") -> None:
        with self._errors():
            tf.io.gfile.rename(str(self), str(target), overwrite=True)

    @contextlib.contextmanager
    def _errors(self):
        """Raises the errors of TensorFlow in the block as the OSError that `pathlib.Path` would raise."""
        try:
            yield
        except tf.errors.OpError as error:
            number, said = NUMBERS.get(type(error), errno.EIO), " ".join(str(error.message).split())
            reason = os.strerror(number)
            if number == errno.EACCES:
                reason = f"The file system refuses this ({said}): check your credentials and their permissions"
            elif number == errno.EIO:
                reason = f"The file system does not do this ({said}): check the name, the network and your credentials"
            raise OSError(number, reason, str(self)) from error
