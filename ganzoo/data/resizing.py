"""Cropping and resizing of images, and conversion between grey and colour, by Pillow."""

import dataclasses
import operator

import numpy as np
from PIL import Image

from ganzoo.arguments import check_count
from ganzoo.data.examples import Examples

BILINEAR = Image.Resampling.BILINEAR
LUMINANCE = np.float32([0.299, 0.587, 0.114])
"""The weights of red, green and blue in grey, as for Pillow and ITU-R BT.601."""


def resize(examples: Examples, data_shape: tuple[int, ...], crop: int | None = None) -> Examples:
    """Crops and resizes images in memory to `data_shape` (H, W, C), where C is 1 or 3; see `fit`.

    Examples that have that shape already are returned unchanged, unless `crop` is given.

    Raises ValueError if `data_shape` is not such a shape, if the examples are vectors, or images with more than 4
    channels, of another shape, or if they are smaller than `crop`.

    >>> from ganzoo import data
    >>> resize(data.examples("digits"), (32, 32, 3)).shape
    (32, 32, 3)
    """
    if examples.shape == as_shape(data_shape) and crop is None:
        return examples
    data_shape = check_resizable(examples.shape, examples.name, data_shape)
    images = np.empty((len(examples), *data_shape), examples.images.dtype)
    for row, image in enumerate(examples.images):
        images[row] = fit(image, data_shape, crop)
    return dataclasses.replace(examples, images=images)


def check_resizable(shape: tuple[int, ...], name: str, data_shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Returns `data_shape` as a tuple of int; raises ValueError unless examples of this shape can become such images.

    Args:
        shape: of one example of the data called `name`.
        data_shape: the wanted shape.
    """
    data_shape = image_shape(data_shape)
    if len(shape) != 3:
        raise ValueError(
            f"The vectors of {name!r} have shape {shape} and cannot become images of shape {data_shape}; choose "
            f"data_shape={shape}, or a data set of images."
        )
    if shape[-1] > 4:
        raise ValueError(
            f"The images of {name!r} have {shape[-1]} channels and cannot become {data_shape}; choose data with 1 or 3 "
            "channels."
        )
    return data_shape


def fit(image: np.ndarray, data_shape: tuple[int, int, int], crop: int | None = None) -> np.ndarray:
    """Crops an image to the aspect ratio of `data_shape` around its centre, and resizes it.

    Resizing is bilinear and antialiased, so all values stay in the range of the input. Grey images become three equal
    channels, and colour images become their luminance. An alpha channel is dropped.

    Args:
        image: (H, W, C), uint8 in [0, 255] or floats in [-1, 1].
        data_shape: the new (H, W, C), where C is 1 or 3.
        crop: the side of the central square that is cut out first, such as CelebA's usual 108 or 178; by default, as
            much as possible is kept.

    Returns:
        The resized image, uint8 if it was uint8, otherwise float32.

    Raises ValueError if the image is smaller than `crop`.
    """
    image = without_alpha(image)
    if image.dtype == np.uint8:
        picture = Image.fromarray(np.ascontiguousarray(image[..., 0] if image.shape[-1] == 1 else image))
        return fit_picture(picture, data_shape, crop)
    left, top, right, bottom = central_box(*image.shape[:2], data_shape, crop)
    image = image[top:bottom, left:right]
    if image.shape[-1] > data_shape[-1]:
        image = (image.astype("float32") @ LUMINANCE)[..., np.newaxis]
    planes = [Image.fromarray(np.ascontiguousarray(plane, "float32")) for plane in np.moveaxis(image, -1, 0)]
    resized = [np.asarray(plane.resize(data_shape[1::-1], BILINEAR)) for plane in planes]
    return np.clip(np.stack(resized * (data_shape[-1] // len(resized)), axis=-1), -1, 1)


def fit_picture(picture: Image.Image, data_shape: tuple[int, int, int], crop: int | None = None) -> np.ndarray:
    """Does the same as `fit` with a Pillow image of mode L or RGB; returns uint8 (H, W, C)."""
    height, width, channels = data_shape
    if picture.size != (width, height) or crop is not None:
        box = central_box(picture.height, picture.width, data_shape, crop)
        if box != (0, 0, *picture.size):
            picture = picture.crop(box)  # beforehand, as a resized box would be blended with what is outside of it
        picture = picture.resize((width, height), BILINEAR)  # a copy, if it has that size already
    mode = "L" if channels == 1 else "RGB"
    found = np.asarray(picture if picture.mode == mode else picture.convert(mode))
    return found.reshape(data_shape)


def central_box(
    height: int, width: int, data_shape: tuple[int, int, int], crop: int | None = None
) -> tuple[int, int, int, int]:
    """Returns (left, top, right, bottom) of the largest central part with the aspect ratio of `data_shape`.

    If `crop` is given, it is the largest such part of the central square with that side. Raises ValueError if the image
    is smaller than this.
    """
    if crop is not None and crop > min(height, width):
        raise ValueError(
            f"crop={crop} is larger than an image of {height} x {width} pixels; choose at most {min(height, width)}."
        )
    rows, columns = (height, width) if crop is None else (crop, crop)
    kept_rows = min(max(columns * data_shape[0] // data_shape[1], 1), rows)
    kept_columns = min(max(rows * data_shape[1] // data_shape[0], 1), columns)
    top, left = (height - kept_rows) // 2, (width - kept_columns) // 2
    return left, top, left + kept_columns, top + kept_rows


def without_alpha(images: np.ndarray) -> np.ndarray:
    """Drops the last channel of images (..., H, W, C) with 2 or 4 channels; returns others unchanged."""
    return images[..., :-1] if images.shape[-1] in (2, 4) else images


def as_shape(data_shape: tuple[int, ...]) -> tuple[int, ...]:
    """Returns `data_shape` as a tuple of int; raises TypeError if it is not a sequence of integers."""
    try:
        return tuple(operator.index(size) for size in data_shape)
    except TypeError as error:
        raise TypeError(
            f"`data_shape` must be a tuple of integers, got {data_shape!r}; choose (32, 32, 3), for instance."
        ) from error


def image_shape(data_shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Returns `data_shape` as a tuple of int; raises ValueError unless it is a positive (H, W, C) where C is 1 or 3."""
    shape = as_shape(data_shape)
    if len(shape) != 3 or min(shape) < 1 or shape[-1] not in (1, 3):
        raise ValueError(
            f"Images have the shape (H, W, C) with 1 or 3 channels, got data_shape={shape}; choose for instance "
            "(32, 32, 3)."
        )
    return shape


def check_crop(crop: object) -> int | None:
    """Returns the side of a crop, or None; raises TypeError or ValueError if it is neither None nor positive."""
    return None if crop is None else check_count("crop", crop)


def as_bytes(examples: Examples) -> np.ndarray:
    """Returns the images of examples as uint8 in [0, 255]."""
    images = np.asarray(examples.images)
    return images if images.dtype == np.uint8 else np.rint((images + 1) * 127.5).astype("uint8")
