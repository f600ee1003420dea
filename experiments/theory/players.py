"""Small players in one or two dimensions, some with known densities."""

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf
from keras import layers

import ganzoo
from ganzoo import data, priors, random_numbers
from ganzoo.data.mixtures import Mixture


@keras.saving.register_keras_serializable("ganzoo_theory")
class MixturePrior(priors.Prior):
    """Draws latents from a mixture of Gaussians. If the generator is the identity, p_g is the mixture's density."""

    def __init__(self, mixture: Mixture):
        super().__init__(mixture.means.shape[1])
        self.mixture = mixture

    def sample(self, count, seed):
        modes_seed, noise_seed = random_numbers.split(seed)
        modes = tf.random.stateless_categorical(tf.math.log(self.mixture.weights[np.newaxis]), count, modes_seed)[0]
        means = tf.gather(tf.constant(self.mixture.means, tf.float32), modes)
        return means + self.mixture.standard_deviation * random_numbers.normal((count, self.dim), noise_seed)


def network(inputs: int, outputs: int, units: Sequence[int], activation: str = "tanh") -> keras.Model:
    """Returns a perceptron with these numbers of hidden units, or the identity if there are none."""
    x = first = keras.Input((inputs,))
    for width in units:
        x = layers.Dense(width, activation)(x)
    return keras.Model(first, layers.Dense(outputs)(x) if units else layers.Activation("linear")(x))


def mixture_examples(mixture: Mixture, count: int = 500_000, seed: int = 0) -> data.Examples:
    """Returns points drawn from a mixture, enough of them that training sees each only a few times."""
    points, _ = mixture.sample(count, seed)
    return data.Examples(points, mixture=mixture)


def train_discriminator(
    real: Mixture,
    fake: Mixture,
    seed: int,
    objective: str = "minimax",
    steps: int = 1500,
    batch_size: int = 2048,
    units: Sequence[int] = (64, 64),
) -> ganzoo.GAN:
    """Returns a GAN whose D was trained against a fixed generator; p_data = `real` and p_g = `fake` are mixtures.

    The learning rate of D's Adam falls from 1e-2 to 0 along a cosine.
    """
    keras.utils.set_random_seed(seed)
    dim = real.means.shape[1]
    gan = ganzoo.GAN(network(dim, dim, ()), network(dim, 1, units), MixturePrior(fake), objective, seed=seed)
    schedule = keras.optimizers.schedules.CosineDecay(1e-2, steps)
    gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.Adam(schedule), steps_per_execution=min(steps, 100))
    batches = data.batches(mixture_examples(real, seed=seed), batch_size, seed, start=0)
    gan.fit(batches, steps_per_epoch=steps, verbose=0)
    return gan


def evaluate(gan: ganzoo.GAN, real: Mixture, seed: int, count: int = 400_000) -> dict[str, float]:
    """Returns the logs of that GAN on new points."""
    return gan.evaluate(data.batches(mixture_examples(real, count, seed + 1), 20_000, shuffle=False), verbose=0)


def scores(gan: ganzoo.GAN, points: np.ndarray) -> np.ndarray:
    """Returns the discriminator's scores of points (M, D), float64 (M,)."""
    return np.float64(gan.discriminator.predict(points, batch_size=20_000, verbose=0)[:, 0])
