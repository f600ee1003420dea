"""Affine maps of images: homogeneous matrices, and bilinear resampling by them."""

import functools

import tensorflow as tf


def scaling(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Returns matrices (N, 3, 3) that multiply the axes by x and y, both (N,)."""
    none = tf.zeros_like(x)
    return _matrix((x, none, none), (none, y, none))


def rotation(cosine: tf.Tensor, sine: tf.Tensor) -> tf.Tensor:
    """Returns matrices (N, 3, 3) that rotate by the angles with this cosine and sine, both (N,)."""
    none = tf.zeros_like(cosine)
    return _matrix((cosine, -sine, none), (sine, cosine, none))


def shift(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Returns matrices (N, 3, 3) that add x and y, both (N,)."""
    one, none = tf.ones_like(x), tf.zeros_like(x)
    return _matrix((one, none, x), (none, one, y))


def _matrix(first, second):
    one, none = tf.ones_like(first[0]), tf.zeros_like(first[0])
    return tf.stack([tf.stack(row, axis=1) for row in (first, second, (none, none, one))], axis=1)


def product(*matrices: tf.Tensor) -> tf.Tensor:
    """Multiplies matrices (N, 3, 3), in full precision: `matmul` rounds its factors on some accelerators."""
    return functools.reduce(
        lambda left, right: tf.reduce_sum(left[:, :, :, None] * right[:, None, :, :], axis=2), matrices
    )


def resample(images: tf.Tensor, maps: tf.Tensor) -> tf.Tensor:
    """Returns images (N, H, W, C) whose pixels show the places of the given ones that matrices (N, 3, 3) map them to.

    Places are (x, y, 1), in pixels from the image's centre. Between pixels the images are interpolated bilinearly, and
    beyond their border they are reflected at the centres of the border pixels, without end. A place at the centre of a
    pixel is copied exactly. The matrices are constants for the gradient.
    """
    height, width, channels = images.shape[1:]
    x = tf.range(width, dtype=tf.float32)[None, None, :] - (width - 1) / 2
    y = tf.range(height, dtype=tf.float32)[None, :, None] - (height - 1) / 2
    entries = maps[:, :, :, None, None]
    columns, rows = (
        _neighbours(entries[:, axis, 0] * x + entries[:, axis, 1] * y + entries[:, axis, 2], side)
        for axis, side in ((0, width), (1, height))
    )
    pixels = tf.reshape(images, (-1, channels))
    first = tf.range(tf.shape(images)[0])[:, None, None] * (height * width)
    return tf.add_n(
        [
            tf.gather(pixels, first + row * width + column) * tf.cast(by_row * by_column, images.dtype)[..., None]
            for row, by_row in rows
            for column, by_column in columns
        ]
    )


def _neighbours(places, side):
    """Returns the pixels before and after each place along an axis, with their weights, as (indices, weights) twice."""
    last = side - 1
    inside = tf.abs(tf.math.floormod(places + 1.5 * last, 2.0 * last) - last)  # from 0 to last, reflected there
    before = tf.floor(inside)
    after = tf.minimum(before + 1, last)
    weight = inside - before
    return [(tf.cast(before, tf.int32), 1 - weight), (tf.cast(after, tf.int32), weight)]
