"""Files that are there whole or not at all."""

import contextlib
import glob
import json
import os
import pathlib
import socket
import zipfile


@contextlib.contextmanager
def atomic_write(path):
    """Gives a temporary path beside `path`, of the same ending, and moves it to `path` once the block is done.

    The folder is made if missing. A crash or an error in between leaves the old file as it was. What a killed process
    left half-written of this file is cleared away.
    """
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    host = socket.gethostname()  # a folder may be shared between machines
    for left in path.parent.glob(f".*-{glob.escape(f'{host}-{path.name}')}"):
        if (number := left.name[1:].split("-")[0]).isdigit() and not _is_alive(int(number)):
            left.unlink(missing_ok=True)
    beside = path.with_name(f".{os.getpid()}-{host}-{path.name}")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def write_json(path, values):
    """Leaves `values` in a file at `path`, indented."""
    with atomic_write(path) as beside:
        beside.write_text(json.dumps(values, indent=2) + "\n")


def _is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # another user's
    return True


def is_whole_zip(path):
    """Whether all that is in a zip archive, as .keras files are, can be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, EOFError, OSError):
        return False
