"""Multilayer perceptrons for any `data_shape`: images (H, W, C) in [-1, 1], or vectors (D,) of any range.

Inside, images are in [0, 1], as in Goodfellow et al. (2014): the generator's last units are sigmoids, and the
discriminator sees black as 0. In [-1, 1] that paper's settings diverge on MNIST, whose many black pixels would be -1.
"""

import math

import keras
from keras import layers

from ganzoo.networks import heads
from ganzoo.networks.layers import Maxout
from ganzoo.networks.spectral import SpectralDense


def weights(scale):
    """An initializer, uniform in [-scale, scale] or Keras's default; one for each layer, as one repeats itself."""
    return keras.initializers.RandomUniform(-scale, scale) if scale else "glorot_uniform"


def generator(latent_dim, data_shape, units=(1200, 1200), scale=None):
    """Latents (N, latent_dim) -> data (N, *data_shape), through ReLU layers of so many `units`.

    `scale` bounds the uniform initial weights.
    """
    latents = x = keras.Input((latent_dim,), name="latents")
    for width in units:
        x = layers.Dense(width, activation="relu", kernel_initializer=weights(scale))(x)
    x = layers.Dense(math.prod(data_shape), kernel_initializer=weights(scale))(x)
    return keras.Model(latents, output(x, data_shape), name="generator")


def discriminator(data_shape, units=(240, 240), pieces=5, dropout=(0.2, 0.5), scale=None):
    """Data (N, *data_shape) -> scores (N, 1), unbounded, through maxout layers of so many `units`.

    `dropout` is the share of inputs, and of each hidden layer's outputs, that is dropped in training; 0 leaves the
    layer out.
    """
    data = keras.Input(data_shape, name="data")
    x = flat(data)
    for index, width in enumerate(units):
        x = _dropped(x, dropout[0] if index == 0 else dropout[1])
        x = Maxout(width, pieces, kernel_initializer=weights(scale))(x)
    x = layers.Dense(1, kernel_initializer=weights(scale), dtype="float32")(_dropped(x, dropout[1]))
    return keras.Model(data, x, name="discriminator")


def leaky_discriminator(data_shape, units=(128, 128), spectral=False, head=heads.scores):
    """Data (N, *data_shape) -> scores (N, 1), or what else the `head` says, through leaky ReLU layers.

    `spectral` normalises kernels.
    """
    dense = SpectralDense if spectral else layers.Dense
    data = keras.Input(data_shape, name="data")
    x = flat(data)
    for width in units:
        x = layers.LeakyReLU(0.2)(dense(width)(x))
    return keras.Model(data, head(x, lambda units: dense(units, dtype="float32")), name="discriminator")


def output(x, data_shape):
    """A generator's last numbers (N, prod(data_shape)) as images in [-1, 1], by a sigmoid, or as vectors, unchanged."""
    x = layers.Reshape(data_shape, dtype="float32")(x)
    return layers.Rescaling(2, -1, dtype="float32")(keras.ops.sigmoid(x)) if len(data_shape) == 3 else x


def flat(data):
    """Images in [-1, 1], as [0, 1], or vectors, unchanged: (N, D)."""
    x = layers.Flatten()(data)
    return layers.Rescaling(0.5, 0.5)(x) if len(data.shape) == 4 else x


def _dropped(x, rate):
    return layers.Dropout(rate)(x) if rate else x
