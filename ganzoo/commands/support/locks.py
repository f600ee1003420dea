"""A lock on a folder, so that two processes do not write the same files."""

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator

from ganzoo.files import AnyPath, as_path, make_folder
from ganzoo.remote_paths import RemotePath


@contextlib.contextmanager
def hold(folder: AnyPath | str, script: str, doing: str = "works", is_new: bool = False) -> Iterator[None]:
    """Keeps other processes of the same script out of a folder, which is made if necessary, until the block ends.

    The operating system releases the lock when the process dies, however it dies. On a file system without locks,
    nothing is locked; nor is it on a remote one, such as gs://, where no lock can be held and the folder is not made.

    Args:
        script: the name of the script.
        doing: what it does, in the error's words.
        is_new: whether the folder was made for this script. Such a folder, and one that is made here, is deleted if
            nothing was written to it.

    Raises:
        ValueError: if another process holds the lock.
    """
    folder, owner = as_path(folder), f"process {os.getpid()} on {socket.gethostname()}"
    if isinstance(folder, RemotePath):
        yield
        return
    is_new, path = is_new or not folder.exists(), folder / f".{script}.lock"
    file = _lock(path, f"{doing} in {folder}")
    try:
        file.truncate(0)
        with contextlib.suppress(OSError):  # a full disk
            os.write(file.fileno(), owner.encode())
        yield
    finally:
        path.unlink(missing_ok=True)  # before the lock is released, so that no file of another process is deleted
        file.close()
        if is_new:
            with contextlib.suppress(OSError):  # it is not empty
                folder.rmdir()


def _lock(path, what):
    """Opens and locks a file. It begins again if the file was deleted by its earlier owner in the meantime."""
    while True:
        make_folder(path.parent)
        file = open(path, "a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read() or "on this or another machine"
            file.close()
            raise ValueError(
                f"Another process {what} ({owner}): wait until it has ended, or choose another folder."
            ) from None
        except OSError:
            return file  # a file system without locks
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
        file.close()
