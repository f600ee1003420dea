"""Discriminators that rebuild what they see, and generators like their second half, as in Berthelot et al. (2017).

For images with sides of 8 to 128: 3 x 3 convolutions with ELU and no normalisation; each halving of the sides, down to
a base of 4 to 7, adds `width` channels on the way to the code, and the way back has `width` throughout. For vectors:
ReLU layers of `width` units.
"""

import math

import keras
from keras import layers

from ganzoo.networks import dcgan, mlp
from ganzoo.networks.layers import Closeness


def generator(inputs, data_shape, width=64, activation="tanh"):
    """Latents or codes (N, inputs) -> data (N, *data_shape), images in [-1, 1] by their last `activation`."""
    if len(data_shape) == 1:
        return mlp.generator(inputs, data_shape, (width, width))
    base, channels = dcgan.sizes(data_shape, width)
    latents = keras.Input((inputs,), name="latents")
    x = layers.Reshape((*base, width))(layers.Dense(math.prod(base) * width)(latents))
    for _ in channels:
        x = layers.UpSampling2D()(_conv(width)(x))
    x = layers.Conv2D(data_shape[2], 3, padding="same")(_conv(width)(x))
    x = layers.CenterCrop(*data_shape[:2])(x) if x.shape[1:3] != data_shape[:2] else x
    return keras.Model(latents, layers.Activation(activation, dtype="float32")(x), name="generator")


def discriminator(data_shape, width=64, code=64, error="squared"):
    """Data (N, *data_shape) -> {"scores": (N, 1), "codes": (N, code)}.

    A score, at most 0, is minus the mean "squared" or "absolute" error of the data that the code is made into.
    """
    data = keras.Input(data_shape, name="data")
    x = data
    if len(data_shape) == 1:
        for _ in range(2):
            x = layers.Dense(width, activation="relu")(x)
    else:
        levels = len(dcgan.sizes(data_shape, width)[1])
        for level in range(1, levels + 1):
            x = _conv(level * width, strides=2)(_conv(level * width)(x))
        x = layers.Flatten()(_conv((levels + 1) * width)(x))
    codes = layers.Dense(code)(x)
    decoder = generator(code, data_shape, width, "linear")  # a tanh that is full could not be moved by black fakes
    decoder.name = "decoder"
    rebuilt = decoder(codes)
    return keras.Model(
        data, {"scores": Closeness(error, dtype="float32")([data, rebuilt]), "codes": codes}, name="discriminator"
    )


def _conv(filters, strides=1):
    return layers.Conv2D(filters, 3, strides, padding="same", activation="elu")
