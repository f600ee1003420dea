"""The geometric transforms of adaptive discriminator augmentation, and the resampling of images by all of them at once.

A transform maps places (x, y), in pixels from the image's centre. The pixels of an augmented image begin at their own
places, which are then mapped by one transform after the other to where the original image is sampled: so the last
transform of an image comes first. Inverses need no functions of their own, as a transform's inverse has the same
distribution. Each image is transformed with the given probability, independently of the others.
"""

import math

import tensorflow as tf

from ganzoo.networks.augmentation_draws import ImageDraws

Places = tuple[tf.Tensor, tf.Tensor]
"""x and y, which broadcast to (N, H, W, 1)."""


def pixel_places(height: int, width: int) -> Places:
    """Returns the places of an image's pixels."""
    x = tf.range(width, dtype=tf.float32) - (width - 1) / 2
    y = tf.range(height, dtype=tf.float32) - (height - 1) / 2
    return tf.reshape(x, (1, 1, width, 1)), tf.reshape(y, (1, height, 1, 1))


def geometry(draws: ImageDraws, probability: tf.Tensor, places: Places, height: int, width: int) -> Places:
    """Applies fractional shifts, rotation, anisotropic scale, rotation again, and isotropic scale.

    Both rotations have the probability 1 - sqrt(1 - p), so that an image is rotated at all with probability p.
    """
    each_rotation = 1 - tf.sqrt(1 - tf.minimum(probability, 1.0))
    places = fractional_shift(draws, probability, places, height, width)
    places = rotation(draws, each_rotation, places)
    places = anisotropic_scale(draws, probability, places)
    places = rotation(draws, each_rotation, places)
    return isotropic_scale(draws, probability, places)


def blit(draws: ImageDraws, probability: tf.Tensor, places: Places, height: int, width: int) -> Places:
    """Applies the transforms that move whole pixels: shifts, turns by 90 degrees (180 if H != W), and flips."""
    places = pixel_shift(draws, probability, places, height, width)
    places = turn(draws, probability, places, quarters=1 if height == width else 2)
    return flip(draws, probability, places)


def fractional_shift(draws: ImageDraws, probability: tf.Tensor, places: Places, height: int, width: int) -> Places:
    """Shifts by N(0, .125^2) of each side."""
    kept = draws.sometimes(probability, 1.0, otherwise=0.0)
    x, y = places
    return x + kept * draws.normal(width / 8), y + kept * draws.normal(height / 8)


def rotation(draws: ImageDraws, probability: tf.Tensor, places: Places) -> Places:
    """Rotates by angles of U(-pi, pi)."""
    angle = draws.sometimes(probability, draws.uniform(-math.pi, math.pi), otherwise=0.0)
    return _rotated(places, tf.cos(angle), tf.sin(angle))


def anisotropic_scale(draws: ImageDraws, probability: tf.Tensor, places: Places) -> Places:
    """Multiplies x by s = 2^N(0, .2^2), and y by 1/s."""
    scale = draws.sometimes(probability, 2 ** draws.normal(0.2), otherwise=1.0)
    x, y = places
    return x * scale, y / scale


def isotropic_scale(draws: ImageDraws, probability: tf.Tensor, places: Places) -> Places:
    """Multiplies both axes by 2^N(0, .2^2)."""
    scale = draws.sometimes(probability, 2 ** draws.normal(0.2), otherwise=1.0)
    x, y = places
    return x * scale, y * scale


def pixel_shift(draws: ImageDraws, probability: tf.Tensor, places: Places, height: int, width: int) -> Places:
    """Shifts by up to 1/8 of each side, rounded to whole pixels."""
    kept = draws.sometimes(probability, 1.0, otherwise=0.0)
    x, y = (
        place + kept * tf.round(draws.uniform(-side / 8, side / 8))
        for place, side in zip(places, (width, height), strict=True)
    )
    return x, y


def turn(draws: ImageDraws, probability: tf.Tensor, places: Places, quarters: int = 1) -> Places:
    """Turns by a multiple of this number of quarters, 1 or 2, of which 0 is one."""
    drawn = draws.sometimes(probability, quarters * draws.below(4 // quarters), otherwise=0.0)
    index = tf.cast(drawn, tf.int32)
    return _rotated(places, tf.gather([1.0, 0.0, -1.0, 0.0], index), tf.gather([0.0, 1.0, 0.0, -1.0], index))


def flip(draws: ImageDraws, probability: tf.Tensor, places: Places) -> Places:
    """Flips half of the images left to right."""
    x, y = places
    return x * draws.sometimes(probability, draws.sign(), otherwise=1.0), y


def _rotated(places, cosine, sine):
    x, y = places
    return cosine * x - sine * y, sine * x + cosine * y


def resample(images: tf.Tensor, places: Places) -> tf.Tensor:
    """Returns what images (N, H, W, C) show at these places, (N, H, W, C).

    Between its pixels an image is interpolated bilinearly; beyond its border it is reflected at the centres of the
    border pixels, without end. At its centre, a pixel is copied exactly. The places are constants for the gradient.
    """
    height, width, channels = images.shape[1:]
    columns, rows = (_neighbours(place, side) for place, side in zip(places, (width, height), strict=True))
    pixels = tf.reshape(images, (-1, channels))
    first = tf.reshape(tf.range(tf.shape(images)[0]) * (height * width), (-1, 1, 1, 1))
    return tf.add_n(
        [
            tf.gather(pixels, (first + width * row + column)[..., 0]) * tf.cast(row_weight * weight, images.dtype)
            for row, row_weight in rows
            for column, weight in columns
        ]
    )


def _neighbours(places, side):
    """Returns the pixel before and that after each place along an axis, as two pairs (indices, weights)."""
    last = side - 1
    inside = tf.abs(tf.math.floormod(places + 1.5 * last, 2.0 * last) - last)  # from 0 to last, reflected at both
    before = tf.floor(inside)
    after = tf.minimum(before + 1, last)
    weight = inside - before
    return [(tf.cast(before, tf.int32), 1 - weight), (tf.cast(after, tf.int32), weight)]
