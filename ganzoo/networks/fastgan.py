"""The light networks of Liu et al. (2021), FastGAN, for images with sides of 8 to 1024.

G doubles the sides of a small base until it has an image, and D halves those of an image. For a base of 4 x 4, the
channels of their layers, as multiples of the width, are

    side                     4     8    16    32    64   128   256   512  1024
    channels of G           16     8     4     2     2     1    .5   .25  .125
    channels of D           16     8     4     2     1    .5   .25  .125

G gates the channels of its layers at 64, 128, 256 and 512 by its layers at 4, 8, 16 and 32. If the images are smaller,
the last layer is gated by the first. D gates likewise, from one layer to that with an eighth of its sides. All kernels
have spectral norm and are drawn from N(0, .02).

Departures from the authors' code. It scores 5 x 5 patches of an image by a 4 x 4 convolution; here a dense layer scores
the mean of the same features over all positions, so that other heads and labels fit in. It has a second, small
discriminator for images of 128 x 128, which G makes as well; the paper has none. G's first layer, there a transposed
convolution, is a dense one, which is the same map with another spectral norm. The latents are normalised to a mean
square of 1, as in the code of Sauer et al. (2021).
"""

import functools
import math

import keras
from keras import layers

from ganzoo.arguments import check_count
from ganzoo.networks import dcgan, heads
from ganzoo.networks.fastgan_decoders import self_supervision_error
from ganzoo.networks.fastgan_layers import (
    GatedLinearUnit,
    NoiseInjection,
    batch_normalization,
    convolution,
    normal,
    skip_layer_excitation,
)
from ganzoo.networks.input_transforms import DiffAugment
from ganzoo.networks.layers import latent_input
from ganzoo.networks.sides import base_and_doublings
from ganzoo.networks.spectral import SpectralDense

GENERATOR_MULTIPLES = (16, 8, 4, 2, 2, 1, 0.5, 0.25, 0.125)
DISCRIMINATOR_MULTIPLES = (16, 8, 4, 2, 1, 0.5, 0.25, 0.125)
FINEST = 6
"""How often the base is doubled to the sides, 256, down to which D halves images by its first layers alone."""


def default_width(data_shape: tuple[int, ...]) -> int:
    """Returns the width of the authors' code, 64 for images of any size."""
    return 64


def generator(
    input_dim: int,
    data_shape: tuple[int, ...],
    width: int | None = None,
    synchronized: bool = False,
    num_classes: int | None = None,
    noise: bool = True,
) -> keras.Model:
    """Builds a generator from latents (N, input_dim) to images (N, H, W, C) in [-1, 1].

    Each second block has two convolutions, whose outputs get noise, and the others one.

    Args:
        input_dim: the number of latents.
        data_shape: (H, W, C).
        width: the unit of the channels; by default 64.
        synchronized: whether batch norm is over the examples of all replicas.
        num_classes: if given, the inputs are [latents, label], with labels one-hot (N, num_classes).
        noise: whether there is noise, which is new at each call in training and the same in inference.

    Raises:
        ValueError: for images whose sides no base reaches, and for a width below 1.
    """
    base, doublings = base_and_doublings(data_shape)
    channels = _channels(GENERATOR_MULTIPLES, width, data_shape)
    inputs = latents = latent_input(input_dim)
    x = _normalized_vector(latents)
    if num_classes is not None:
        label = keras.Input((num_classes,), name="label")
        embedding = layers.Dense(input_dim, use_bias=False, kernel_initializer="random_normal")(label)
        inputs, x = [latents, label], layers.Concatenate()([x, _normalized_vector(embedding)])
    x = SpectralDense(math.prod(base) * 2 * channels[0], use_bias=False, kernel_initializer=normal())(x)
    x = layers.Reshape((*base, 2 * channels[0]))(x)
    maps = [GatedLinearUnit()(batch_normalization(synchronized)(x))]
    gates = {level + 4: level for level in range(4) if level + 4 <= doublings} or {doublings: 0}
    for level in range(1, doublings + 1):
        noisy = level % 2 == 1
        x = layers.UpSampling2D()(maps[-1])
        for _ in range(2 if noisy else 1):
            x = convolution(2 * channels[level], 3)(x)
            x = NoiseInjection()(x) if noisy and noise else x
            x = GatedLinearUnit()(batch_normalization(synchronized)(x))
        maps.append(skip_layer_excitation(maps[gates[level]], x, base) if level in gates else x)
    images = layers.Activation("tanh", dtype="float32")(convolution(data_shape[2], 3)(maps[-1]))
    return keras.Model(inputs, images, name="generator")


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
    augment: str = "",
) -> keras.Model:
    """Builds a discriminator of images (N, H, W, C) -> {"scores", "reconstruction_error"}, each (N, 1).

    Its decoders rebuild the augmented images, as in the authors' code, from the last features and from those before
    them; `fastgan_decoders` has more on the error. `augment` is the policy of `DiffAugment`, or "" for none. The other
    arguments are those of `discriminator`.
    """
    images = x = keras.Input(data_shape, name="images")
    x = DiffAugment(augment, dtype="float32")(x) if augment else x
    maps = _feature_maps(x, width, synchronized, normalization)
    inputs, scores = _scored(images, maps[-1], width, synchronized, normalization, heads.scores, num_classes)
    error = self_supervision_error(x, maps[-1], maps[-2], _width(width, data_shape))
    return keras.Model(inputs, {"scores": scores, "reconstruction_error": error}, name="discriminator")


def _feature_maps(images, width, synchronized, normalization):
    """Returns D's features after the layers at the images' size, and after each block that halves their sides."""
    data_shape = images.shape[1:]
    base, doublings = base_and_doublings(data_shape)
    channels = _channels(DISCRIMINATOR_MULTIPLES, width, data_shape)
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
    x = convolution(16 * _width(width, images.shape[1:]), 1)(last)
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


def _channels(multiples, width, data_shape):
    return [max(1, int(_width(width, data_shape) * multiple)) for multiple in multiples]


def _width(width, data_shape):
    return default_width(data_shape) if width is None else check_count("width", width)


def _normalized(x, synchronized, normalization):
    """Normalises as D's layers are, and applies their leaky ReLU."""
    if normalization == "batch":
        x = batch_normalization(synchronized)(x)
    elif normalization == "layer":
        x = dcgan.layer_normalized(x)
    return layers.LeakyReLU(0.2)(x)


def _normalized_vector(x):
    """Divides vectors (N, D) by the root of their mean square."""
    return layers.Rescaling(math.sqrt(x.shape[1]))(layers.UnitNormalization()(x))
