"""Cropping and resizing of images, and conversion between grey and colour."""

import dataclasses
import operator

import numpy as np
import tensorflow as tf

from ganzoo.data.examples import Examples

CHUNK = 1024


def resize(examples: Examples, data_shape: tuple[int, ...]) -> Examples:
    """Crops and resizes images to `data_shape` (H, W, C), where C is 1 or 3; see `fit`.

    Examples that have that shape already are returned unchanged.

    Raises ValueError if `data_shape` is not such a shape, or if the examples are vectors, or images with more than 4
    channels, of another shape.

    >>> from ganzoo import data
    >>> resize(data.examples("digits"), (32, 32, 3)).shape
    (32, 32, 3)
    """
    if examples.shape == as_shape(data_shape):
        return examples
    data_shape = image_shape(data_shape)
    if len(examples.shape) != 3:
        raise ValueError(
            f"The vectors of {examples.name!r} have shape {examples.shape} and cannot become images of shape "
            f"{data_shape}; choose data_shape={examples.shape}, or a data set of images."
        )
    if examples.shape[-1] > 4:
        raise ValueError(
            f"The images of {examples.name!r} have {examples.shape[-1]} channels and cannot become {data_shape}; "
            "choose data with 1 or 3 channels."
        )
    images = np.empty((len(examples), *data_shape), examples.images.dtype)
    for begin in range(0, len(examples), CHUNK):
        part = slice(begin, begin + CHUNK)
        images[part] = fit(examples.images[part], data_shape)
    return dataclasses.replace(examples, images=images)


def fit(images: tf.Tensor | np.ndarray, data_shape: tuple[int, int, int]) -> tf.Tensor:
    """Crops images to the aspect ratio of `data_shape` around the centre, and resizes them.

    Resizing is bilinear and antialiased, so all values stay in the range of the input. Grey images become three equal
    channels, and colour images become their luminance. An alpha channel is dropped.

    Args:
        images: one image (H, W, C) or a batch (N, H, W, C), uint8 in [0, 255] or floats in [-1, 1].
        data_shape: the new (H, W, C), where C is 1 or 3.

    Returns:
        The resized images, uint8 if they were uint8, otherwise float32.
    """
    height, width, channels = data_shape
    images = without_alpha(tf.convert_to_tensor(images))
    resized = tf.image.resize(_cut(images, height, width), (height, width), antialias=True)
    if channels > images.shape[-1]:
        resized = tf.image.grayscale_to_rgb(resized)
    if channels < images.shape[-1]:
        resized = tf.image.rgb_to_grayscale(resized)
    if images.dtype == tf.uint8:
        return tf.saturate_cast(tf.round(resized), tf.uint8)
    return tf.clip_by_value(resized, -1, 1)


def without_alpha(images: tf.Tensor | np.ndarray) -> tf.Tensor | np.ndarray:
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


def _cut(images, height, width):
    """Returns the largest central part of the images with the aspect ratio height : width."""
    shape = tf.shape(images)
    rows, columns = shape[-3], shape[-2]
    kept_rows = tf.clip_by_value(columns * height // width, 1, rows)
    kept_columns = tf.clip_by_value(rows * width // height, 1, columns)
    top, left = (rows - kept_rows) // 2, (columns - kept_columns) // 2
    return images[..., top : top + kept_rows, left : left + kept_columns, :]


def as_bytes(examples: Examples) -> np.ndarray:
    """Returns the images of examples as uint8 in [0, 255]."""
    images = examples.images
    return images if images.dtype == np.uint8 else np.rint((images + 1) * 127.5).astype("uint8")
