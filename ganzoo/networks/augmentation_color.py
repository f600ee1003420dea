"""The transforms of adaptive discriminator augmentation that move no pixels: color, noise and cutout.

They map images (N, H, W, C) in [-1, 1] to images that may leave this range. Each image is transformed with the given
probability, independently of the others.
"""

import math

import tensorflow as tf

from ganzoo.networks.augmentation_draws import ImageDraws


def color(draws: ImageDraws, probability: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """Changes the brightness, contrast, sign of the luma, hue and saturation, in this order.

    The luma is the mean of the channels, and the chroma the rest. Only images with 3 channels have a hue; those with 1
    channel have no chroma. Where the paper multiplies 4 x 4 matrices, this applies their product, which has four terms.
    """
    channels = images.shape[-1]
    brightness = draws.sometimes(probability, draws.normal(0.2), otherwise=0.0)
    contrast = draws.sometimes(probability, 2 ** draws.normal(0.5), otherwise=1.0)
    luma = contrast * draws.sometimes(probability, draws.sign(), otherwise=1.0)
    saturation = draws.sometimes(probability, 2 ** draws.normal(), otherwise=1.0)
    hue = draws.sometimes(probability, draws.uniform(-math.pi, math.pi), otherwise=0.0)
    chroma = contrast * saturation if channels > 1 else contrast
    along, across = (chroma * tf.cos(hue), chroma * tf.sin(hue)) if channels == 3 else (chroma, None)
    mean = tf.reduce_mean(images, axis=-1, keepdims=True)
    terms = [(along, images), (luma - along, mean), (luma * brightness, tf.ones_like(mean))]
    if channels == 3:
        terms.append((across, _turned(images)))
    return sum(tf.cast(factor, images.dtype) * term for factor, term in terms)


def _turned(images):
    """Turns the chroma of pixels (..., 3) by 90 degrees: the vector product of (1, 1, 1) / sqrt(3) and each pixel."""
    return (tf.roll(images, 1, axis=-1) - tf.roll(images, -1, axis=-1)) / math.sqrt(3)


def noise(draws: ImageDraws, probability: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """Adds normal noise with a standard deviation of |N(0, .1^2)|, drawn for each image."""
    deviation = draws.sometimes(probability, tf.abs(draws.normal(0.1)), otherwise=0.0)
    return images + tf.cast(deviation, images.dtype) * draws.noise(images)


def cutout(draws: ImageDraws, probability: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """Sets a box with half of each side to 0. Its centre is anywhere in the image, whose border may cut the box off."""
    reach = draws.sometimes(probability, 0.25, otherwise=0.0)
    kept = False
    for axis, side in ((1, images.shape[1]), (2, images.shape[2])):
        shape = [1, 1, 1, 1]
        shape[axis] = side
        centres = tf.reshape((tf.range(side, dtype=tf.float32) + 0.5) / side, shape)
        kept |= tf.abs(centres - draws.uniform()) >= reach
    return tf.where(kept, images, 0)
