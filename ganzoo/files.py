"""Files that are there whole or not at all."""

import contextlib
import os
import pathlib
import zipfile


@contextlib.contextmanager
def written_beside(path):
    """Gives a temporary path beside `path`, of the same ending, and moves it to `path` once the block is done.

    The folder is made if missing. A crash or an error in between leaves the old file as it was.
    """
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def is_whole_zip(path):
    """Whether all that is in a zip archive, as .keras files are, can be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, EOFError, OSError):
        return False
