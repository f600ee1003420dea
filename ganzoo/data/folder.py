"""Reading a folder of image files."""

import errno
import hashlib
import os
import posixpath
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import tensorflow as tf

from ganzoo.data import layout, reading
from ganzoo.data.examples import Examples
from ganzoo.data.image_files import SUFFIXES
from ganzoo.data.sources import CACHE, Item, ReadingOptions, Source

MOST_KINDS = 8
"""How many suffixes a message lists."""
REQUESTS = 32
"""How many files of a remote file system are asked about at a time."""


def from_folder(
    path: str | Path,
    split: str = "train",
    data_shape: tuple[int, int, int] | None = None,
    crop: int | None = None,
    skip_broken: bool = False,
    cache_dir: str | os.PathLike = CACHE,
) -> Examples:
    """Reads `Examples` from the image files in a folder and its sub-folders, in sorted order.

    Pillow reads BMP, GIF, JPEG, PNG, PPM, TIFF and WebP files (their first frame), upright as their EXIF orientation
    says. A warning counts all other files, except for hidden files, and for text and tables such as .txt and .csv.
    Symbolic links are followed. The folder may be on any file system of TensorFlow, such as gs://.

    Images of more than 256 MB in all are prepared once, in a folder of `cache_dir`, and memory-mapped from then on;
    `ganzoo.data.prepared` tells how.

    If there is a sub-folder with the name of the split, its images are read. Otherwise all images belong to the split
    "train". If the images are in sub-folders, each of these is a class, and its name is kept in `class_names`; deeper
    sub-folders belong to the class. Classes are numbered in the sorted order of their names in the split "train", and
    the examples are then shuffled, in the same way each time, so that the first few of them come from all classes.

    A sub-folder that is called like a split, such as "train" in vehicles/{car,plane,train}, is a class if it contains
    images itself and no other sub-folder is called like a split (see `ganzoo.data.layout`).

    Args:
        path: the folder.
        split: "train", or the name of a sub-folder.
        data_shape: (H, W, C), to which images are cropped and resized (see `ganzoo.data.resizing.fit`). JPEG files of
            at least four times that size are decoded at a fraction of their own. Without it, all must have the same
            shape.
        crop: the side of the central square that is cut out of each image first, such as CelebA's usual 108 or 178.
        skip_broken: whether to leave out files that cannot be read, or are smaller than `crop`, with a warning, instead
            of refusing them.
        cache_dir: the folder for prepared images, on a local disk.

    Raises ValueError if the folder has no images or no such split, if there are images both in sub-folders and beside
    them, if a file or a folder cannot be read, if the split "train" lacks a class, if `data_shape` is None and the
    images have several shapes, if an image is smaller than `crop`, or if the disk has too little space.
    """
    options = ReadingOptions(data_shape, crop, skip_broken, cache_dir)
    root = str(path).rstrip("/") or "/"
    states = dict(_walk(root))
    images = [file for file in states if layout.suffix_of(file) in SUFFIXES]
    if not images:
        others = ", ".join(sorted({layout.suffix_of(file) for file in states})[:MOST_KINDS])
        raise ValueError(
            f"There are no image files ({', '.join(sorted(SUFFIXES))}) in {root!r}, which has {len(states)} other "
            f"files ({others}); give the path of the folder that contains them."
        )
    part = layout.find_split(images, split, root)
    source = _source(root, part, images, states)
    examples, broken = reading.read(source, options)
    _warn_of_left_out(root, len(examples), layout.left_out(list(states), images, part), sorted(broken))
    return examples


def _source(root, part, images, states):
    """Returns the images of a split as a `Source`, of which the classes are shuffled."""
    chosen = layout.inside(images, part)
    labels, names = layout.find_classes(images, part, root)
    if labels is None:
        labels = np.full(len(chosen), -1)
    else:
        order = np.random.default_rng(0).permutation(len(chosen))
        chosen, labels = [chosen[index] for index in order], labels[order]
    inner = f"{part}/" if part else ""

    def state():
        listed = [(file, states[inner + file]) for file in chosen]
        return hashlib.sha256(repr((listed, names)).encode("utf-8", "surrogateescape")).hexdigest()

    def items(start):
        for file, label in zip(chosen[start:], labels[start:], strict=True):
            yield Item(posixpath.join(root, inner + file), layout.printable(file), int(label))

    place = root if "://" in root else os.path.abspath(root)
    name = layout.printable(root)
    return Source(name, f"{place}/{part}", state, len(chosen), items, names)


def _walk(root: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yields (path, (size, time)) of what is not a folder in a folder and its sub-folders, sorted, without hidden ones.

    Paths are relative to the folder, and times, of the last change, are in nanoseconds. Links to folders are followed,
    except for those to a folder that contains them.
    """
    try:
        found = _walk_remote(root) if "://" in root else _walk_local(root)
        yield from sorted(found, key=lambda entry: entry[0].replace("/", "\0"))  # folder by folder
    except OSError as error:
        raise ValueError(
            f"The folder {error.filename or root!r} cannot be read ({error.strerror}); check its path and its "
            "permissions."
        ) from error


def _walk_local(folder, inner="", above=()):
    status = os.stat(folder)
    identity = status.st_dev, status.st_ino
    if identity in above:
        return
    with os.scandir(folder) as scan:
        entries = [entry for entry in scan if not entry.name.startswith(".")]
    for entry in entries:
        if _is_folder(entry):
            yield from _walk_local(entry.path, f"{inner}{entry.name}/", (*above, identity))
        else:
            try:
                found = entry.stat()
            except OSError:  # a link to nothing
                yield inner + entry.name, (0, 0)
            else:
                yield inner + entry.name, (found.st_size, found.st_mtime_ns)


def _is_folder(entry):
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, for instance
        return False


def _walk_remote(root):
    try:
        walked = [(folder[len(root) :].strip("/"), names) for folder, _, names in tf.io.gfile.walk(root, onerror=_fail)]
        files = [posixpath.join(inner, name) for inner, names in walked for name in names]
        files = [file for file in files if not any(part.startswith(".") for part in file.split("/"))]
        with ThreadPoolExecutor(REQUESTS) as pool:
            found = list(pool.map(lambda file: tf.io.gfile.stat(posixpath.join(root, file)), files))
    except tf.errors.OpError as error:
        raise OSError(errno.EIO, " ".join(str(error.message).split()) or type(error).__name__, root) from error
    return [(file, (one.length, one.mtime_nsec)) for file, one in zip(files, found, strict=True)]


def _fail(error):
    raise error


def _warn_of_left_out(root, count, others, broken):
    """Warns once of all files that were left out: `others`, {kind: number}, and the names of broken images."""
    number = sum(others.values()) + len(broken)
    if number:
        kinds = sorted(others, key=lambda kind: (-others[kind], kind))[:MOST_KINDS]
        kinds += [f"{len(broken)} images that are broken or too small, such as {broken[0]!r}"] if broken else []
        warnings.warn(
            f"From {root!r}, ganzoo read {count} images and left out {number} files: {', '.join(kinds)}; convert, "
            "repair or move those that should be read.",
            stacklevel=3,
        )
