"""The networks of StyleGAN2, Karras et al. (2020a), as the authors train them with ADA, Karras et al. (2020b).

They are for images with sides of 8 to 1024 that a small base reaches by doubling. All layers have equalized learning
rates, activations are leaky ReLUs of slope .2 times sqrt 2, and resampling is filtered by [1, 3, 3, 1].

The layer next to the image has `width` channels, and each halving of the sides doubles them, up to 512 or, if that is
more, `width`. The papers have base / side channels, at most 512. Their base of 16384 is a width of 256 at 64 x 64, of
128 at 128 x 128 and of 64 at 256 x 256. Their base of 32768, for CIFAR-10 and from 512 x 512 on, is a width of 512 at
32 x 32, where all layers have 512 channels, of 64 at 512 x 512 and of 32 at 1024 x 1024.

Departures from the authors' code: there is no style mixing, which they leave out for CIFAR-10, too; activations of 16
bits are neither clamped nor scaled beforehand.
"""

import itertools
import math

import keras
from keras import layers

from ganzoo.arguments import check_count
from ganzoo.networks import heads
from ganzoo.networks.equalized import EqualizedConv2D, EqualizedDense, scaled_leaky_relu
from ganzoo.networks.layers import latent_input
from ganzoo.networks.minibatch import MinibatchStandardDeviation
from ganzoo.networks.modulation import LearnedConstant, ModulatedConv2D
from ganzoo.networks.noise import NoiseInjection
from ganzoo.networks.resampling import FilteredDownsampling, FilteredUpsampling, Smoothing
from ganzoo.networks.sides import base_and_doublings
from ganzoo.networks.style_mapping import StylesPerLayer, mapping_network

MOST_CHANNELS = 512


def default_width(data_shape: tuple[int, ...]) -> int:
    """Returns the papers' width for images (H, W, C): 16384 / side, but at most 512."""
    return min(MOST_CHANNELS, 16384 // min(data_shape[:2]))


def sizes(data_shape: tuple[int, ...], width: int | None) -> tuple[tuple[int, int], list[int]]:
    """Returns the base (height, width) of an image (H, W, C), and the channels at each size, from the image down.

    Raises ValueError for a width below 1, and for sides that `ganzoo.networks.sides` refuses.

    >>> sizes((64, 64, 3), 256)
    ((4, 4), [256, 512, 512, 512, 512])
    """
    base, doublings = base_and_doublings(data_shape)
    width = default_width(data_shape) if width is None else check_count("width", width)
    return base, [min(width * 2**place, max(width, MOST_CHANNELS)) for place in range(doublings + 1)]


def generator(
    input_dim: int,
    data_shape: tuple[int, ...],
    width: int | None = None,
    synchronized: bool = False,
    num_classes: int | None = None,
    mapping_layers: int = 2,
    style_dim: int | None = None,
    noise: bool = True,
) -> keras.Model:
    """Builds the skip generator: latents (N, input_dim) -> images (N, H, W, C), linear, so that any value is possible.

    The layer "styles" is a `StylesPerLayer`, which has the moving mean of w and the truncation.

    Args:
        input_dim: the number of latents, 512 in the papers.
        data_shape: (H, W, C).
        width: the channels next to the image; None is `default_width`.
        synchronized: has no effect, since there is no batch norm.
        num_classes: for a generator of [latents, one-hot labels (N, num_classes)].
        mapping_layers: the depth of the mapping network, 8 in the first paper and 2 in most settings of the second.
        style_dim: the size of w; None is `input_dim`.
        noise: whether layers add noise to each pixel.

    Raises:
        ValueError: for counts below 1, and for sides that no base reaches.
    """
    base, channels = sizes(data_shape, width)
    latents = latent_input(input_dim)
    inputs, parts = latents, [latents]
    if num_classes is not None:
        label = _label_input(num_classes)
        inputs, parts = [latents, label], [latents, _float32_dense(input_dim)(label)]
    w = mapping_network(parts, input_dim if style_dim is None else style_dim, mapping_layers)
    styles = StylesPerLayer(2 * len(channels), dtype="float32", name="styles")(w)
    styles = [styles[:, place] for place in range(2 * len(channels))]
    x = LearnedConstant((*base, channels[-1]))(styles[0])
    x = _styled(x, styles[0], channels[-1], noise)
    image = _rgb(x, styles[1], data_shape[2])
    for place, filters in enumerate(reversed(channels[:-1])):
        up, same, out = styles[2 * place + 1 : 2 * place + 4]
        x = _styled(x, up, filters, noise, upsample=True)
        x = _styled(x, same, filters, noise)
        larger = FilteredUpsampling(dtype="float32")(image)
        image = layers.Add(dtype="float32")([larger, _rgb(x, out, data_shape[2])])
    return keras.Model(inputs, image, name="generator")


def discriminator(
    data_shape: tuple[int, ...],
    width: int | None = None,
    synchronized: bool = False,
    normalization: str | None = None,
    head: heads.Head = heads.scores,
    num_classes: int | None = None,
    residual: bool = True,
    group_size: int = 4,
    mapping_layers: int = 8,
) -> keras.Model:
    """Builds a discriminator of images (N, H, W, C) -> scores (N, 1), or the outputs of `head`.

    Args:
        data_shape: (H, W, C).
        width: the channels next to the image; None is `default_width`.
        synchronized: has no effect, since there is no batch norm.
        normalization: "batch", "layer" and None have no effect.
        head: the last layers; see `ganzoo.networks.heads`.
        num_classes: for a discriminator of [images, one-hot labels (N, num_classes)]. Its score is the product of D
            features and an embedding of the label, divided by sqrt(D), where D is the number of channels at the base.
        residual: whether blocks have skip connections. The papers leave them out for CIFAR-10.
        group_size: how many neighbouring examples `MinibatchStandardDeviation` compares; 32 for CIFAR-10 in the papers.
        mapping_layers: the depth of the network that embeds labels.

    Raises:
        ValueError: for counts below 1, for sides that no base reaches, and for spectral normalization.
    """
    if normalization == "spectral":
        raise ValueError(
            "The discriminator of StyleGAN2 takes no spectral normalization, since its learning rates are equalized: "
            "leave normalization out, or choose another architecture."
        )
    _, channels = sizes(data_shape, width)
    images = keras.Input(data_shape, name="images")
    x = EqualizedConv2D(channels[0], 1, activation=scaled_leaky_relu)(images)
    for fewer, more in itertools.pairwise(channels):
        x = _halved(x, fewer, more, residual)
    x = MinibatchStandardDeviation(group_size)(x)
    x = EqualizedConv2D(channels[-1], 3, padding="same", activation=scaled_leaky_relu)(x)
    features = EqualizedDense(channels[-1], scaled_leaky_relu)(layers.Flatten()(x))
    if num_classes is None:
        return keras.Model(images, head(features, _float32_dense, _float32_dense(1)), name="discriminator")
    label = _label_input(num_classes)
    embedding = mapping_network([_float32_dense(channels[-1])(label)], channels[-1], mapping_layers)

    def score(features):
        product = layers.Dot(axes=1, dtype="float32")([_float32_dense(channels[-1])(features), embedding])
        return layers.Rescaling(channels[-1] ** -0.5, dtype="float32")(product)

    return keras.Model([images, label], head(features, _float32_dense, score), name="discriminator")


def _styled(x, w, filters, noise, upsample=False):
    x = ModulatedConv2D(filters, 3, upsample=upsample)([x, w])
    x = NoiseInjection()(x) if noise else x
    return layers.Activation(scaled_leaky_relu)(x)


def _rgb(x, w, channels):
    return ModulatedConv2D(channels, 1, demodulate=False)([x, w])


def _halved(x, filters, more_filters, residual):
    """A block of the discriminator that halves the sides, with a skip connection if it is residual."""
    y = EqualizedConv2D(filters, 3, padding="same", activation=scaled_leaky_relu)(x)
    y = EqualizedConv2D(more_filters, 3, strides=2, activation=scaled_leaky_relu)(Smoothing(padding=2)(y))
    if not residual:
        return y
    x = EqualizedConv2D(more_filters, 1, use_bias=False)(FilteredDownsampling()(x))
    return layers.Rescaling(math.sqrt(0.5))(layers.Add()([x, y]))


def _float32_dense(units):
    return EqualizedDense(units, dtype="float32")


def _label_input(num_classes):
    return keras.Input((check_count("num_classes", num_classes),), name="label")
