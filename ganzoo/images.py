"""Images: one range of values, [-1, 1], and pictures of them as PNG and GIF."""

import math
from pathlib import Path

import numpy as np
from PIL import Image

from ganzoo.files import atomic_write

LOW, HIGH = -1.0, 1.0

BACKGROUND = 255
SMALLEST_CELL = 48


def to_uint8(images):
    """Images (..., H, W, C) from floats in [-1, 1] to uint8 in [0, 255].

    Rounds to the nearest of the 256 values, so that `to_uint8(from_uint8(x))` is x. Values outside the range are
    clipped to it; NaN is drawn as -1 (black), because a picture of a GAN that broke should still be a picture.

    Raises ValueError for anything but floats.

    >>> to_uint8(np.array([-1.0, 0.0, 1.0])).tolist()
    [0, 128, 255]
    """
    images = np.asarray(images)
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"Expected float images in [-1, 1], got {images.dtype}; bytes become floats by `from_uint8`.")
    images = np.nan_to_num(np.clip(images.astype("float32"), LOW, HIGH), nan=LOW)
    return np.rint((images - LOW) * (255 / (HIGH - LOW))).astype("uint8")


def from_uint8(images):
    """Images from uint8 in [0, 255] to float32 in [-1, 1]: x / 127.5 - 1.

    Raises ValueError for any other dtype.

    >>> from_uint8(np.array([0, 255], "uint8")).tolist()
    [-1.0, 1.0]
    """
    images = np.asarray(images)
    if images.dtype != np.uint8:
        raise ValueError(f"Expected uint8 images, got {images.dtype}; convert them to uint8 in [0, 255] first.")
    return images.astype("float32") / np.float32(127.5) - 1


def floats(images):
    """Images, uint8 or floats in [-1, 1], as float32 in [-1, 1]."""
    images = np.asarray(images)
    return from_uint8(images) if images.dtype == np.uint8 else images.astype("float32", copy=False)


def grid(images, columns=None, padding=2, scale=None):
    """One uint8 picture (H', W', C) of N images (N, H, W, C), floats in [-1, 1] or uint8, row by row.

    `columns` defaults to a near-square layout. `padding` is the width, in pixels of the picture, of the white lines
    around each image; cells left over are white too. Each pixel becomes `scale` x `scale` pixels; by default the
    smallest factor that makes both sides of a cell at least 48.

    Raises ValueError for an empty batch, another rank, a number of channels that is neither 1 nor 3, or a bad number.

    >>> grid(np.zeros((10, 28, 28, 1)), columns=5).shape  # each pixel doubled
    (118, 292, 1)
    """
    images = np.asarray(images)
    if images.ndim != 4 or 0 in images.shape:
        raise ValueError(f"Expected one or more images of shape (N, H, W, C), got shape {images.shape}.")
    _check_channels(images)
    count, height, width, channels = images.shape
    columns = min(count, columns or math.ceil(math.sqrt(count)))
    scale = scale or math.ceil(SMALLEST_CELL / min(height, width))
    if columns < 1 or scale < 1 or padding < 0:
        raise ValueError("A grid needs `columns` and `scale` of at least 1 and `padding` of at least 0.")
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


def side_by_side(images):
    """Pairs (N, H, W, 2C), C 1 or 3, of which one lies behind the other in the channels, as (N, H, 2W, C).

    Other images as they are.
    """
    channels = np.shape(images)[-1]
    return np.concatenate(np.split(images, 2, axis=-1), axis=-2) if channels in (2, 6) else images


def drawable(data_shape):
    """Whether `grid` makes pictures of examples of that shape, put `side_by_side` where they are pairs."""
    return len(data_shape) == 3 and data_shape[-1] in (1, 2, 3, 6)


def save_png(path, image):
    """Saves one uint8 picture (H, W, C), grey (C = 1) or RGB (C = 3), and returns its path.

    Missing folders are made; the file appears under its name only when it is complete.
    """
    with atomic_write(path) as part:
        _pillow(image).save(part, format="PNG")
    return Path(path)


def save_gif(path, frames, seconds_per_frame=0.15, hold=10):
    """Saves pictures of one size (H, W, C), uint8, as a GIF that repeats, and returns its path.

    The last frame is held for `hold` times as long as the others. Colours are reduced to 256 for each frame.

    Raises ValueError for no frames, or frames of different shapes.
    """
    frames = [np.asarray(frame) for frame in frames]
    if len({frame.shape for frame in frames}) != 1:
        raise ValueError("A GIF needs at least one frame, and all its frames of one shape.")
    first, *others = map(_pillow, frames)
    milliseconds = [round(1000 * seconds_per_frame)] * len(others) + [round(1000 * hold * seconds_per_frame)]
    with atomic_write(path) as part:
        first.save(part, format="GIF", save_all=True, append_images=others, duration=milliseconds, loop=0)
    return Path(path)


def _check_channels(images):
    if images.shape[-1] not in (1, 3):
        raise ValueError(f"A picture has 1 channel (grey) or 3 (RGB), not {images.shape[-1]}; choose or merge some.")


def _pillow(image):
    image = np.asarray(image)
    if image.ndim != 3 or image.dtype != np.uint8:
        problem = f"got {image.dtype} of shape {image.shape}; `to_uint8` and `grid` make such pictures."
        raise ValueError(f"Expected one uint8 picture of shape (H, W, C), {problem}")
    _check_channels(image)
    return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
