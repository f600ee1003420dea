"""Consistency regularization: the scores of similar images should be similar."""

import keras
import tensorflow as tf

from ganzoo import random_numbers
from ganzoo.arguments import check_number
from ganzoo.distribution.global_batch import local_rows
from ganzoo.losses.penalty_base import RoundPenalty


@keras.saving.register_keras_serializable("ganzoo")
class Consistency(RoundPenalty):
    """weight * E (s(x) - s(T(x)))^2 at real images, Zhang et al. (2020): CR-GAN.

    T mirrors every second image on average, and shifts each by up to an eighth of its sides, with reflection at the
    borders; see `shift_and_flip`.
    """

    __name__ = "consistency"

    def __init__(self, weight: float = 10.0):
        super().__init__(weight)

    def term(self, play, *arguments):
        return self.weight * _squared_change(play, play.real, play.real_scores, arguments[-1])


@keras.saving.register_keras_serializable("ganzoo")
class FakeConsistency(RoundPenalty):
    """weight * E (s(G(z)) - s(T(G(z))))^2: with `Consistency`, the balanced form of Zhao et al. (2021), bCR-GAN."""

    __name__ = "fake_consistency"

    def __init__(self, weight: float = 10.0):
        super().__init__(weight)

    def term(self, play, *arguments):
        return self.weight * _squared_change(play, play.fake, play.fake_scores, arguments[-1])


class _LatentPenalty(RoundPenalty):
    """Compares the images of latents z and z + `deviation` * noise."""

    def __init__(self, weight: float, deviation: float = 0.05):
        super().__init__(weight)
        self.deviation = check_number("The deviation of latents", deviation, "above 0")

    def images_nearby(self, play, seed):
        """Returns the generator's images for latents near those of the round, (N, ...)."""
        shape = play.latents.shape[1:]
        noise = local_rows(lambda count: random_numbers.normal((count, *shape), seed), tf.shape(play.latents)[0])
        return play.synthesize(play.latents + self.deviation * noise)

    def get_config(self):
        return {**super().get_config(), "deviation": self.deviation}


@keras.saving.register_keras_serializable("ganzoo")
class LatentConsistency(_LatentPenalty):
    """weight * E (s(G(z)) - s(G(z')))^2 with z' near z, Zhao et al. (2021): the discriminator's part of zCR-GAN."""

    __name__ = "latent_consistency"

    def __init__(self, weight: float = 20.0, deviation: float = 0.05):
        super().__init__(weight, deviation)

    def term(self, play, *arguments):
        nearby = self.images_nearby(play, arguments[-1])
        return self.weight * tf.reduce_mean(tf.square(play.fake_scores - play.score(nearby)))


@keras.saving.register_keras_serializable("ganzoo")
class LatentDiversity(_LatentPenalty):
    """-weight * E |G(z) - G(z')|^2 with z' near z, Zhao et al. (2021): the generator's part of zCR-GAN.

    The squares are averaged over the values of an image, so that one weight suits all sizes.
    """

    __name__ = "latent_diversity"

    def __init__(self, weight: float = 0.5, deviation: float = 0.05):
        super().__init__(weight, deviation)

    def term(self, play, *arguments):
        difference = tf.cast(play.fake, tf.float32) - tf.cast(self.images_nearby(play, arguments[-1]), tf.float32)
        return -self.weight * tf.reduce_mean(tf.square(difference))


def shift_and_flip(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Mirrors images (N, H, W, C) or not, and shifts them by whole pixels, up to an eighth of their sides.

    What a shift brings in is the reflection of the image at its border. The draws belong to the examples of the global
    batch. Raises ValueError for data that are no images.
    """
    if len(images.shape) != 4:
        raise ValueError("Consistency penalties compare shifted images (N, H, W, C); leave them out for vectors.")
    draws = local_rows(lambda count: random_numbers.uniform((count, 3), seed, -1, 1), tf.shape(images)[0])
    for axis in (1, 2):
        side = images.shape[axis]
        shifts = tf.round(draws[:, axis : axis + 1] * (side // 8))
        places = tf.abs(tf.range(side, dtype=tf.float32) - shifts)
        places = side - 1 - tf.abs(side - 1 - places)
        if axis == 2:
            places = tf.where(draws[:, :1] < 0, side - 1 - places, places)
        images = tf.gather(images, tf.cast(places, tf.int32), axis=axis, batch_dims=1)
    return images


def _squared_change(play, images, scores, seed):
    return tf.reduce_mean(tf.square(scores - play.score(shift_and_flip(images, seed))))
