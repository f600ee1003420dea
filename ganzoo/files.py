"""Paths, local or not; writing files atomically, so that they are never incomplete; finding damage in files.

All paths that users give become objects here, by `as_path`, so that everything works on remote file systems too.
"""

import contextlib
import errno
import glob
import json
import os
import pathlib
import re
import socket
import tempfile
import typing
import zipfile
import zlib
from collections.abc import Iterator

from ganzoo.remote_paths import RemotePath, check_scheme

AnyPath = pathlib.Path | RemotePath
DAMAGED = (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, zlib.error)
"""What `zipfile` raises for an archive with damaged bytes."""
LARGEST_GROWTH = 100
"""By how many times an entry of an archive may grow as it is unpacked."""


def as_path(path: str | os.PathLike) -> AnyPath:
    """Returns a `pathlib.Path`, or for SCHEME://... a `RemotePath` on that file system of TensorFlow.

    Raises ValueError if TensorFlow does not know the file system, or if nothing follows the scheme.

    >>> as_path("runs/first") / "config.json"
    PosixPath('runs/first/config.json')
    >>> as_path("ram://bucket/first") / "config.json"
    RemotePath('ram://bucket/first/config.json')
    """
    if isinstance(path, RemotePath):
        return path
    found = re.fullmatch(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", str(path), re.DOTALL)
    if not found:
        return pathlib.Path(path)
    scheme, inside = found.groups()
    if not inside.strip("/"):
        raise ValueError(f"{found[0]!r} names no file or folder: give one, such as {scheme}://bucket/run.")
    if scheme == "file":
        return pathlib.Path(inside)
    check_scheme(scheme, found[0])
    return RemotePath(scheme, inside)


@contextlib.contextmanager
def local_copy(path: str | os.PathLike) -> Iterator[pathlib.Path]:
    """Yields a local path by which a file can be read in the block: its own, or that of a copy of a remote file."""
    path = as_path(path)
    if isinstance(path, pathlib.Path):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, path.name)
        path.download(copy)
        yield copy


@contextlib.contextmanager
def _local_original(path):
    """Yields a local path by which a file can be written: its own, or that of a file that is copied to it then."""
    if isinstance(path, pathlib.Path):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        original = pathlib.Path(folder, path.name)
        yield original
        path.upload(original)


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike, overwrite: bool = True) -> Iterator[pathlib.Path]:
    """Yields a temporary local path with the same suffix, and moves its file to `path` after the block.

    The temporary file is in the same folder or, for a remote path, in a local one from which it is copied. The folder
    is created if necessary. If the block fails or the process dies, an existing file at `path` is unchanged. Temporary
    files that killed processes of this machine have left behind for this path are deleted. An OSError in the block
    names the path if it names no file itself. Without `overwrite`, an existing file is refused with a FileExistsError.
    """
    path = as_path(path)
    if not overwrite and path.exists():
        raise FileExistsError(errno.EEXIST, "It exists and is not to be overwritten: choose another name", str(path))
    make_folder(path.parent)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "It is a folder: choose another name for the file", str(path))
    host = socket.gethostname()  # several machines may share a folder
    for leftover in path.parent.glob(f".*-{glob.escape(f'{host}-{path.name}')}"):
        if (number := leftover.name[1:].split("-")[0]).isdigit() and not _is_alive(int(number)):
            leftover.unlink(missing_ok=True)
    temporary = path.with_name(f".{os.getpid()}-{host}-{path.name}")
    try:
        with _local_original(temporary) as original:
            yield original
        temporary.replace(path)
    except OSError as error:
        if error.filename is not None:
            raise
        if error.errno is None:  # NumPy's, for instance
            raise OSError(f"{path} could not be written ({error}).") from error
        error.filename = str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def make_folder(path: str | os.PathLike) -> None:
    """Makes a folder, and those that contain it, where they are missing; raises OSError if something is in the way."""
    try:
        as_path(path).mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise NotADirectoryError(
            error.errno, "It cannot be a folder, as a file is in the way: choose another place", str(path)
        ) from error


def write_json(path: str | os.PathLike, values: object) -> None:
    """Writes `values` to a file as indented JSON, atomically."""
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(values, indent=2) + "\n")


def read_json(path: str | os.PathLike, cure: str, kind: type = dict) -> typing.Any:
    """Reads a value of this kind from a JSON file.

    Raises ValueError, which names the file and the `cure`, if the file is damaged or holds another kind of value.
    """
    try:
        found = json.loads(as_path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, kind):
        raise ValueError(f"{path} is damaged: {cure}.")
    return found


def append_line(path: str | os.PathLike, line: str) -> None:
    """Appends a line to a file, in which the last line may have been cut short, for instance by a full disk.

    The folder is made if necessary.
    """
    path = as_path(path)
    make_folder(path.parent)
    earlier = path.read_bytes() if path.exists() else b""
    text = ("" if earlier.endswith(b"\n") or not earlier else "\n") + line + "\n"
    if isinstance(path, RemotePath):  # such files cannot grow
        with atomic_write(path) as whole:
            whole.write_bytes(earlier + text.encode())
        return
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


def _is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # a process of another user
    return True


def is_whole_zip(path: str | os.PathLike) -> bool:
    """Returns whether a zip archive, such as a .keras file, is complete and undamaged.

    An archive that would grow far more than weights do when unpacked counts as damaged, and is not unpacked.
    """
    with local_copy(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                swollen = any(one.file_size > LARGEST_GROWTH * max(one.compress_size, 2**20) for one in entries)
                return not swollen and archive.testzip() is None
        except DAMAGED:
            return False
