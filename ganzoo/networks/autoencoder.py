"""Autoencoders as discriminators, and generators like their decoders, as in Berthelot et al. (2017).

For images with sides of 8 to 128 they are 3 x 3 convolutions with ELU and without normalisation. The encoder adds
`width` channels each time it halves the sides, down to a base of 4 to 7; the decoder has `width` channels throughout.
For vectors they are ReLU layers of `width` units.
"""

import math

import keras
from keras import layers

from ganzoo.arguments import check_count
from ganzoo.networks import dcgan, mlp
from ganzoo.networks.layers import NegativeReconstructionError, latent_input


def generator(input_dim: int, data_shape: tuple[int, ...], width: int = 64, activation: str = "tanh") -> keras.Model:
    """Builds a generator of latents or codes (N, input_dim) -> data (N, *data_shape).

    `activation` is that of the images, "tanh" for [-1, 1]; vectors have none. Raises ValueError for images with sides
    outside 8 to 128.
    """
    if len(data_shape) == 1:
        return mlp.generator(input_dim, data_shape, (width, width))
    base, channels = dcgan.sizes(data_shape, width)
    latents = latent_input(input_dim)
    x = layers.Reshape((*base, width))(layers.Dense(math.prod(base) * width)(latents))
    for _ in channels:
        x = layers.UpSampling2D()(_conv(width)(x))
    x = layers.Conv2D(data_shape[2], 3, padding="same")(_conv(width)(x))
    x = layers.CenterCrop(*data_shape[:2])(x) if x.shape[1:3] != data_shape[:2] else x
    return keras.Model(latents, layers.Activation(activation, dtype="float32")(x), name="generator")


def discriminator(data_shape: tuple[int, ...], width: int = 64, code: int = 64, error: str = "squared") -> keras.Model:
    """Builds a discriminator of data (N, *data_shape) -> {"scores": (N, 1), "codes": (N, code)}.

    A score, at most 0, is minus the mean "squared" or "absolute" error of what is decoded from the code. Raises
    ValueError for another `error`, and for images with sides outside 8 to 128.
    """
    width, code = check_count("width", width), check_count("code", code)
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
    decoder = generator(code, data_shape, width, "linear")  # black fakes would saturate a tanh
    decoder.name = "decoder"
    scores = NegativeReconstructionError(error, dtype="float32")([data, decoder(codes)])
    return keras.Model(data, {"scores": scores, "codes": codes}, name="discriminator")


def _conv(filters, strides=1):
    return layers.Conv2D(filters, 3, strides, padding="same", activation="elu")
