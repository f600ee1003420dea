"""The one place where images change their size and their channels."""

import dataclasses

import numpy as np
import tensorflow as tf

CHUNK = 1024


def resize(examples, data_shape):
    """`examples` with images of `data_shape` (H, W, C), C 1 or 3; themselves where they have that shape already.

    Raises ValueError where `data_shape` is no such shape, and for vectors, or more than 4 channels, of another shape.

    >>> from ganzoo import data
    >>> resize(data.examples("digits"), (32, 32, 3)).shape
    (32, 32, 3)
    """
    if examples.shape == tuple(data_shape):
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
            "choose data of 1 or 3 channels."
        )
    images = np.empty((len(examples), *data_shape), examples.images.dtype)
    for begin in range(0, len(examples), CHUNK):
        part = slice(begin, begin + CHUNK)
        images[part] = fit(examples.images[part], data_shape)
    return dataclasses.replace(examples, images=images)


def fit(images, data_shape):
    """One image (H, W, C) or a batch (N, H, W, C), cut about the centre to the proportions of `data_shape` and resized.

    Bilinear and antialiased, so that no value leaves the range of the input: [0, 255] for uint8, which stays uint8, or
    [-1, 1] for floats, which come back as float32. Grey becomes three equal channels, colour its luminance; an alpha
    channel is left out.
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


def without_alpha(images):
    """Images (..., H, W, C) of 2 or 4 channels without the last of them; others as they are."""
    return images[..., :-1] if images.shape[-1] in (2, 4) else images


def image_shape(data_shape):
    """`data_shape` as a tuple of int; raises ValueError unless it is (H, W, C), all positive, with C 1 or 3."""
    shape = tuple(int(size) for size in data_shape)
    if len(shape) != 3 or min(shape) < 1 or shape[-1] not in (1, 3):
        raise ValueError(
            f"Images are (H, W, C) with 1 or 3 channels, got data_shape={shape}; choose for instance (32, 32, 3)."
        )
    return shape


def _cut(images, height, width):
    """The largest part about the centre with the proportions height : width."""
    shape = tf.shape(images)
    rows, columns = shape[-3], shape[-2]
    kept_rows = tf.clip_by_value(columns * height // width, 1, rows)
    kept_columns = tf.clip_by_value(rows * width // height, 1, columns)
    top, left = (rows - kept_rows) // 2, (columns - kept_columns) // 2
    return images[..., top : top + kept_rows, left : left + kept_columns, :]


def as_bytes(examples):
    """The images of examples as uint8 in [0, 255]."""
    images = examples.images
    return images if images.dtype == np.uint8 else np.rint((images + 1) * 127.5).astype("uint8")
