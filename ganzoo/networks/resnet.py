"""The small residual networks of Gulrajani et al. (2017), appendix F, and Miyato et al. (2018), Table 4.

They are for images with sides of 8 to 128, as in `dcgan`. At 32 x 32 with a width of 128 they are those papers'
networks: G has three blocks that double the sides, from 4 x 4; D has two blocks that halve them and two more, followed
by a mean over all positions and one dense layer.
"""

import functools
import math

import keras
from keras import layers

from ganzoo.networks import dcgan, heads
from ganzoo.networks.layers import BatchNormalization, latent_input
from ganzoo.networks.spectral import SpectralConv2D, SpectralDense


def generator(input_dim: int, data_shape: tuple[int, ...], width: int = 128, synchronized: bool = False) -> keras.Model:
    """Builds a generator of latents (N, input_dim) -> images (N, H, W, C) in [-1, 1] with batch norm.

    If `synchronized`, batch norm is over the examples of all replicas. Raises ValueError for sides outside 8 to 128.
    """
    base, channels = dcgan.sizes(data_shape, width)
    latents = latent_input(input_dim)
    x = layers.Reshape((*base, width))(layers.Dense(math.prod(base) * width)(latents))
    for _ in channels:
        start, y = layers.UpSampling2D()(x), _normalize_and_activate(x, "batch", synchronized)
        y = layers.Conv2D(width, 3, padding="same", kernel_initializer=_he())(layers.UpSampling2D()(y))
        y = _normalize_and_activate(y, "batch", synchronized)
        y = layers.Conv2D(width, 3, padding="same", kernel_initializer=_he())(y)
        x = layers.Add()([layers.Conv2D(width, 1)(start), y])
    x = layers.Conv2D(data_shape[2], 3, padding="same")(_normalize_and_activate(x, "batch", synchronized))
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
    ValueError for sides outside 8 to 128.
    """
    spectral = normalization == "spectral"
    conv, dense = (SpectralConv2D, SpectralDense) if spectral else (layers.Conv2D, layers.Dense)
    halvings = max(1, len(dcgan.sizes(data_shape, width)[1]) - 1)
    images = x = keras.Input(data_shape, name="images")
    for index in range(halvings + 2):
        y = _normalize_and_activate(x, normalization, synchronized) if index else x
        y = conv(width, 3, padding="same", kernel_initializer=_he())(y)
        y = conv(width, 3, padding="same", kernel_initializer=_he())(
            _normalize_and_activate(y, normalization, synchronized)
        )
        if index < halvings:
            x, y = layers.AveragePooling2D(2, padding="same")(x), layers.AveragePooling2D(2, padding="same")(y)
            x = conv(width, 1)(x)
        x = layers.Add()([x, y])
    features = layers.GlobalAveragePooling2D()(layers.ReLU()(x))
    last = functools.partial(dense, dtype="float32")
    return keras.Model(images, head(features, last, last(1)), name="discriminator")


def _normalize_and_activate(x, normalization, synchronized):
    if normalization == "batch":
        x = BatchNormalization(momentum=0.9, epsilon=1e-5, synchronized=synchronized)(x)
    elif normalization == "layer":
        x = dcgan.layer_normalized(x)
    return layers.ReLU()(x)


def _he():
    return keras.initializers.HeUniform()  # a new one for each layer, since an instance repeats its draws
