"""Small players in one or two dimensions, some of whose densities are known."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

import ganzoo
from ganzoo import data, priors, random_numbers


class Known(priors.Prior):
    """Points of a mixture of Gaussians: behind a generator that changes nothing, p_g is the mixture's density."""

    def __init__(self, mixture):
        super().__init__(mixture.means.shape[1])
        self.mixture = mixture

    def sample(self, count, seed):
        first, second = random_numbers.split(seed)  # two streams that share nothing
        modes = tf.random.stateless_categorical(tf.math.log(self.mixture.weights[np.newaxis]), count, first)[0]
        means = tf.gather(tf.constant(self.mixture.means, tf.float32), modes)
        return means + self.mixture.standard_deviation * random_numbers.normal((count, self.dim), second)


def network(inputs, outputs, units, activation="tanh"):
    """A perceptron from (N, inputs) to (N, outputs) with so many hidden units; without any, the identity."""
    x = first = keras.Input((inputs,))
    for width in units:
        x = layers.Dense(width, activation)(x)
    return keras.Model(first, layers.Dense(outputs)(x) if units else layers.Activation("linear")(x))


def points(mixture, count=500_000, seed=0):
    """Examples of the mixture, enough not to see any of them often."""
    drawn, _ = mixture.sample(count, seed)
    return data.Examples(drawn, mixture=mixture)


def judge(real, fake, seed, objective="minimax", steps=1500, batch_size=2048, units=(64, 64)):
    """A GAN whose D has been trained against p_g = `fake`, which stays as it is; both are mixtures.

    The discriminator's Adam goes from 1e-2 to 0 along a cosine.
    """
    keras.utils.set_random_seed(seed)
    dim = real.means.shape[1]
    gan = ganzoo.GAN(network(dim, dim, ()), network(dim, 1, units), Known(fake), objective, seed=seed)
    schedule = keras.optimizers.schedules.CosineDecay(1e-2, steps)
    gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.Adam(schedule), steps_per_execution=min(steps, 100))
    gan.fit(data.batches(points(real, seed=seed), batch_size, seed, start=0), steps_per_epoch=steps, verbose=0)
    return gan


def evaluate(gan, real, seed, count=400_000):
    """The logs of that GAN on new points."""
    fresh = data.batches(points(real, count, seed + 1), 20_000, shuffle=False)
    return gan.evaluate(fresh, verbose=0)


def scores(gan, where):
    """The discriminator's scores at points (M, D), float64 (M,)."""
    return np.float64(gan.discriminator.predict(where, batch_size=20_000, verbose=0)[:, 0])
