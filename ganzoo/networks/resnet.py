"""The small residual networks of Gulrajani et al. (2017), appendix F, and Miyato et al. (2018), Table 4.

They are for images with sides of 8 to 256, which are halved as in `dcgan`. At 32 x 32 with a width of 128 they are
those papers' networks: G has three blocks that double the sides, from 4 x 4; D has two blocks that halve them and two
more, followed by a mean over all positions and one dense layer.
"""

import functools
import math

import keras
from keras import layers

from ganzoo.networks import dcgan, heads
from ganzoo.networks.layers import latent_input
from ganzoo.networks.residual_blocks import downsampling_block, normalize_and_activate, upsampling_block
from ganzoo.networks.spectral import SpectralConv2D, SpectralDense

LARGEST_SIDE = 256


def generator(input_dim: int, data_shape: tuple[int, ...], width: int = 128, synchronized: bool = False) -> keras.Model:
    """Builds a generator of latents (N, input_dim) -> images (N, H, W, C) in [-1, 1] with batch norm.

    If `synchronized`, batch norm is over the examples of all replicas. Raises ValueError for sides outside 8 to 256.
    """
    base, channels = dcgan.sizes(data_shape, width, LARGEST_SIDE)
    latents = latent_input(input_dim)
    activate = functools.partial(normalize_and_activate, normalization="batch", synchronized=synchronized)
    x = layers.Reshape((*base, width))(layers.Dense(math.prod(base) * width)(latents))
    for _ in channels:
        x = upsampling_block(x, width, activate, _convolution())
    x = layers.Conv2D(data_shape[2], 3, padding="same")(activate(x))
    x = layers.CenterCrop(*data_shape[:2])(x) if x.shape[1:3] != data_shape[:2] else x
    return keras.Model(latents, layers.Activation("tanh", dtype="float32")(x), name="generator")


def discriminator(
    data_shape: tuple[int, ...],
    width: int = 128,
    synchronized: bool = False,
    normalization: str | None = None,
    head: heads.Head = heads.scores,
) -> keras.Model:
    """Builds a discriminator of images (N, H, W, C) -> scores (N, 1), or the outputs of `head`.

    `normalization` is "batch", "layer" or None for the layers within blocks, or "spectral" for all kernels. Raises
    ValueError for sides outside 8 to 256.
    """
    spectral = normalization == "spectral"
    activate = functools.partial(normalize_and_activate, normalization=normalization, synchronized=synchronized)
    convolution = _convolution(SpectralConv2D if spectral else layers.Conv2D)
    halvings = max(1, len(dcgan.sizes(data_shape, width, LARGEST_SIDE)[1]) - 1)
    images = x = keras.Input(data_shape, name="images")
    for index in range(halvings + 2):
        x = downsampling_block(x, width, activate, convolution, halve=index < halvings, first=index == 0)
    features = layers.GlobalAveragePooling2D()(layers.ReLU()(x))
    last = functools.partial(SpectralDense if spectral else layers.Dense, dtype="float32")
    return keras.Model(images, head(features, last, last(1)), name="discriminator")


def _convolution(layer=layers.Conv2D):
    """Returns a function that makes a convolution, with He initialization if it has more than one pixel."""

    def make(channels, size):
        initializer = "he_uniform" if size > 1 else "glorot_uniform"
        return layer(channels, size, padding="same", kernel_initializer=initializer)

    return make
