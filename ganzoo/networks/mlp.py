"""Multilayer perceptrons, for any `data_shape`: images (H, W, C) end in tanh, vectors (D,) in a linear layer."""

import math

import keras
from keras import layers

from ganzoo.networks.layers import Maxout


def _weights(scale):
    """Uniform in [-scale, scale], or Keras's default; a new one for each layer, as an instance repeats itself."""
    return keras.initializers.RandomUniform(-scale, scale) if scale else "glorot_uniform"


def generator(latent_dim, data_shape, units=(1200, 1200), scale=None):
    """Latents (N, latent_dim) -> data (N, *data_shape), through ReLU layers of so many `units`.

    Images, of rank 3, are in [-1, 1]; vectors are unbounded. `scale` bounds the uniform initial weights.
    """
    latents = x = keras.Input((latent_dim,), name="latents")
    for width in units:
        x = layers.Dense(width, activation="relu", kernel_initializer=_weights(scale))(x)
    activation = "tanh" if len(data_shape) == 3 else "linear"
    x = layers.Dense(math.prod(data_shape), kernel_initializer=_weights(scale))(x)
    x = layers.Reshape(data_shape)(x)
    return keras.Model(latents, layers.Activation(activation, dtype="float32")(x), name="generator")


def discriminator(data_shape, units=(240, 240), pieces=5, dropout=(0.2, 0.5), scale=None):
    """Data (N, *data_shape) -> scores (N, 1), unbounded, through maxout layers of so many `units`.

    `dropout` is the share of inputs, and of each hidden layer's outputs, that is dropped in training; 0 leaves the
    layer out.
    """
    data = keras.Input(data_shape, name="data")
    x = layers.Flatten()(data)
    for index, width in enumerate(units):
        x = _dropped(x, dropout[0] if index == 0 else dropout[1])
        x = Maxout(width, pieces, kernel_initializer=_weights(scale))(x)
    x = layers.Dense(1, kernel_initializer=_weights(scale), dtype="float32")(_dropped(x, dropout[1]))
    return keras.Model(data, x, name="discriminator")


def _dropped(x, rate):
    return layers.Dropout(rate)(x) if rate else x
