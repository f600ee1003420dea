"""A penalty of the generator on its Jacobian."""

import keras
import tensorflow as tf

from ganzoo import random_numbers
from ganzoo.arguments import check_number
from ganzoo.distribution.global_batch import local_rows
from ganzoo.losses.penalty_base import Function, Penalty


@keras.saving.register_keras_serializable("ganzoo")
class JacobianClamping(Penalty):
    """A penalty of the generator that keeps the singular values of its Jacobian in a range, Odena et al. (2018).

        weight * E [max(Q - high, 0)^2 + min(Q - low, 0)^2]     Q = |G(z) - G(z')| / |z - z'|

    z' is z plus a random vector of length `epsilon`, one for each example. G(z) and G(z') are two batches, so batch
    norm in the generator normalises each with its own statistics.

    Args:
        weight: 1 in the paper.
        low, high: the range in which Q costs nothing; 1 and 20 in the paper.
        epsilon: the length of the step in latent space; 1 in the paper.

    Raises:
        ValueError: if the weight or epsilon is not above 0, or not 0 <= low < high.
    """

    __name__ = "jacobian_clamping"

    def __init__(self, weight: float = 1.0, low: float = 1.0, high: float = 20.0, epsilon: float = 1.0):
        super().__init__(weight)
        if not 0 <= low < high:
            raise ValueError(f"The range of Jacobian clamping must be 0 <= low < high; got {low} and {high}.")
        self.low, self.high = float(low), float(high)
        self.epsilon = check_number("The epsilon of Jacobian clamping", epsilon, "above 0")

    def __call__(self, synthesize: Function, latents: tf.Tensor, fake: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        shape = latents.shape[1:]
        noise = local_rows(lambda count: random_numbers.normal((count, *shape), seed), tf.shape(latents)[0])
        step = self.epsilon * tf.math.l2_normalize(noise, axis=range(1, len(latents.shape)))
        moved = synthesize(latents + step)
        ratios = _lengths(tf.cast(fake, tf.float32) - tf.cast(moved, tf.float32)) / _lengths(step)
        above, below = tf.nn.relu(ratios - self.high), tf.nn.relu(self.low - ratios)
        return self.weight * tf.reduce_mean(tf.square(above) + tf.square(below))

    def get_config(self) -> dict:
        return {**super().get_config(), "low": self.low, "high": self.high, "epsilon": self.epsilon}


def _lengths(differences):
    """Returns the lengths (N,) of differences (N, ...), whose gradient is finite even at 0."""
    return tf.sqrt(tf.reduce_sum(tf.square(differences), axis=range(1, len(differences.shape))) + 1e-12)
