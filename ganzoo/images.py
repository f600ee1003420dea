"""Images in the one range that ganzoo uses, [-1, 1], and pictures of them as PNG and GIF files."""

import math
import os
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw, ImageFont

from ganzoo.arguments import check_count
from ganzoo.files import AnyPath, as_path, atomic_write

LOW, HIGH = -1.0, 1.0

BACKGROUND = 255
SMALLEST_CELL = 48
TEXT_SIZE = 12
LONGEST_NAME = 20


def to_uint8(images: ArrayLike) -> np.ndarray:
    """Converts images (..., H, W, C) from floats in [-1, 1] to uint8 in [0, 255].

    Values are rounded to the nearest of the 256 levels, so `to_uint8(from_uint8(x))` is x. Values outside of the range
    are clipped, and NaN becomes black, so that even a GAN that has diverged can be drawn.

    Raises ValueError if the images are not floats.

    >>> to_uint8(np.array([-1.0, 0.0, 1.0])).tolist()
    [0, 128, 255]
    """
    images = np.asarray(images)
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"Expected float images in [-1, 1], got {images.dtype}; convert uint8 with `from_uint8`.")
    images = np.nan_to_num(np.clip(images.astype("float32"), LOW, HIGH), nan=LOW)
    return np.rint((images - LOW) * (255 / (HIGH - LOW))).astype("uint8")


def from_uint8(images: ArrayLike) -> np.ndarray:
    """Converts images (..., H, W, C) from uint8 in [0, 255] to float32 in [-1, 1], as x / 127.5 - 1.

    Raises ValueError if the dtype is not uint8.

    >>> from_uint8(np.array([0, 255], "uint8")).tolist()
    [-1.0, 1.0]
    """
    images = np.asarray(images)
    if images.dtype != np.uint8:
        raise ValueError(f"Expected uint8 images, got {images.dtype}; convert them to uint8 in [0, 255] first.")
    return images.astype("float32") / np.float32(127.5) - 1


def floats(images: ArrayLike) -> np.ndarray:
    """Converts images that are uint8, or floats in [-1, 1], to float32 in [-1, 1]."""
    images = np.asarray(images)
    return from_uint8(images) if images.dtype == np.uint8 else images.astype("float32", copy=False)


def grid(images: ArrayLike, columns: int | None = None, padding: int = 2, scale: int | None = None) -> np.ndarray:
    """Arranges images in a grid, row by row; returns one uint8 picture (H', W', C).

    Args:
        images: (N, H, W, C) with 1 or 3 channels, floats in [-1, 1] or uint8.
        columns: images per row; by default the grid is nearly square. Cells that are left over are white.
        padding: the width of the white lines around images, in pixels of the picture.
        scale: each pixel becomes `scale` x `scale` pixels; by default the smallest factor by which both sides of an
            image have at least 48 pixels.

    Raises ValueError if the batch is empty or has another rank or number of channels, or if an argument is no integer
    or is too small.

    >>> grid(np.zeros((10, 28, 28, 1)), columns=5).shape  # each pixel doubled
    (118, 292, 1)
    """
    images = np.asarray(images)
    if images.ndim != 4 or 0 in images.shape:
        raise ValueError(f"Expected one or more images of shape (N, H, W, C), got shape {images.shape}.")
    _check_channels(images)
    count, height, width, channels = images.shape
    columns = math.ceil(math.sqrt(count)) if columns is None else min(count, check_count("columns", columns))
    scale = math.ceil(SMALLEST_CELL / min(height, width)) if scale is None else check_count("scale", scale)
    check_count("padding", padding, least=0)
    images = images if images.dtype == np.uint8 else to_uint8(images)
    images = images.repeat(scale, axis=1).repeat(scale, axis=2)
    rows, height, width = math.ceil(count / columns), height * scale, width * scale
    shape = (rows * (height + padding) + padding, columns * (width + padding) + padding, channels)
    picture = np.full(shape, BACKGROUND, "uint8")
    for index, image in enumerate(images):
        row, column = divmod(index, columns)
        top, left = padding + row * (height + padding), padding + column * (width + padding)
        picture[top : top + height, left : left + width] = image
    return picture


def grid_of_classes(images: ArrayLike, names: Sequence[str], columns: int | None = None) -> np.ndarray:
    """Arranges images in a grid, each class in rows of its own, with its name at the left of the first of them.

    Args:
        images: as in `grid`.
        names: the name of each image's class, (N,), of which those that are long are cut.
        columns: images per row, or fewer if no class has as many; by default as for a grid without names. Cells that
            are left over are white.
    """
    images, names = np.asarray(images), np.asarray(names)
    images = images if images.dtype == np.uint8 else to_uint8(images)
    members = Counter(names.tolist())
    columns = math.ceil(math.sqrt(len(names))) if columns is None else check_count("columns", columns)
    columns = min(columns, max(members.values()))
    cells, titles = [], []
    for name, count in members.items():
        rows = math.ceil(count / columns)
        white = np.full((rows * columns - count, *images.shape[1:]), BACKGROUND, "uint8")
        cells += [images[names == name], white]
        titles += [name] + [""] * (rows - 1)
    return _with_titles(grid(np.concatenate(cells), columns), titles)


def _with_titles(picture, titles):
    """Returns a picture, grey or RGB, with a margin at its left and in it a title for each row of the same height."""
    titles = [" ".join(title.split()) for title in titles]
    titles = [title if len(title) <= LONGEST_NAME else f"{title[: LONGEST_NAME - 1]}…" for title in titles]
    font = _font()
    width, row = math.ceil(max(map(font.getlength, titles))) + TEXT_SIZE, picture.shape[0] / len(titles)
    whole = pillow(np.pad(picture, [(0, 0), (width, 0), (0, 0)], constant_values=BACKGROUND))
    drawing = ImageDraw.Draw(whole)
    for place, title in enumerate(titles):
        middle = width - TEXT_SIZE / 2, (place + 0.5) * row
        drawing.text(middle, title, fill="black", font=font, anchor="rm")
    return np.asarray(whole).reshape(*whole.size[::-1], -1)


def _font():
    """Returns a font with the letters of many languages, which comes with matplotlib."""
    import matplotlib  # imported here, so that `import ganzoo` stays fast

    path = f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans.ttf"
    return ImageFont.truetype(path, TEXT_SIZE, layout_engine=ImageFont.Layout.BASIC)  # which draws any text


def side_by_side(samples: dict[str, np.ndarray] | np.ndarray) -> np.ndarray:
    """Joins pairs {"a": images, "b": images}, (N, H, W, C) each, to images (N, H, 2W, C); returns others unchanged."""
    return np.concatenate([samples["a"], samples["b"]], axis=-2) if isinstance(samples, dict) else samples


def drawable(data_shape: tuple[int, ...]) -> bool:
    """Returns whether `grid` can draw examples of that shape: grey or RGB images."""
    return len(data_shape) == 3 and data_shape[-1] in (1, 3)


def save_png(path: str | os.PathLike, image: np.ndarray) -> AnyPath:
    """Saves one uint8 picture (H, W, C), grey (C = 1) or RGB (C = 3), and returns its path.

    Missing folders are created. The file is written atomically.

    Raises ValueError if the picture has another shape or dtype.
    """
    with atomic_write(path) as temporary:
        pillow(image).save(temporary, format="PNG")
    return as_path(path)


def save_gif(
    path: str | os.PathLike, frames: Iterable[np.ndarray], seconds_per_frame: float = 0.15, hold: float = 10
) -> AnyPath:
    """Saves pictures as a GIF that repeats forever, and returns its path.

    Args:
        path: of the file, which is written atomically; missing folders are created.
        frames: uint8 pictures (H, W, C) of one shape. Each is reduced to 256 colours.
        seconds_per_frame: how long a frame is shown.
        hold: the last frame is shown this many times as long.

    Raises ValueError if there are no frames, or if they differ in shape.
    """
    frames = [np.asarray(frame) for frame in frames]
    if len({frame.shape for frame in frames}) != 1:
        raise ValueError("A GIF needs at least one frame, and all frames must have the same shape.")
    first, *others = map(pillow, frames)
    milliseconds = [round(1000 * seconds_per_frame)] * len(others) + [round(1000 * hold * seconds_per_frame)]
    with atomic_write(path) as temporary:
        first.save(temporary, format="GIF", save_all=True, append_images=others, duration=milliseconds, loop=0)
    return as_path(path)


def _check_channels(images):
    if images.shape[-1] not in (1, 3):
        raise ValueError(
            f"A picture has 1 channel (grey) or 3 (RGB), not {images.shape[-1]}; select or merge some channels."
        )


def pillow(image: ArrayLike) -> Image.Image:
    """Returns one uint8 picture (H, W, C), grey (C = 1) or RGB (C = 3), as an image of Pillow."""
    image = np.asarray(image)
    if image.ndim != 3 or image.dtype != np.uint8:
        raise ValueError(
            f"Expected one uint8 picture of shape (H, W, C), got {image.dtype} of shape {image.shape}; convert it with "
            "`to_uint8` or `grid`."
        )
    _check_channels(image)
    return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
