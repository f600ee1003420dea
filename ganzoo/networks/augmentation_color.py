"""The transforms of adaptive discriminator augmentation that move no pixels: color, noise and cutout.

They map images (N, H, W, C) in [-1, 1] to images that may leave this range. Each image is transformed with the given
probability, independently of the others.
"""

import math

import tensorflow as tf

from ganzoo.networks.augmentation_draws import ImageDraws, for_images


def color(draws: ImageDraws, probability: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """Changes the brightness, contrast, sign of the luma, hue and saturation, in this order.

    The luma is the mean of the channels. Only images with 3 channels have a hue, and those with 1 channel have no
    saturation. The paper multiplies 4 x 4 matrices; their product is the sum of four terms below.
    """
    channels = images.shape[-1]
    brightness = draws.sometimes(probability, draws.normal(0.2), otherwise=0.0)
    contrast = draws.sometimes(probability, 2 ** draws.normal(0.5), otherwise=1.0)
    luma = contrast * draws.sometimes(probability, draws.sign(), otherwise=1.0)
    angle = draws.sometimes(probability if channels == 3 else 0.0, draws.uniform(-math.pi, math.pi), otherwise=0.0)
    chroma = contrast * draws.sometimes(probability if channels > 1 else 0.0, 2 ** draws.normal(), otherwise=1.0)
    along, across = chroma * tf.cos(angle), chroma * tf.sin(angle)
    mean = tf.reduce_mean(images, axis=-1, keepdims=True)
    result = images * for_images(along, images) + mean * for_images(luma - along, images)
    if channels == 3:
        result += _quarter_turn_of_hue(images) * for_images(across, images)
    return result + for_images(luma * brightness, images)


def _quarter_turn_of_hue(images):
    """Returns the vector product of the unit vector (1, 1, 1) / sqrt(3) and each pixel (..., 3)."""
    return (tf.roll(images, 1, axis=-1) - tf.roll(images, -1, axis=-1)) / math.sqrt(3)


def noise(draws: ImageDraws, probability: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """Adds normal noise with a standard deviation of |N(0, .1^2)|, one for each image."""
    deviation = draws.sometimes(probability, tf.abs(draws.normal(0.1)), otherwise=0.0)
    return images + draws.normal_like(images) * for_images(deviation, images)


def cutout(draws: ImageDraws, probability: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """Sets a box of half of each side to 0. Its centre is anywhere in the image, whose border may cut the box off."""
    size = draws.sometimes(probability, 0.5, otherwise=0.0)[:, None]
    outside = []
    for side in images.shape[1:3]:
        centres = (tf.range(side, dtype=tf.float32) + 0.5) / side
        outside.append(tf.abs(centres - draws.uniform()[:, None]) >= size / 2)
    kept = outside[0][:, :, None] | outside[1][:, None, :]
    return images * tf.cast(kept, images.dtype)[..., None]
