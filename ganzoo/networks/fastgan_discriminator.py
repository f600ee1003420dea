"""The discriminator of FastGAN, Liu et al. (2021), with and without decoders; `fastgan` says more of it."""

import functools

import keras
from keras import layers

from ganzoo.networks import dcgan, heads
from ganzoo.networks.fastgan_decoders import self_supervision_error
from ganzoo.networks.fastgan_layers import (
    batch_normalization,
    channels_of,
    convolution,
    normal,
    skip_layer_excitation,
    unit,
)
from ganzoo.networks.input_transforms import get_augmentation
from ganzoo.networks.sides import base_and_doublings
from ganzoo.networks.spectral import SpectralDense

MULTIPLES = (16, 8, 4, 2, 1, 0.5, 0.25, 0.125)
"""The channels where the base is doubled 0, 1, ... times, as multiples of the width."""
FINEST = 6
"""The doublings of the base, to sides of 256, from which on residual blocks halve the sides."""


def discriminator(
    data_shape: tuple[int, ...],
    width: int | None = None,
    synchronized: bool = False,
    normalization: str | None = "batch",
    head: heads.Head = heads.scores,
    num_classes: int | None = None,
) -> keras.Model:
    """Builds a discriminator from images (N, H, W, C) to scores (N, 1), unbounded, or to the outputs of the `head`.

    It has no decoders, so that it suits any game; `self_supervised_discriminator` has them.

    Args:
        data_shape: (H, W, C).
        width: the unit of the channels; by default 64.
        synchronized: whether batch norm is over the examples of all replicas.
        normalization: of the layers within blocks: "batch" or "layer"; None or "spectral" for spectral norm alone,
            which all kernels have.
        head: the last layers; see `heads`.
        num_classes: if given, the inputs are [images, label], with labels one-hot (N, num_classes), and the score is
            that of Miyato & Koyama (2018): l(f) + f . e(label), with f the features.

    Raises:
        ValueError: for images whose sides no base reaches, and for a width below 1.
    """
    images = keras.Input(data_shape, name="images")
    maps = _feature_maps(images, width, synchronized, normalization)
    inputs, outputs = _scored(images, maps[-1], width, synchronized, normalization, head, num_classes)
    return keras.Model(inputs, outputs, name="discriminator")


def self_supervised_discriminator(
    data_shape: tuple[int, ...],
    width: int | None = None,
    synchronized: bool = False,
    normalization: str | None = "batch",
    num_classes: int | None = None,
    augment: str | keras.layers.Layer = "",
) -> keras.Model:
    """Builds a discriminator of images (N, H, W, C) -> {"scores", "reconstruction_error"}, each (N, 1).

    Its decoders rebuild the augmented images, as in the authors' code, from the last features and from those before
    them; `fastgan_decoders` has more on the error. `augment` is what `get_augmentation` takes, or "" for none; the
    other arguments are those of `discriminator`.
    """
    images = x = keras.Input(data_shape, name="images")
    x = get_augmentation(augment)(x) if augment else x
    maps = _feature_maps(x, width, synchronized, normalization)
    inputs, scores = _scored(images, maps[-1], width, synchronized, normalization, heads.scores, num_classes)
    error = self_supervision_error(x, maps[-1], maps[-2], unit(width))
    return keras.Model(inputs, {"scores": scores, "reconstruction_error": error}, name="discriminator")


def _feature_maps(images, width, synchronized, normalization):
    """Returns D's features after the layers at the images' size, and after each block that halves their sides."""
    data_shape = images.shape[1:]
    base, doublings = base_and_doublings(data_shape)
    channels = channels_of(MULTIPLES, unit(width))
    normalize = functools.partial(_normalized, synchronized=synchronized, normalization=normalization)
    if doublings <= FINEST:
        x = layers.LeakyReLU(0.2)(convolution(channels[doublings], 3)(images))
    else:
        x = layers.LeakyReLU(0.2)(convolution(channels[doublings - 1], 4, 2)(images))
    if doublings > FINEST + 1:
        x = normalize(convolution(channels[FINEST], 4, 2)(x))
    maps = [x]
    for level in reversed(range(min(1, doublings - 1), min(doublings, FINEST))):
        x = normalize(convolution(channels[level], 4, 2)(maps[-1]))
        x = normalize(convolution(channels[level], 3)(x))
        direct = normalize(convolution(channels[level], 1)(layers.AveragePooling2D(2)(maps[-1])))
        x = layers.Average()([x, direct])
        maps.append(skip_layer_excitation(maps[-3], x, base) if len(maps) >= 3 else x)
    return maps


def _scored(images, last, width, synchronized, normalization, head, num_classes):
    """Returns the inputs of a discriminator and the outputs of its head, from its last feature map."""
    x = convolution(16 * unit(width), 1)(last)
    features = layers.GlobalAveragePooling2D()(_normalized(x, synchronized, normalization))
    dense = functools.partial(SpectralDense, kernel_initializer=normal(), dtype="float32")
    if num_classes is None:
        return images, head(features, dense, dense(1, use_bias=False))
    label = keras.Input((num_classes,), name="label")

    def score(features):
        embedding = dense(features.shape[1], use_bias=False)(label)
        return layers.Add(dtype="float32")(
            [dense(1, use_bias=False)(features), layers.Dot(1, dtype="float32")([features, embedding])]
        )

    return [images, label], head(features, dense, score)


def _normalized(x, synchronized, normalization):
    """Normalises as D's layers are, and applies their leaky ReLU."""
    if normalization == "batch":
        x = batch_normalization(synchronized)(x)
    elif normalization == "layer":
        x = dcgan.layer_normalized(x)
    return layers.LeakyReLU(0.2)(x)
