"""TensorFlow's file system in memory, ram://, stands for the remote ones in tests; it is a process's own.

It lists in a folder `samples` the file `-seed0.png` too, if `samples-seed0.png` is beside the folder; no others do so.
"""

import itertools

import tensorflow as tf

from ganzoo.files import as_path

_NUMBERS = itertools.count()


def new_folder():
    """A folder that no other test uses, which is not made yet."""
    return as_path(f"ram://test-{next(_NUMBERS)}/folder")


def names(folder):
    """The names of what is in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir() if path.exists())


def files(folder):
    """{path in the folder: content} of all files in a remote folder and its folders."""
    return {str(path).removeprefix(f"{folder}/"): path.read_bytes() for path in folder.rglob("*") if path.exists()}


def fail_in_the_middle(monkeypatch, error):
    """Lets every file that is copied to a remote file system break off with this error, half of it written."""

    def copy(source, target, overwrite=False):
        with open(source, "rb") as file, tf.io.gfile.GFile(target, "wb") as half:
            content = file.read()
            half.write(content[: len(content) // 2])
        raise error

    monkeypatch.setattr(tf.io.gfile, "copy", copy)
