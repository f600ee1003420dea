"""Penalties of the discriminator on the gradient of its score with respect to images."""

import keras
import tensorflow as tf

from ganzoo import random_numbers
from ganzoo.distribution.global_batch import global_mean, local_rows
from ganzoo.losses.penalty_base import Function, Penalty


@keras.saving.register_keras_serializable("ganzoo")
class GradientPenalty(Penalty):
    """weight * E (|grad s(x')| - 1)^2 at x' = e x + (1 - e) G(z), Gulrajani et al. (2017), for WGAN-GP.

    e is uniform in [0, 1], one number for each example. The penalty is two-sided, as in the paper.
    """

    __name__ = "gradient_penalty"

    def __init__(self, weight: float = 10.0):
        super().__init__(weight)

    def __call__(self, score: Function, real: tf.Tensor, fake: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        share = _uniform(real, seed, per_example=True)
        return self.weight * tf.reduce_mean(tf.square(gradient_norms(score, share * real + (1 - share) * fake) - 1))


@keras.saving.register_keras_serializable("ganzoo")
class DRAGAN(Penalty):
    """weight * E (|grad s(x')| - 1)^2 around the data, at x' = x + e * sd(x) * u / 2, Kodali et al. (2017).

    e is uniform in [0, 1], one number for each example; u is uniform in [0, 1], one number for each coordinate; sd(x)
    is the standard deviation of all coordinates in the global batch, as in the authors' code.
    """

    __name__ = "dragan"
    across_replicas = True
    """Tells `Lazy` that the penalty reduces across replicas."""

    def __init__(self, weight: float = 10.0):
        super().__init__(weight)

    def __call__(self, score: Function, real: tf.Tensor, fake: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        axes = range(1, len(real.shape))  # two steps, since the order of one sum over all axes would not be fixed
        mean = global_mean(tf.reduce_mean(real, axes))
        deviation = tf.sqrt(global_mean(tf.reduce_mean(tf.square(real - mean), axes)))
        first, second = random_numbers.split(seed)
        noise = _uniform(real, first, per_example=True) * 0.5 * deviation * _uniform(real, second, per_example=False)
        return self.weight * tf.reduce_mean(tf.square(gradient_norms(score, real + noise) - 1))


@keras.saving.register_keras_serializable("ganzoo")
class R1(Penalty):
    """weight / 2 * E |grad s(x)|^2 at the data, Mescheder et al. (2018)."""

    __name__ = "r1"

    def __init__(self, weight: float = 10.0):
        super().__init__(weight)

    def __call__(self, score: Function, real: tf.Tensor, fake: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        return self.weight / 2 * tf.reduce_mean(squared_gradients(score, real))


@keras.saving.register_keras_serializable("ganzoo")
class R2(Penalty):
    """weight / 2 * E |grad s(G(z))|^2 at the fakes, Mescheder et al. (2018)."""

    __name__ = "r2"

    def __init__(self, weight: float = 10.0):
        super().__init__(weight)

    def __call__(self, score: Function, real: tf.Tensor, fake: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        return self.weight / 2 * tf.reduce_mean(squared_gradients(score, fake))


def squared_gradients(score: Function, images: tf.Tensor) -> tf.Tensor:
    """Computes |grad s(x)|^2 (N,) for each image x; its score must not depend on the other images.

    If each score is that of a pack of neighbouring images, it computes |grad s|^2 with respect to the whole pack,
    (number of packs,).
    """
    with tf.GradientTape() as tape:
        tape.watch(images)
        scores = score(images)
        total = tf.reduce_sum(scores)
    gradients = tape.gradient(total, images)
    squares = tf.reduce_sum(tf.square(gradients), axis=range(1, len(images.shape)))
    count, packs = (tf.maximum(tf.shape(one)[0], 1) for one in (images, scores))
    each = -(-count // packs)
    filled = tf.pad(squares, [[0, each * packs - tf.shape(squares)[0]]])
    return tf.reduce_sum(tf.reshape(filled, (packs, each)), axis=1)[: tf.shape(scores)[0]]


def gradient_norms(score: Function, images: tf.Tensor) -> tf.Tensor:
    """Computes |grad s(x)| (N,) for each image x, so that the gradient of the norm is finite even at 0."""
    return tf.sqrt(squared_gradients(score, images) + 1e-12)


def _uniform(images, seed, per_example):
    """Draws noise in [0, 1] that broadcasts to images: one number per example, or one per coordinate."""
    shape = [1] * (len(images.shape) - 1) if per_example else images.shape[1:]
    return local_rows(lambda count: random_numbers.uniform((count, *shape), seed), tf.shape(images)[0])
