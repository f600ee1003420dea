"""Sets of images that were decoded, cropped and resized once, into a file from which any of them is read at once.

Each is a folder of the cache, such as prepared/photos-64x64x3-94862fd2-187e51a85915. The first of the last two numbers
stands for the place of the images and how they were read, the second for the state of their files. So a folder of
images that has changed is prepared anew, and what was prepared of its earlier state is deleted. It holds

    images.bin: the images one after the other, in C order, N * H * W * C bytes of uint8 images
    labels.bin: their labels, int32
    about.json: what they are, written last

A file that is replaced by another of the same size and time is not noticed.
"""

import contextlib
import hashlib
import math
import os
import re
import shutil
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from tqdm.auto import tqdm

from ganzoo.data.mapped import MappedImages
from ganzoo.data.sources import Group, ReadingOptions, Source
from ganzoo.files import as_path, make_folder, read_json, write_json

try:
    import fcntl
except ImportError:  # on Windows, where nothing is locked
    fcntl = None

IMAGES, LABELS, ABOUT, PROGRESS = "images.bin", "labels.bin", "about.json", "progress.json"
VERSION = 1
"""A part of each name, which grows when the same files give other images."""
RECORD_EVERY = 5
"""Seconds between two records of the progress, from which a preparation that was killed goes on."""


def load_or_prepare(
    source: Source, shape: tuple[int, ...], options: ReadingOptions, groups: Callable[[int], Iterator[Group]]
) -> tuple[MappedImages | np.ndarray, np.ndarray, dict[str, str]]:
    """Returns the images of a source, memory-mapped, their labels (N,), and {name: sentence} of those left out.

    They are prepared if they are not in the cache yet. Other processes that want images of this place wait until then.

    Args:
        source: where the images come from.
        shape: of one image, (H, W, C).
        options: how they are read.
        groups: returns an iterator over the decoded images, from an item of the source on.

    Raises ValueError if the disk has too little space for the images; OSError if they cannot be read or written. What
    was prepared by then is kept, and the next call goes on from there if the files of the source are the same.
    """
    place = _hash(source.place, shape, source.dtype, options.crop, VERSION)
    stem = re.sub(r"[^\w.-]+", "_", source.name)[-40:].strip("_.") or "images"
    start = f"{stem}-{'x'.join(map(str, shape))}-{place[:8]}-"
    cache = as_path(options.cache_dir).expanduser() / "prepared"
    folder = cache / (start + _hash(source.state(), source.count)[:12])
    with contextlib.suppress(ValueError):
        if (found := _load(folder, source, shape)) is not None:
            return found
    try:
        make_folder(cache)
        with _lock(cache / f".{start}lock", source.name):
            return _load_in_lock(folder, source, shape, groups, start)
    except OSError as error:
        if not str(error.filename or cache).startswith(str(cache)):
            raise
        advice = "free some disk space, or choose another cache_dir"
        raise OSError(error.errno, f"{error.strerror or error}: {advice}", str(error.filename or cache)) from error


def _load_in_lock(folder, source, shape, groups, start):
    try:
        found = _load(folder, source, shape)
    except ValueError as error:
        warnings.warn(
            f"The prepared images in {str(folder)!r} are damaged, and are prepared again: {error}", stacklevel=4
        )
        shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
        found = None
    if found is not None:  # another process has prepared them in the meantime
        return found
    if earlier := _others(folder, start):
        warnings.warn(f"{source.name!r} has changed since it was prepared; it is prepared anew.", stacklevel=4)
    done = _prepare(source, shape, folder, groups)
    for path in earlier:
        shutil.rmtree(path, ignore_errors=True)
    if done["rows"]:
        return _load(folder, source, shape)
    return np.empty((0, *shape), source.dtype), np.empty(0, "int32"), done["broken"]


def _others(folder, start):
    """Returns the folders of other states of the same place, whose names have the same start."""
    beside = [path for path in folder.parent.iterdir() if path.name.startswith(start) and path.is_dir()]
    return [path for path in beside if not path.name.startswith(folder.name)]


def _hash(*parts):
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _load(folder, source, shape):
    """Returns what `load_or_prepare` does, or None if the folder is missing; raises ValueError if it is damaged."""
    if not os.path.lexists(folder):
        return None
    try:
        about = read_json(folder / ABOUT, "delete its folder")
        labels = np.fromfile(folder / LABELS, "int32")
        size = (folder / IMAGES).stat().st_size
    except OSError as error:
        raise ValueError(f"{error.strerror}.") from error
    rows, broken = about.get("rows"), about.get("broken")
    if not _is_done(about, source.count) or about["items"] != source.count or not rows:
        raise ValueError("its description is of other images.")
    if len(labels) != rows or size != rows * _bytes_of_one(source, shape):
        raise ValueError("it has been cut short.")
    if not -1 <= labels.min() <= labels.max() < max(len(source.class_names or ()), 1):
        raise ValueError("its labels are none of the classes.")
    images = np.memmap(folder / IMAGES, source.dtype, "r", shape=(rows, *shape))
    return MappedImages(images, folder.name), labels, broken


def _is_done(done, count):
    """Returns whether a record says how many of `count` items were taken, and what became of each."""
    items, rows, broken = (done.get(name) for name in ("items", "rows", "broken"))
    are_numbers = isinstance(items, int) and isinstance(rows, int) and isinstance(broken, dict)
    return are_numbers and 0 <= rows <= items <= count and rows + len(broken) == items


def _bytes_of_one(source, shape):
    return math.prod(shape) * np.dtype(source.dtype).itemsize


def _prepare(source, shape, folder, groups):
    """Makes the folder, unless no image can be read; returns what became of the items."""
    partial, size = folder.with_name(f"{folder.name}.partial"), _bytes_of_one(source, shape)
    make_folder(partial)
    done = _progress(partial, source, size)
    needed, free = (source.count - done["items"]) * size, shutil.disk_usage(partial).free
    if needed > free:
        raise ValueError(
            f"Preparing {source.name!r} needs {_size(needed)} in {str(folder.parent)!r}, which has only {_size(free)} "
            "free; free some disk space, choose another cache_dir, or a smaller data_shape."
        )
    done = _write(partial, done, size, source, groups)
    if done["rows"]:
        write_json(partial / ABOUT, {"source": repr(source.place), "shape": shape, **done})
        (partial / PROGRESS).unlink(missing_ok=True)
        os.replace(partial, folder)
    return done


def _size(count):
    return f"{count / 1e9:,.1f} GB" if count >= 1e8 else f"{count / 1e6:,.1f} MB"


def _progress(partial, source, size):
    """Returns how far an earlier preparation came: items of the source taken, rows written, and items left out."""
    with contextlib.suppress(OSError, ValueError):
        done = read_json(partial / PROGRESS, "")
        images, labels = ((partial / name).stat().st_size for name in (IMAGES, LABELS))
        if _is_done(done, source.count) and images >= done["rows"] * size and labels >= done["rows"] * 4:
            return done
    return {"items": 0, "rows": 0, "broken": {}}


def _write(partial, done, size, source, groups):
    """Appends the images that are missing to the files of a partial preparation; returns what was done in the end."""
    with contextlib.ExitStack() as opened:
        files = [opened.enter_context(open(partial / name, "ab")) for name in (IMAGES, LABELS)]
        for file, each in zip(files, (size, 4), strict=True):
            file.truncate(done["rows"] * each)  # what was written after the last record of the progress
        title = f"Preparing {source.name}"
        bar = opened.enter_context(tqdm(total=source.count, initial=done["items"], desc=title, unit=" images", delay=1))
        thread = opened.enter_context(ThreadPoolExecutor(1))  # in which the disk is waited for
        recording, recorded = thread.submit(dict), time.monotonic()
        try:
            for group in groups(done["items"]):
                for file, part in zip(files, (group.images, group.labels), strict=True):
                    file.write(part.data)
                rows, taken = len(group.images), len(group.images) + len(group.broken)
                done = {
                    "items": done["items"] + taken,
                    "rows": done["rows"] + rows,
                    "broken": done["broken"] | group.broken,
                }
                bar.update(taken)
                if recording.done() and time.monotonic() - recorded > RECORD_EVERY:
                    recording.result()
                    recording, recorded = thread.submit(_record, partial, files, done), time.monotonic()
        except BaseException:
            with contextlib.suppress(OSError):  # a full disk, for instance, of which the error tells
                thread.submit(_record, partial, files, done).result()
            raise
        thread.submit(_record, partial, files, done).result()
    return done


def _record(partial, files, done):
    """Waits until the files are on the disk as far as they were done, and then says so."""
    for file in files:
        file.flush()
        os.fsync(file.fileno())
    write_json(partial / PROGRESS, done)


@contextlib.contextmanager
def _lock(path, name):
    """Keeps other processes out of the block. On a file system without locks, nothing is locked."""
    with open(path, "w") as file:
        with contextlib.suppress(AttributeError):  # of None, without fcntl
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                warnings.warn(f"Another process prepares {name!r}; this one waits for it.", stacklevel=5)
                fcntl.flock(file, fcntl.LOCK_EX)
            except OSError:
                pass
        yield
