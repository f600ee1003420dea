"""The convolutional networks of Radford et al. (2015), for images with sides of 8 to 128 pixels.

They follow the paper's guidelines: strided and transposed convolutions, no pooling; batch norm everywhere except on
G's output and D's first layer; no hidden dense layers; ReLU and tanh in G, leaky ReLU with slope .2 in D; weights drawn
from N(0, .02). As in the paper's code, G's first batch norm has a gain and a shift for each unit, and neither G nor a D
with batch norm has biases. (What a head adds to the scores has them.)

The layer next to the image has `width` channels. From there to a small base, each 5 x 5 convolution halves the sides
and doubles the channels. At 64 x 64 the base is 4 x 4, and a width of 128 gives the paper's 1024-512-256-128. Keras's
padding="same" adds one zero before and two after; the paper's own code adds two on every side. Further departures from
that code: batch norm's epsilon is 1e-5, the least that cuDNN's fused kernels accept, not 1e-8; there is no weight
decay, which is 1e-5 there.
"""

import math
from collections.abc import Callable

import keras
from keras import layers

from ganzoo.arguments import check_count, check_number
from ganzoo.networks import heads
from ganzoo.networks.layers import BatchNormalization, latent_input
from ganzoo.networks.spectral import SpectralConv2D, SpectralDense

SLOPE = 0.2


def sizes(data_shape: tuple[int, ...], width: int, most: int = 128) -> tuple[tuple[int, int], list[int]]:
    """Returns the base (height, width) of an image (H, W, C), and the channels of each layer from the image to it.

    The sides are halved down to a base of 4 to 7 (28 to 7, 96 to 6), rounded up if necessary; G crops its image to
    size. No layer has more than 8 * `width` channels. Raises ValueError for sides outside of 8 to `most`.
    """
    width = check_count("width", width)
    if len(data_shape) != 3 or not 8 <= min(data_shape[:2]) <= max(data_shape[:2]) <= most:
        raise ValueError(f"These networks are for images (H, W, C) with sides of 8 to {most}; got {tuple(data_shape)}.")
    count = int(math.log2(min(data_shape[:2]) / 4))
    return tuple(math.ceil(side / 2**count) for side in data_shape[:2]), [width * min(2**k, 8) for k in range(count)]


def generator(input_dim: int, data_shape: tuple[int, ...], width: int = 128, synchronized: bool = False) -> keras.Model:
    """Builds a generator from latents (N, input_dim) to images (N, H, W, C) in [-1, 1].

    `synchronized` batch norm computes its statistics over the examples of all replicas.
    """
    base, channels = sizes(data_shape, width)
    latents = latent_input(input_dim)
    x = layers.Dense(math.prod(base) * channels[-1], use_bias=False, kernel_initializer=_normal())(latents)
    x = layers.ReLU()(layers.Reshape((*base, channels[-1]))(_normalized(x, synchronized)))
    for filters in reversed(channels[:-1]):
        x = layers.Conv2DTranspose(filters, 5, 2, "same", use_bias=False, kernel_initializer=_normal())(x)
        x = layers.ReLU()(_normalized(x, synchronized))
    x = layers.Conv2DTranspose(data_shape[2], 5, 2, "same", use_bias=False, kernel_initializer=_normal())(x)
    x = layers.CenterCrop(*data_shape[:2])(x) if x.shape[1:3] != data_shape[:2] else x
    return keras.Model(latents, layers.Activation("tanh", dtype="float32")(x), name="generator")


def discriminator(
    data_shape: tuple[int, ...],
    width: int = 128,
    synchronized: bool = False,
    normalization: str | None = "batch",
    head: Callable = heads.scores,
) -> keras.Model:
    """Builds a discriminator from images (N, H, W, C) to scores (N, 1), unbounded, or to the outputs of the `head`.

    `normalization` applies to all layers but the first if it is "batch" or "layer", to all kernels if it is "spectral";
    None leaves it out. "layer" has a gain and a shift for each channel, as in Gulrajani et al. (2017).
    """
    spectral_norm = normalization == "spectral"
    conv, dense = (SpectralConv2D, SpectralDense) if spectral_norm else (layers.Conv2D, layers.Dense)
    bias = normalization != "batch"
    images = x = keras.Input(data_shape, name="images")
    for index, filters in enumerate(sizes(data_shape, width)[1]):
        x = conv(filters, 5, strides=2, padding="same", use_bias=bias, kernel_initializer=_normal())(x)
        if index and normalization == "batch":
            x = _normalized(x, synchronized)
        elif index and normalization == "layer":
            x = layer_normalized(x)
        x = layers.LeakyReLU(SLOPE)(x)

    def last(units, use_bias=True):
        return dense(units, use_bias=use_bias, kernel_initializer=_normal(), dtype="float32")

    outputs = head(layers.Flatten()(x), last, last(1, use_bias=bias))
    return keras.Model(images, outputs, name="discriminator")


def classifier(data_shape: tuple[int, ...], num_classes: int, width: int = 128, noise: float = 0.5) -> keras.Model:
    """Builds a classifier from images (N, H, W, C) to {"logits": (N, num_classes), "features": (N, D)}.

    It is meant for few labels: the `discriminator` with one more layer, layer norm instead of batch norm, and in
    training Gaussian noise of standard deviation `noise` on the input of each layer.
    """
    noise = check_number("noise", noise)
    images = x = keras.Input(data_shape, name="images")
    channels = sizes(data_shape, width)[1]
    for index, filters in enumerate([*channels, min(2 * channels[-1], 8 * width)]):
        x = layers.Conv2D(filters, 5, 2, "same", kernel_initializer=_normal())(_noisy(x, noise))
        x = layer_normalized(x) if index else x
        x = layers.LeakyReLU(SLOPE)(x)
    features = layers.Flatten()(x)
    logits = layers.Dense(num_classes, kernel_initializer=_normal(), dtype="float32")(_noisy(features, noise))
    return keras.Model(images, {"logits": logits, "features": features}, name="discriminator")


def layer_normalized(x):
    """Applies layer norm to images (N, H, W, C), over each whole image, with a gain and a shift for each channel."""
    return layers.GroupNormalization(groups=1, epsilon=1e-5)(x)


def _normal(mean=0.0):
    return keras.initializers.RandomNormal(mean, 0.02)  # a new one for each layer, since an instance repeats its draws


def _normalized(x, synchronized):
    return BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=_normal(1.0), synchronized=synchronized)(x)


def _noisy(x, deviation):
    return layers.GaussianNoise(deviation)(x) if deviation else x
