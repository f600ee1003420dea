"""Multilayer perceptrons for any `data_shape`: images (H, W, C) in [-1, 1], or vectors (D,) of any range.

Within the networks images are in [0, 1], as in Goodfellow et al. (2014): the generator ends in sigmoids, and black is 0
for the discriminator. With images in [-1, 1] that paper's settings diverge on MNIST, where most pixels would be -1.
"""

import functools
import math

import keras
from keras import layers

from ganzoo.arguments import check_counts, check_pair
from ganzoo.networks import heads
from ganzoo.networks.layers import Maxout, latent_input
from ganzoo.networks.spectral import SpectralDense


def uniform_initializer(scale: float | None) -> keras.initializers.Initializer | str:
    """Returns a new initializer, uniform in [-scale, scale], or Keras's default if `scale` is None.

    Each layer needs one of its own, because an initializer returns the same numbers at each call.
    """
    return keras.initializers.RandomUniform(-scale, scale) if scale else "glorot_uniform"


def generator(
    latent_dim: int, data_shape: tuple[int, ...], units: tuple[int, ...] = (1200, 1200), scale: float | None = None
) -> keras.Model:
    """Builds a generator of latents (N, latent_dim) -> data (N, *data_shape) with ReLU layers of these `units`.

    The initial weights are uniform in [-scale, scale], or Keras's default.
    """
    latents = x = latent_input(latent_dim)
    for width in check_counts("units", units):
        x = layers.Dense(width, activation="relu", kernel_initializer=uniform_initializer(scale))(x)
    x = layers.Dense(math.prod(data_shape), kernel_initializer=uniform_initializer(scale))(x)
    return keras.Model(latents, output_layer(x, data_shape), name="generator")


def discriminator(
    data_shape: tuple[int, ...],
    units: tuple[int, ...] = (240, 240),
    pieces: int = 5,
    dropout: tuple[float, float] = (0.2, 0.5),
    scale: float | None = None,
) -> keras.Model:
    """Builds a discriminator of data (N, *data_shape) -> scores (N, 1) with maxout layers of these `units`.

    Args:
        data_shape: the shape of one example.
        units: the width of each hidden layer.
        pieces: the number of linear maps of which each unit takes the maximum.
        dropout: the rates of dropout on the inputs and on each hidden layer's outputs, or one for both; 0 omits the
            layer.
        scale: the initial weights are uniform in [-scale, scale], or Keras's default.
    """
    dropout = check_pair("dropout", dropout, "from 0 to below 1")
    data = keras.Input(data_shape, name="data")
    x = flatten(data)
    for index, width in enumerate(units):
        x = _dropout(x, dropout[0] if index == 0 else dropout[1])
        x = Maxout(width, pieces, kernel_initializer=uniform_initializer(scale))(x)
    x = layers.Dense(1, kernel_initializer=uniform_initializer(scale), dtype="float32")(_dropout(x, dropout[1]))
    return keras.Model(data, x, name="discriminator")


def leaky_discriminator(
    data_shape: tuple[int, ...],
    units: tuple[int, ...] = (128, 128),
    spectral: bool = False,
    head: heads.Head = heads.scores,
) -> keras.Model:
    """Builds a discriminator of data (N, *data_shape) -> scores (N, 1), or the outputs of `head`, with leaky ReLU.

    `spectral` adds spectral normalisation of the kernels.
    """
    dense = SpectralDense if spectral else layers.Dense
    data = keras.Input(data_shape, name="data")
    x = flatten(data)
    for width in check_counts("units", units):
        x = layers.LeakyReLU(0.2)(dense(width)(x))
    last = functools.partial(dense, dtype="float32")
    return keras.Model(data, head(x, last, last(1)), name="discriminator")


def output_layer(x, data_shape: tuple[int, ...]):
    """Maps a generator's last layer (N, prod(data_shape)) to images in [-1, 1], through a sigmoid, or to vectors."""
    x = layers.Reshape(data_shape, dtype="float32")(x)
    return layers.Rescaling(2, -1, dtype="float32")(keras.ops.sigmoid(x)) if len(data_shape) == 3 else x


def flatten(data):
    """Flattens data to (N, D), with images mapped from [-1, 1] to [0, 1] and vectors unchanged."""
    x = layers.Flatten()(data)
    return layers.Rescaling(0.5, 0.5)(x) if len(data.shape) == 4 else x


def _dropout(x, rate):
    return layers.Dropout(rate)(x) if rate else x
