"""Where images come from, before they are decoded, and the options with which they are read."""

import dataclasses
import os
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ganzoo.data.resizing import as_shape, check_crop
from ganzoo.files import as_path
from ganzoo.remote_paths import RemotePath

CACHE = "~/.cache/ganzoo"


@dataclasses.dataclass(frozen=True)
class ReadingOptions:
    """What users choose about the images that are read.

    Args:
        data_shape: (H, W, C), to which images are cropped and resized; None leaves them unchanged.
        crop: the side of the central square that is cut out of each image first; None keeps as much as possible.
        skip_broken: whether to leave out images that cannot be read, with a warning, instead of refusing them.
        cache_dir: the local folder in which sets are prepared that are too large for the memory.

    Raises TypeError or ValueError if an option has another type or value.
    """

    data_shape: tuple[int, ...] | None = None
    crop: int | None = None
    skip_broken: bool = False
    cache_dir: str | os.PathLike = CACHE

    def __post_init__(self):
        object.__setattr__(self, "data_shape", None if self.data_shape is None else as_shape(self.data_shape))
        check_crop(self.crop)
        if not isinstance(self.cache_dir, str | os.PathLike) or isinstance(as_path(self.cache_dir), RemotePath):
            raise ValueError(f"The cache_dir must be a folder on a local disk; got {str(self.cache_dir)!r}.")


@dataclasses.dataclass(frozen=True)
class Item:
    """An image of a source.

    Attributes:
        content: the path of its file, the contents of that file, or the decoded image (H, W, C).
        name: what messages call it.
        label: its class, or -1.
    """

    content: str | bytes | np.ndarray
    name: str
    label: int = -1


@dataclasses.dataclass(frozen=True)
class Source:
    """Images in a fixed order.

    Attributes:
        name: what messages and progress bars call it.
        place: a text that says where the images are.
        state: returns a text that changes if the images there do.
        count: the number of images.
        items: returns an iterator over the images, from one of them on.
        class_names: the names of the classes, or None if there are no labels.
        shape: (H, W, C) of each image, if it is known and the same for all.
        dtype: of each decoded image: uint8 or float32.
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
    """Decoded images of successive items of a source.

    Attributes:
        images: (n, H, W, C).
        labels: (n,), int32.
        broken: {name: sentence} of the items that cannot be read, which are not among the n.
    """

    images: np.ndarray
    labels: np.ndarray
    broken: dict[str, str]
