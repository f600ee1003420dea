"""The geometric transforms of adaptive discriminator augmentation, as homogeneous matrices (N, 3, 3).

A matrix maps a pixel of the augmented image, (x, y, 1) with x and y in pixels from the centre, to the place in the
original image that it shows. A transform and its inverse have the same distribution, so these functions draw the
inverse directly. Each image is transformed with the given probability, independently of the others.
"""

import math

import tensorflow as tf

from ganzoo.networks import affine
from ganzoo.networks.augmentation_draws import ImageDraws


def blit(draws: ImageDraws, probability: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """Draws transforms that move whole pixels: a flip, then quarter turns, then a shift.

    Images that are not square turn by 0 or 180 degrees only.
    """
    turns = quarter_turn(draws, probability) if height == width else half_turn(draws, probability)
    return affine.product(flip(draws, probability), turns, pixel_shift(draws, probability, height, width))


def geometry(draws: ImageDraws, probability: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """Draws a scale, a rotation, an anisotropic scale, a second rotation and a shift by a fraction of the sides.

    Each rotation has the probability 1 - sqrt(1 - p), so that an image is rotated at all with probability p.
    """
    each = 1 - tf.sqrt(1 - tf.minimum(probability, 1.0))
    return affine.product(
        isotropic_scale(draws, probability),
        rotation(draws, each),
        anisotropic_scale(draws, probability),
        rotation(draws, each),
        fractional_shift(draws, probability, height, width),
    )


def flip(draws: ImageDraws, probability: tf.Tensor) -> tf.Tensor:
    """Draws a horizontal flip or none, each with probability 1/2, as Karras et al. do for all discrete transforms."""
    sign = draws.sometimes(probability, draws.sign(), otherwise=1.0)
    return affine.scaling(sign, tf.ones_like(sign))


def quarter_turn(draws: ImageDraws, probability: tf.Tensor) -> tf.Tensor:
    """Draws a turn by 0, 90, 180 or 270 degrees."""
    return _turn(draws.sometimes(probability, draws.below(4), otherwise=0.0))


def half_turn(draws: ImageDraws, probability: tf.Tensor) -> tf.Tensor:
    """Draws a turn by 0 or 180 degrees."""
    return _turn(draws.sometimes(probability, 2 * draws.below(2), otherwise=0.0))


def pixel_shift(draws: ImageDraws, probability: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """Draws a shift by up to 1/8 of each side, rounded to whole pixels."""
    kept = draws.sometimes(probability, 1.0, otherwise=0.0)
    x, y = (tf.round(draws.uniform(-side / 8, side / 8)) for side in (width, height))
    return affine.shift(kept * x, kept * y)


def isotropic_scale(draws: ImageDraws, probability: tf.Tensor) -> tf.Tensor:
    """Draws a scale 2^N(0, .2^2) of both axes."""
    factor = draws.sometimes(probability, 2 ** draws.normal(0.2), otherwise=1.0)
    return affine.scaling(factor, factor)


def anisotropic_scale(draws: ImageDraws, probability: tf.Tensor) -> tf.Tensor:
    """Draws a scale s = 2^N(0, .2^2) of one axis, with 1/s for the other."""
    factor = draws.sometimes(probability, 2 ** draws.normal(0.2), otherwise=1.0)
    return affine.scaling(factor, 1 / factor)


def rotation(draws: ImageDraws, probability: tf.Tensor) -> tf.Tensor:
    """Draws a rotation by an angle of U(-pi, pi)."""
    angle = draws.sometimes(probability, draws.uniform(-math.pi, math.pi), otherwise=0.0)
    return affine.rotation(tf.cos(angle), tf.sin(angle))


def fractional_shift(draws: ImageDraws, probability: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """Draws a shift by N(0, .125^2) of each side."""
    kept = draws.sometimes(probability, 1.0, otherwise=0.0)
    return affine.shift(kept * draws.normal(width / 8), kept * draws.normal(height / 8))


def _turn(quarters):
    """Turns by a number of quarters (N,), with an exact cosine and sine."""
    index = tf.cast(quarters, tf.int32)
    return affine.rotation(tf.gather([1.0, 0.0, -1.0, 0.0], index), tf.gather([0.0, 1.0, 0.0, -1.0], index))
