"""Reads the images of a source: into memory if they are few, or once into a file of the cache if they are many."""

import collections
import dataclasses
import itertools
import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from tqdm.auto import tqdm

from ganzoo.data import prepared
from ganzoo.data.examples import Examples
from ganzoo.data.image_files import open_picture
from ganzoo.data.image_pairs import ImagePairs
from ganzoo.data.mapped import MappedImages
from ganzoo.data.resizing import check_resizable, fit, fit_picture, image_shape, resize, without_alpha
from ganzoo.data.sources import Group, Item, ReadingOptions, Source

IN_MEMORY = 2**28
"""Bytes of decoded images up to which a set is kept in memory."""
GROUP = 64
"""The most images that a thread decodes before it hands them over."""
GROUP_BYTES = 2**21
"""The most bytes that these may take; more would not stay in the processor's cache until they are written."""
AHEAD = 32
"""Groups that are decoded ahead, so that threads go on while the disk is waited for, or two for each thread if more."""


class SeveralShapesError(ValueError):
    """Raised if images must have one shape and have several, which makes none of them a broken image."""


def read(source: Source, options: ReadingOptions) -> tuple[Examples, list[str]]:
    """Returns the examples of a source, and the names of those images that were left out.

    Raises ValueError if images cannot be read, or are smaller than `options.crop`, unless `options.skip_broken` leaves
    them out; if none can be read; if `options.data_shape` is None and the images have several shapes; and if the disk
    has too little space to prepare them.
    """
    shape = _shape_of_all(source, options)
    if source.count * math.prod(shape) * np.dtype(source.dtype).itemsize <= IN_MEMORY:
        images, labels, broken = _read_into_memory(source, shape, options)
    else:
        images, labels, broken = prepared.load_or_prepare(
            source, shape, options, lambda start: groups(source, shape, options, start)
        )
    if broken and (not options.skip_broken or not len(images)):
        first, *others = broken.values()
        raise ValueError(first + f" The same is true of {len(others):,} others." * bool(others))
    if source.class_names is None or labels.min() < 0:  # the labels of a competition are hidden, as -1
        return Examples(images, name=source.name), sorted(broken)
    return Examples(images, labels, name=source.name, class_names=source.class_names), sorted(broken)


def groups(source: Source, shape: tuple[int, ...], options: ReadingOptions, start: int = 0) -> Iterator[Group]:
    """Decodes the images of a source from the item `start` on, in as many threads as there are cores.

    Ends after the first group if none of its images can be read: others will not be better.
    """
    size = max(1, min(GROUP, GROUP_BYTES // math.prod(shape)))
    threads, items, coming = _number_of_cores(), source.items(start), collections.deque()
    pool = ThreadPoolExecutor(threads)
    try:
        while (group := list(itertools.islice(items, size))) or coming:
            if group:
                coming.append(pool.submit(_decode_group, group, shape, options, source))
            if not group or len(coming) > max(2 * threads, AHEAD):
                done = coming.popleft().result()
                yield done
                if start == 0 and not len(done.images):
                    return
                start += size
    finally:
        pool.shutdown(cancel_futures=True)


def _number_of_cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read_into_memory(source, shape, options):
    images, labels = np.empty((source.count, *shape), source.dtype), np.empty(source.count, "int32")
    rows, broken = 0, {}
    with tqdm(total=source.count, desc=f"Reading {source.name}", unit=" images", delay=1) as progress:
        for group in groups(source, shape, options):
            part = slice(rows, rows + len(group.images))
            images[part], labels[part] = group.images, group.labels
            rows = part.stop
            broken |= group.broken
            progress.update(len(group.images) + len(group.broken))
    return images[:rows], labels[:rows], broken


def _decode_group(items, shape, options, source):
    images, labels, broken = np.empty((len(items), *shape), source.dtype), [], {}
    for item in items:
        try:
            images[len(labels)] = _decode(item, shape, options, source.name)
        except SeveralShapesError:
            raise
        except ValueError as error:
            broken[item.name] = str(error)
        else:
            labels.append(item.label)
    return Group(images[: len(labels)], np.array(labels, "int32"), broken)


def _decode(item, shape, options, name):
    """Returns the image of an item, in the shape of all."""
    if isinstance(item.content, np.ndarray):
        return fit(item.content, shape, options.crop)
    wanted = shape[:2] if options.data_shape is not None and options.crop is None else None
    picture = _open(item, wanted)
    found = _cropped(_shape_of(picture), options.crop)
    if options.data_shape is None and found != tuple(shape):
        raise SeveralShapesError(
            f"The images of {name!r} have several shapes, such as {tuple(shape)} and {found}; give a "
            "data_shape=(H, W, C) to which to resize them."
        )
    try:
        return fit_picture(picture, shape, options.crop)
    except ValueError as error:
        raise ValueError(f"{item.name}: {error}") from error


def _open(item, wanted=None):
    name = item.name if isinstance(item.content, bytes) else None
    return open_picture(item.content, name, wanted)


def _shape_of_all(source, options):
    """Returns the shape (H, W, C) that all images will have."""
    if options.data_shape is not None:
        return image_shape(options.data_shape)
    if source.shape is not None:
        return _cropped(source.shape, options.crop)
    for item in source.items(0):
        try:
            is_array = isinstance(item.content, np.ndarray)
            shape = without_alpha(item.content).shape if is_array else _shape_of(_open(item))
        except ValueError as error:
            unreadable = error
        else:
            return _cropped(shape, options.crop)
    raise unreadable


def _cropped(shape, crop):
    return shape if crop is None else (crop, crop, shape[-1])


def _shape_of(picture):
    return (picture.height, picture.width, len(picture.getbands()))


def fitted(examples: Examples | ImagePairs, options: ReadingOptions) -> Examples | ImagePairs:
    """Returns examples in the shape that the options ask for.

    Images in a file are read as those of any other source are: they are prepared if they are many.
    """
    if isinstance(examples, ImagePairs):
        a, b = (fitted(side, options) for side in (examples.a, examples.b))
        return examples if (a, b) == (examples.a, examples.b) else dataclasses.replace(examples, a=a, b=b)
    if options.data_shape in (None, examples.shape) and options.crop is None:
        return examples
    if len(examples.shape) != 3 and options.crop is not None:
        raise ValueError(f"Only images can be cropped, but {examples.name!r} has vectors; leave out `crop`.")
    channels = 1 if examples.shape[-1] < 3 else 3
    data_shape = (options.crop, options.crop, channels) if options.data_shape is None else options.data_shape
    if not isinstance(examples.images, MappedImages):
        return resize(examples, data_shape, options.crop)
    check_resizable(examples.shape, examples.name, data_shape)
    images = examples.images
    source = Source(
        examples.name,
        place=images.place,
        state=images.digest,
        count=len(images),
        items=lambda start: (Item(images[row], f"example {row}") for row in range(start, len(images))),
        shape=examples.shape,
        dtype=images.dtype.name,
    )
    found, _ = read(source, dataclasses.replace(options, data_shape=data_shape, skip_broken=False))
    return dataclasses.replace(examples, images=found.images)
