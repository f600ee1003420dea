"""Writing files atomically, so that they are never incomplete, and finding damage in files."""

import contextlib
import errno
import glob
import json
import os
import pathlib
import socket
import typing
import zipfile
import zlib
from collections.abc import Iterator

DAMAGED = (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, zlib.error)
"""What `zipfile` raises for an archive with damaged bytes."""
LARGEST_GROWTH = 100
"""By how many times an entry of an archive may grow as it is unpacked."""


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike) -> Iterator[pathlib.Path]:
    """Yields a temporary path in the same folder, with the same suffix, and moves it to `path` after the block.

    The folder is created if necessary. If the block fails or the process dies, an existing file at `path` is unchanged.
    Temporary files that killed processes of this machine have left behind for this path are deleted. An OSError in the
    block names the path if it names no file itself.
    """
    path = pathlib.Path(path)
    make_folder(path.parent)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "It is a folder: choose another name for the file", str(path))
    host = socket.gethostname()  # several machines may share a folder
    for leftover in path.parent.glob(f".*-{glob.escape(f'{host}-{path.name}')}"):
        if (number := leftover.name[1:].split("-")[0]).isdigit() and not _is_alive(int(number)):
            leftover.unlink(missing_ok=True)
    temporary = path.with_name(f".{os.getpid()}-{host}-{path.name}")
    try:
        yield temporary
        os.replace(temporary, path)
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
        pathlib.Path(path).mkdir(parents=True, exist_ok=True)
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
        found = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, kind):
        raise ValueError(f"{path} is damaged: {cure}.")
    return found


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
    try:
        with zipfile.ZipFile(path) as archive:
            swollen = any(one.file_size > LARGEST_GROWTH * max(one.compress_size, 2**20) for one in archive.infolist())
            return not swollen and archive.testzip() is None
    except DAMAGED:
        return False
