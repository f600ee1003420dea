"""Sets of images that were decoded, cropped and resized once, into a file from which any of them is read at once.

Each is a folder of the cache, with the images one after the other, their labels, and a description that is written
last. Its name depends on where the images came from, on the state of their files, and on how they were read. So a
folder of images that has changed is prepared anew, and its earlier state is deleted.
"""

import contextlib
import fcntl
import hashlib
import json
import math
import os
import re
import shutil
import time
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from tqdm.auto import tqdm

from ganzoo.data.mapped import MappedImages
from ganzoo.files import as_path, make_folder, write_json

if TYPE_CHECKING:
    from ganzoo.data.reading import Group, Reading, Source

IMAGES, LABELS, ABOUT, PROGRESS = "images.bin", "labels.bin", "about.json", "progress.json"
VERSION = 1
"""Part of each name. It grows when the same files give other images."""
SECONDS = 5
"""Between two records of the progress, from which a preparation that was killed goes on."""


def find(
    source: "Source", shape: tuple[int, ...], how: "Reading", groups: Callable[[int], Iterator["Group"]]
) -> tuple[MappedImages, np.ndarray, list[str]]:
    """Returns the images of a source, memory-mapped, their labels (N,), and the names of broken ones.

    They are prepared if they are not in the cache yet. Other processes that want the same images wait until then.

    Args:
        source: where the images come from.
        shape: of one image, (H, W, C).
        how: how they are read.
        groups: returns an iterator over the decoded images, from an item of the source on.

    Raises ValueError if an image cannot be read, or if the disk has too little space for all of them; OSError if they
    cannot be written. What was prepared by then is kept, and the next call goes on from there.
    """
    place = _hash(source.place, shape, how.crop, how.skip_broken, VERSION)
    stem = re.sub(r"[^\w.-]+", "_", source.name)[-40:].strip("_.") or "images"
    start = f"{stem}-{'x'.join(map(str, shape))}-{place[:8]}-"
    cache = as_path(how.cache_dir).expanduser() / "prepared"
    folder = cache / (start + _hash(place, source.state(), source.count)[:12])
    if (found := _load(folder, shape, source.dtype)) is None:
        make_folder(cache)
        with _lock(folder.with_name(f"{folder.name}.lock"), source.name):
            if (found := _load(folder, shape, source.dtype)) is None:
                earlier = [path for path in cache.glob(f"{start}*") if not path.name.startswith(folder.name)]
                if any(path.is_dir() for path in earlier):
                    warnings.warn(
                        f"{source.name!r} has changed since it was prepared; it is prepared anew.", stacklevel=2
                    )
                _prepare(source, shape, folder, groups)
                found = _load(folder, shape, source.dtype)
                _delete(earlier)
    return found


def _hash(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _load(folder, shape, dtype):
    """Returns what `find` does, or None if the folder is missing or damaged."""
    if not folder.exists():
        return None
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        rows, broken = about["rows"], list(about["broken"])
        labels = np.fromfile(folder / LABELS, "int32")
        size = rows * math.prod(shape) * np.dtype(dtype).itemsize
        if len(labels) != rows or (folder / IMAGES).stat().st_size != size:
            raise ValueError("its files have other sizes than it says")
        images = np.memmap(folder / IMAGES, dtype, "r", shape=(rows, *shape)) if rows else np.empty((0, *shape), dtype)
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = getattr(error, "strerror", None) or error
        warnings.warn(
            f"The prepared images in {str(folder)!r} are damaged ({reason}), and are prepared again.", stacklevel=2
        )
        return None
    return (MappedImages(images, folder.name) if rows else images), labels, broken


def _prepare(source, shape, folder, groups):
    partial = folder.with_name(f"{folder.name}.partial")
    if folder.exists():  # damaged
        shutil.rmtree(folder)
    make_folder(partial)
    size = math.prod(shape) * np.dtype(source.dtype).itemsize
    done = _progress(partial, size)
    _check_space(partial, (source.count - done["items"]) * size, source.name)
    try:
        done = _write(partial, done, size, source, groups)
        write_json(partial / ABOUT, {"source": source.place, "shape": shape, **done})
        (partial / PROGRESS).unlink(missing_ok=True)
        os.replace(partial, folder)
    except OSError as error:
        error.filename = error.filename or str(partial)
        raise


def _progress(partial, size):
    """Returns how far an earlier preparation came: {"items": taken, "rows": written, "broken": names}."""
    try:
        done = json.loads((partial / PROGRESS).read_text(encoding="utf-8"))
        sizes = [(partial / name).stat().st_size for name in (IMAGES, LABELS)]
        if sizes[0] >= done["rows"] * size and sizes[1] >= done["rows"] * 4:
            return done
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return {"items": 0, "rows": 0, "broken": []}


def _write(partial, done, size, source, groups):
    """Appends the images that are missing to the files of a partial preparation; returns what was done in the end."""
    with contextlib.ExitStack() as files:
        images, labels = (files.enter_context(open(partial / name, "ab")) for name in (IMAGES, LABELS))
        images.truncate(done["rows"] * size)
        labels.truncate(done["rows"] * 4)
        bar = tqdm(total=source.count, initial=done["items"], desc=f"Preparing {source.name}", unit=" images", delay=1)
        files.enter_context(bar)
        recorded = time.monotonic()
        for group in groups(done["items"]):
            images.write(group.images.data)
            labels.write(group.labels.data)
            done = {
                "items": done["items"] + group.taken,
                "rows": done["rows"] + len(group.images),
                "broken": done["broken"] + group.broken,
            }
            bar.update(group.taken)
            if time.monotonic() - recorded > SECONDS:
                _flush(images, labels)
                write_json(partial / PROGRESS, done)
                recorded = time.monotonic()
        _flush(images, labels)
    return done


def _flush(*files):
    for file in files:
        file.flush()
        os.fsync(file.fileno())


def _check_space(folder, size, name):
    free = shutil.disk_usage(folder).free
    if size > free:
        raise ValueError(
            f"The prepared images of {name!r} take {size / 1e9:,.1f} GB, but {str(folder.parent)!r} has only "
            f"{free / 1e9:,.1f} GB free; free some disk space, choose another cache_dir, or a smaller data_shape."
        )


def _delete(paths):
    """Deletes what was prepared from earlier states of the same files, which no longer exist."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _lock(path, name):
    """Keeps other processes out of the block. On a file system without locks, nothing is locked."""
    with open(path, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            warnings.warn(f"Another process is preparing {name!r}; waiting for it.", stacklevel=4)
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            pass
        yield
