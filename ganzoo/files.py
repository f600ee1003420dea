"""Writing files atomically, so that they are never incomplete."""

import contextlib
import glob
import json
import os
import pathlib
import socket
import zipfile
from collections.abc import Iterator


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike) -> Iterator[pathlib.Path]:
    """Yields a temporary path in the same folder, with the same suffix, and moves it to `path` after the block.

    The folder is created if necessary. If the block fails or the process dies, an existing file at `path` is unchanged.
    Temporary files that killed processes of this machine have left behind for this path are deleted.
    """
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    host = socket.gethostname()  # several machines may share a folder
    for leftover in path.parent.glob(f".*-{glob.escape(f'{host}-{path.name}')}"):
        if (number := leftover.name[1:].split("-")[0]).isdigit() and not _is_alive(int(number)):
            leftover.unlink(missing_ok=True)
    temporary = path.with_name(f".{os.getpid()}-{host}-{path.name}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: str | os.PathLike, values: object) -> None:
    """Writes `values` to a file as indented JSON, atomically."""
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(values, indent=2) + "\n")


def _is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # a process of another user
    return True


def is_whole_zip(path: str | os.PathLike) -> bool:
    """Returns whether a zip archive, such as a .keras file, is complete and undamaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, EOFError, OSError):
        return False
