"""The convolutional networks of Radford et al. (2015), for images whose sides are 8 to 128.

Their guidelines: strided and fractionally-strided convolutions, no pooling; batch norm, but not on G's output or D's
first layer; no hidden dense layers; ReLU and tanh in G, LeakyReLU of slope .2 in D; weights drawn from N(0, .02).

Between the image and a small base, each 5 x 5 convolution halves (doubles) the sides and doubles (halves) the
channels, next to the image `width` of them. At 64 x 64 the base is 4 x 4, and a width of 128 gives the paper's
1024-512-256-128.
"""

import math

import keras
from keras import layers

from ganzoo.networks import heads
from ganzoo.networks.layers import BatchNormalization
from ganzoo.networks.spectral import SpectralConv2D, SpectralDense

SLOPE = 0.2


def sizes(data_shape, width):
    """The base (height, width) under an image (H, W, C), and the channels of each layer from the image down to it.

    Sides are halved to a base of 4 to 7 (28 to 7, 96 to 6), where need be rounded up, and G's image cut to size. No
    layer has more than 8 * `width` channels. Raises ValueError for sides out of 8 to 128.
    """
    if len(data_shape) != 3 or not 8 <= min(data_shape[:2]) <= max(data_shape[:2]) <= 128:
        raise ValueError(f"DCGAN's networks are for images (H, W, C) with sides of 8 to 128; got {tuple(data_shape)}.")
    count = int(math.log2(min(data_shape[:2]) / 4))
    return tuple(math.ceil(side / 2**count) for side in data_shape[:2]), [width * min(2**k, 8) for k in range(count)]


def generator(inputs, data_shape, width=128, synchronized=False):
    """Latents (N, inputs) -> images (N, H, W, C) in [-1, 1]. `synchronized` batch norm sees all replicas' examples."""
    base, channels = sizes(data_shape, width)
    latents = keras.Input((inputs,), name="latents")
    x = layers.Dense(math.prod(base) * channels[-1], use_bias=False, kernel_initializer=_normal())(latents)
    x = layers.ReLU()(_normalized(layers.Reshape((*base, channels[-1]))(x), synchronized))
    for filters in reversed(channels[:-1]):
        x = layers.Conv2DTranspose(filters, 5, 2, "same", use_bias=False, kernel_initializer=_normal())(x)
        x = layers.ReLU()(_normalized(x, synchronized))
    x = layers.Conv2DTranspose(data_shape[2], 5, 2, "same", kernel_initializer=_normal())(x)
    x = layers.CenterCrop(*data_shape[:2])(x) if x.shape[1:3] != data_shape[:2] else x
    return keras.Model(latents, layers.Activation("tanh", dtype="float32")(x), name="generator")


def discriminator(data_shape, width=128, synchronized=False, normalization="batch", head=heads.scores):
    """Images (N, H, W, C) -> scores (N, 1), unbounded, or what else the `head` says.

    `normalization` is that of all layers but the first: "batch", "layer" or None; or "spectral", of all kernels.
    """
    spectral_norm = normalization == "spectral"
    conv, dense = (SpectralConv2D, SpectralDense) if spectral_norm else (layers.Conv2D, layers.Dense)
    images = x = keras.Input(data_shape, name="images")
    for index, filters in enumerate(sizes(data_shape, width)[1]):
        bias = index == 0 or normalization != "batch"
        x = conv(filters, 5, strides=2, padding="same", use_bias=bias, kernel_initializer=_normal())(x)
        if index and normalization == "batch":
            x = _normalized(x, synchronized)
        elif index and normalization == "layer":
            x = layers.LayerNormalization(axis=(1, 2, 3))(x)
        x = layers.LeakyReLU(SLOPE)(x)
    outputs = head(layers.Flatten()(x), lambda units: dense(units, kernel_initializer=_normal(), dtype="float32"))
    return keras.Model(images, outputs, name="discriminator")


def classifier(data_shape, num_classes, width=128, noise=0.5):
    """Images (N, H, W, C) -> {"logits": (N, num_classes), "features": (N, D)}, for classes known from few labels.

    `discriminator` with a layer more, layer norm in place of batch norm, and in training Gaussian noise of standard
    deviation `noise` on what each layer sees.
    """
    images = x = keras.Input(data_shape, name="images")
    channels = sizes(data_shape, width)[1]
    for index, filters in enumerate([*channels, min(2 * channels[-1], 8 * width)]):
        x = layers.Conv2D(filters, 5, 2, "same", kernel_initializer=_normal())(_noisy(x, noise))
        x = layers.LayerNormalization(axis=(1, 2, 3))(x) if index else x
        x = layers.LeakyReLU(SLOPE)(x)
    features = layers.Flatten()(x)
    logits = layers.Dense(num_classes, kernel_initializer=_normal(), dtype="float32")(_noisy(features, noise))
    return keras.Model(images, {"logits": logits, "features": features}, name="discriminator")


def _normal(mean=0.0):
    return keras.initializers.RandomNormal(mean, 0.02)  # a new one for each layer: an instance repeats itself


def _normalized(x, synchronized):
    return BatchNormalization(momentum=0.9, gamma_initializer=_normal(1.0), synchronized=synchronized)(x)


def _noisy(x, deviation):
    return layers.GaussianNoise(deviation)(x) if deviation else x
