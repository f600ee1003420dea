"""The networks of Zhu et al. (2017) and Isola et al. (2017), from images of one domain to images of another.

Zhu et al., appendix: reflection padding, instance norm (without gain and shift, as in their code), weights drawn from
N(0, .02). At 256x256, with 9 blocks and a width of 64, the networks are the paper's; smaller images have fewer layers
that halve their sides. Isola et al. have a gain, drawn from N(1, .02), and a shift for each channel. Departure: other
layers pad as Keras's "same" does.
"""

import math
from collections.abc import Sequence

import keras
from keras import layers

from ganzoo.arguments import check_count, check_number
from ganzoo.networks.layers import ReflectionPadding

SLOPE = 0.2


def resnet_translator(
    data_shape: Sequence[int], width: int = 64, blocks: int = 9, name: str = "generator"
) -> keras.Model:
    """Returns the translator of Zhu et al. (2017), from images (N, H, W, C) to images of that shape in [-1, 1].

    c7s1-k, up to two halvings of the sides, not below 8, that double the channels k = `width`, residual `blocks`, as
    many doublings of the sides, c7s1-C. Raises ValueError for sides below 8.
    """
    width, blocks = check_count("width", width), check_count("blocks", blocks, least=0)
    images = _images(data_shape)
    halvings = min(2, int(math.log2(min(data_shape[:2]) / 8)))
    x = _normalized(_convolved(images, width, 7), "relu")
    for count in range(1, halvings + 1):
        x = layers.Conv2D(width * 2**count, 3, 2, "same", use_bias=False, kernel_initializer=_normal())(x)
        x = _normalized(x, "relu")
    for _ in range(blocks):
        y = _normalized(_convolved(x, x.shape[-1], 3), "relu")
        x = layers.Add()([x, _normalized(_convolved(y, x.shape[-1], 3))])
    for count in reversed(range(halvings)):
        x = layers.Conv2DTranspose(width * 2**count, 3, 2, "same", use_bias=False, kernel_initializer=_normal())(x)
        x = _normalized(x, "relu")
    x = layers.CenterCrop(*data_shape[:2])(x) if x.shape[1:3] != data_shape[:2] else x
    x = layers.Activation("tanh", dtype="float32")(_convolved(x, data_shape[-1], 7, use_bias=True))
    return keras.Model(images, x, name=name)


def unet_translator(
    data_shape: Sequence[int], width: int = 64, dropout: float = 0.5, name: str = "generator"
) -> keras.Model:
    """Returns the U-Net of Isola et al. (2017), from images (N, H, W, C) to images of that shape in [-1, 1].

    The sides are halved while they stay at least 2, with `width`, 2, 4, then 8 times as many channels, and doubled as
    often, each time joined with the layer of that size on the way down. `dropout` is in the first three doublings.
    Raises ValueError for sides below 8.
    """
    width, dropout = check_count("width", width), check_number("dropout", dropout, "from 0 to below 1")
    images = _images(data_shape)
    levels, halvings = [images], int(math.log2(min(data_shape[:2]) / 2))
    for count in range(halvings):
        shape = {"filters": width * min(2**count, 8), "kernel_size": 4, "strides": 2, "padding": "same"}
        x = layers.Conv2D(**shape, use_bias=not count, kernel_initializer=_normal())(levels[-1])
        levels.append(layers.LeakyReLU(SLOPE)(_normalized(x, affine=True) if count else x))
    x = levels.pop()
    for count, level in reversed(list(enumerate(levels))):
        filters = width * min(2 ** (count - 1), 8) if count else data_shape[-1]
        x = layers.Activation("relu")(x)
        x = layers.Conv2DTranspose(filters, 4, 2, "same", use_bias=not count, kernel_initializer=_normal())(x)
        x = layers.CenterCrop(*level.shape[1:3])(x) if x.shape[1:3] != level.shape[1:3] else x
        if count:
            x = layers.Dropout(dropout if halvings - 1 - count < 3 else 0)(_normalized(x, affine=True))
            x = layers.Concatenate()([x, level])
    return keras.Model(images, layers.Activation("tanh", dtype="float32")(x), name=name)


def patch_discriminator(data_shape: Sequence[int], width: int = 64, name: str = "discriminator") -> keras.Model:
    """Returns a PatchGAN from images (N, H, W, C) to unbounded scores of their patches (N, h, w, 1).

    At 64x64 and above a score's patch is 70x70, at 32x32 34x34, and below that 16x16. Raises ValueError for sides below
    8.
    """
    images = _images(data_shape)
    return keras.Model(images, _patch_scores(images, width), name=name)


def pair_discriminator(data_shape: Sequence[int], width: int = 64, name: str = "discriminator") -> keras.Model:
    """Returns a PatchGAN from pairs {"a": images, "b": images} to scores of both images' patches (N, h, w, 1)."""
    pair = {domain: _images(data_shape, domain) for domain in ("a", "b")}
    return keras.Model(pair, _patch_scores(layers.Concatenate()(list(pair.values())), width, affine=True), name=name)


def _images(data_shape, name="images"):
    if len(data_shape) != 3 or min(data_shape[:2]) < 8:
        raise ValueError(
            f"Translated images are (H, W, C) with sides of at least 8; got data_shape={tuple(data_shape)}."
        )
    return keras.Input(data_shape, name=name)


def _patch_scores(x, width, affine=False):
    width = check_count("width", width)
    halvings = min(3, max(1, int(math.log2(min(x.shape[1:3]) / 8))))
    x = layers.LeakyReLU(SLOPE)(layers.Conv2D(width, 4, 2, "same", kernel_initializer=_normal())(x))
    for count in range(1, halvings + 1):
        stride = 2 if count < halvings else 1
        x = layers.Conv2D(width * 2**count, 4, stride, "same", use_bias=False, kernel_initializer=_normal())(x)
        x = layers.LeakyReLU(SLOPE)(_normalized(x, affine=affine))
    return layers.Conv2D(1, 4, 1, "same", kernel_initializer=_normal(), dtype="float32")(x)


def _convolved(x, filters, size, use_bias=False):
    x = ReflectionPadding(size // 2)(x)
    return layers.Conv2D(filters, size, use_bias=use_bias, kernel_initializer=_normal())(x)


def _normalized(x, activation=None, affine=False):
    """Applies instance norm, over each channel of each image, with a gain and a shift if `affine`."""
    gain = {"center": affine, "scale": affine, "gamma_initializer": _normal(1)}
    x = layers.GroupNormalization(groups=-1, epsilon=1e-5, **gain)(x)
    return layers.Activation(activation)(x) if activation else x


def _normal(mean=0):
    return keras.initializers.RandomNormal(mean, 0.02)  # a new one for each layer: an instance repeats itself
