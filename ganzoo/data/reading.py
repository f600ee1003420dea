"""Reading images from a source: into memory if they are few, or once into a file of the cache if they are many."""

import collections
import dataclasses
import itertools
import math
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import tensorflow as tf
from tqdm.auto import tqdm

from ganzoo.data import prepared
from ganzoo.data.examples import Examples
from ganzoo.data.image_files import open_picture
from ganzoo.data.image_pairs import ImagePairs
from ganzoo.data.mapped import MappedImages
from ganzoo.data.resizing import as_shape, check_crop, check_resizable, fit, fit_picture, image_shape, resize

IN_MEMORY = 2**28
"""Bytes of uint8 images up to which a set is kept in memory."""
CACHE = "~/.cache/ganzoo"
GROUP = 64
GROUP_BYTES = 2**23
"""How many images one thread decodes at a time, at most, and the bytes that they may take."""


NOTHING = "None of the {} images of {!r} can be read; choose other data."


@dataclasses.dataclass(frozen=True)
class Reading:
    """How images are read.

    Args:
        data_shape: (H, W, C), to which images are cropped and resized; None leaves them unchanged.
        crop: the side of the central square that is cut out of each image first; None keeps as much as possible.
        skip_broken: whether to leave out images that cannot be read, with a warning, instead of refusing them.
        cache_dir: the folder for sets that are larger than `IN_MEMORY` bytes, which are prepared there once.

    Raises TypeError or ValueError if `data_shape` or `crop` is no such value.
    """

    data_shape: tuple[int, ...] | None = None
    crop: int | None = None
    skip_broken: bool = False
    cache_dir: str | os.PathLike = CACHE

    def __post_init__(self):
        object.__setattr__(self, "data_shape", None if self.data_shape is None else as_shape(self.data_shape))
        check_crop(self.crop)
        if "://" in str(self.cache_dir):
            raise ValueError(f"The cache must be a folder on a local disk, not {str(self.cache_dir)!r}.")


@dataclasses.dataclass(frozen=True)
class Item:
    """An encoded image of a source.

    Attributes:
        content: the path of a file, its contents, or a decoded image (H, W, C).
        name: what error messages call it.
        label: its class, or -1.
    """

    content: str | bytes | np.ndarray
    name: str
    label: int = -1


@dataclasses.dataclass(frozen=True)
class Source:
    """Encoded images in a fixed order.

    Attributes:
        name: what error messages and the progress bar call it.
        place: a text that says where the images are.
        state: returns a text that changes if the images do.
        count: the number of images.
        items: returns an iterator over the images, from one of them on.
        class_names: the names of the classes, or None if there are no labels.
        shape: of each image, if it is known and the same for all.
        dtype: of each image: uint8 or float32.
    """

    name: str
    place: str
    state: Callable[[], str]
    count: int
    items: Callable[[int], Iterator[Item]]
    class_names: Sequence[str] | None = None
    shape: tuple[int, ...] | None = None
    dtype: str = "uint8"


@dataclasses.dataclass(frozen=True)
class Group:
    """Some decoded images of a source.

    Attributes:
        images: (n, H, W, C).
        labels: (n,), int32.
        broken: the names of images that could not be read.
        taken: the number of items of the source: n and the broken ones.
    """

    images: np.ndarray
    labels: np.ndarray
    broken: list[str]
    taken: int


def read(source: Source, how: Reading) -> tuple[Examples, list[str]]:
    """Returns the examples of a source, and the names of its broken images.

    Raises ValueError if an image cannot be read and `how.skip_broken` is false, if none can be read, or if the images
    have several shapes and `how.data_shape` is None; and if the disk has too little space to prepare them.
    """
    shape = _shape(source, how)
    if source.count * math.prod(shape) * np.dtype(source.dtype).itemsize <= IN_MEMORY:
        images, labels, broken = _into_memory(source, shape, how)
    else:
        images, labels, broken = prepared.find(source, shape, how, lambda start: groups(source, shape, how, start))
    if not len(images):
        raise ValueError(NOTHING.format(source.count, source.name))
    if source.class_names is None or labels.min() < 0:  # of hidden labels, as those of a competition
        return Examples(images, name=source.name), broken
    return Examples(images, labels, name=source.name, class_names=source.class_names), broken


def groups(source: Source, shape: tuple[int, ...], how: Reading, start: int = 0) -> Iterator[Group]:
    """Decodes the images of a source from the item `start` on, in as many threads as there are cores."""
    size = max(1, min(GROUP, GROUP_BYTES // math.prod(shape)))
    threads, items, coming = os.cpu_count() or 1, source.items(start), collections.deque()
    with ThreadPoolExecutor(threads) as pool:
        while True:
            group = list(itertools.islice(items, size))
            if group:
                coming.append(pool.submit(_decoded, group, shape, how, source))
            elif not coming:
                return
            if not group or len(coming) > 2 * threads:
                yield coming.popleft().result()


def _into_memory(source, shape, how):
    images, labels, broken = np.empty((source.count, *shape), source.dtype), np.empty(source.count, "int32"), []
    rows = 0
    with tqdm(total=source.count, desc=f"Reading {source.name}", unit=" images", delay=1) as progress:
        for group in groups(source, shape, how):
            part = slice(rows, rows + len(group.images))
            images[part], labels[part] = group.images, group.labels
            rows, broken = part.stop, broken + group.broken
            progress.update(group.taken)
    return images[:rows], labels[:rows], broken


def _decoded(items, shape, how, source):
    images, labels, broken = np.empty((len(items), *shape), source.dtype), [], []
    for item in items:
        try:
            images[len(labels)] = _decode(item, shape, how, source.name)
        except ValueError as error:
            if not how.skip_broken or isinstance(error, _SeveralShapes):
                raise
            broken.append(item.name)
        else:
            labels.append(item.label)
    return Group(images[: len(labels)], np.array(labels, "int32"), broken, len(items))


def _decode(item, shape, how, name):
    resizes = how.data_shape is not None or how.crop is not None
    if isinstance(item.content, np.ndarray):
        return fit(item.content, shape, how.crop) if resizes else item.content
    least = shape[:2] if resizes and how.crop is None else None
    picture = _opened(item, least)
    if resizes:
        return fit_picture(picture, shape, how.crop)
    if _shape_of(picture) != tuple(shape):
        raise _SeveralShapes(
            f"The images of {name!r} have several shapes, such as {tuple(shape)} and {_shape_of(picture)}; give a "
            "data_shape=(H, W, C) to which to resize them."
        )
    return np.asarray(picture).reshape(shape)


class _SeveralShapes(ValueError):
    """Images of several shapes, which are not broken."""


def _opened(item, least=None):
    """Returns a Pillow image; of a file that is not local, all bytes are read at once."""
    content = item.content
    if isinstance(content, str) and "://" in content:
        with tf.io.gfile.GFile(content, "rb") as file:
            content = file.read()
    return open_picture(content, item.name if isinstance(item.content, bytes) else item.content, least)


def _shape(source, how):
    """Returns the shape (H, W, C) that all images will have."""
    if how.data_shape is not None:
        return image_shape(how.data_shape)
    if source.shape is not None and how.crop is None:
        return source.shape
    for item in source.items(0):
        try:
            shape = np.shape(item.content) if isinstance(item.content, np.ndarray) else _shape_of(_opened(item))
        except ValueError:
            if not how.skip_broken:
                raise
        else:
            return shape if how.crop is None else (how.crop, how.crop, shape[-1])
    raise ValueError(NOTHING.format(source.count, source.name))


def _shape_of(picture):
    return (picture.height, picture.width, len(picture.getbands()))


def fitted(examples: Examples | ImagePairs, how: Reading) -> Examples | ImagePairs:
    """Returns examples in the shape that `how` asks for; images that are in a file are prepared if they are many."""
    if isinstance(examples, ImagePairs):
        a, b = (fitted(side, how) for side in (examples.a, examples.b))
        return examples if (a, b) == (examples.a, examples.b) else dataclasses.replace(examples, a=a, b=b)
    data_shape = how.data_shape or (how.crop and (how.crop, how.crop, examples.shape[-1]))
    if data_shape is None or (data_shape == examples.shape and how.crop is None):
        return examples
    if not isinstance(examples.images, MappedImages):
        return resize(examples, data_shape, how.crop)
    check_resizable(examples.shape, examples.name, data_shape)
    images = examples.images

    def items(start):
        return (Item(images[row], f"example {row}") for row in range(start, len(images)))

    source = Source(
        examples.name, images.digest(), str, len(images), items, shape=examples.shape, dtype=images.dtype.name
    )
    return dataclasses.replace(examples, images=read(source, how)[0].images)
