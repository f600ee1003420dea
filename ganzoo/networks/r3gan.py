"""The networks of Huang et al. (2024), R3GAN: residual blocks without normalization, for sides of 8 to 1024.

Both networks have a number of blocks, two in the paper, at each resolution from the base to the image, and change
resolution by the filter [1, 3, 3, 1]. A block of C channels is

    x + W3 a(W2 a(W1 x))      W1: 1 x 1, C -> 2 C      W2: 3 x 3 in groups of 16      W3: 1 x 1, 2 C -> C

where a(x) is leaky ReLU with slope .2 of x plus a bias. Instead of a normalization, each W3 starts at 0, and the deeper
a network, the smaller W1 and W2 start. The generator's latents weigh the channels of a learned image at the base; its
output is linear, without tanh.
"""

import functools
import math

import keras
from keras import layers

from ganzoo.arguments import check_count
from ganzoo.networks import heads
from ganzoo.networks.grouped import GroupedConv2D
from ganzoo.networks.layers import latent_input
from ganzoo.networks.resampling import FilteredDownsampling, FilteredUpsampling
from ganzoo.networks.sides import base_and_doublings

SLOPE = 0.2
GROUP = 16


def default_width(data_shape: tuple[int, ...]) -> int:
    """Returns the paper's channels of the layers next to the image: 768 up to 32 x 32, 384 at 64 x 64, and so on."""
    return max(16, 768 * 32 // max(32, 2 ** (min(data_shape[:2]).bit_length() - 1)))


def channels(data_shape: tuple[int, ...], width: int | None = None) -> list[int]:
    """Returns the channels at each resolution, from the image to the base.

    They are `width` next to the image, and double until the smaller side is less than 64; from there they stay.
    """
    doublings = base_and_doublings(data_shape)[1]
    width = default_width(data_shape) if width is None else check_count("width", width)
    above = max(0, min(data_shape[:2]).bit_length() - 6)  # the resolutions with 64 pixels and more
    return [width * 2 ** min(place, above) for place in range(doublings + 1)]


def generator(
    input_dim: int,
    data_shape: tuple[int, ...],
    width: int | None = None,
    synchronized: bool = False,
    num_classes: int | None = None,
    blocks: int = 2,
) -> keras.Model:
    """Builds a generator of latents (N, input_dim) -> images (N, H, W, C).

    Args:
        input_dim: the number of latents.
        data_shape: (H, W, C), with sides that a small base reaches by doubling.
        width: the channels next to the image; see `channels`.
        synchronized: without effect, as there is no batch norm.
        num_classes: if it is given, the inputs are [latents, label one-hot (N, num_classes)]. The label is mapped to as
            many numbers as there are latents, and put beside them.
        blocks: the number of blocks at each resolution.

    Raises:
        ValueError: for sides that no base reaches.
    """
    base, counts = base_and_doublings(data_shape)[0], channels(data_shape, width)
    inputs = latents = latent_input(input_dim)
    if num_classes:
        label = keras.Input((num_classes,), name="label")
        inputs = [latents, label]
        latents = layers.Concatenate()([latents, _dense(input_dim, use_bias=False)(label)])
    add_blocks = functools.partial(_add_blocks, count=blocks, depth=check_count("blocks", blocks) * len(counts))
    x = LearnedBasis(base, counts[-1])(_dense(counts[-1], use_bias=False)(latents))
    x = add_blocks(x)
    for count in reversed(counts[:-1]):
        x = FilteredUpsampling()(_pointwise(x, count))
        x = add_blocks(x)
    images = layers.Conv2D(data_shape[2], 1, use_bias=False, kernel_initializer=_normal(), dtype="float32")(x)
    return keras.Model(inputs, images, name="generator")


def discriminator(
    data_shape: tuple[int, ...],
    width: int | None = None,
    synchronized: bool = False,
    normalization: str | None = None,
    head: heads.Head = heads.scores,
    num_classes: int | None = None,
    blocks: int = 2,
) -> keras.Model:
    """Builds a discriminator of images (N, H, W, C) -> scores (N, 1), or the outputs of `head`.

    Args:
        data_shape: (H, W, C), with sides that a small base reaches by doubling.
        width: the channels next to the image; see `channels`.
        synchronized: without effect, as there is no batch norm.
        normalization: without effect, except that "spectral" is refused.
        head: makes the outputs from features (N, C).
        num_classes: if it is given, the inputs are [images, label one-hot (N, num_classes)], and the score is the
            product of a linear map of the features and one of the label, in as many dimensions as there are features.
        blocks: the number of blocks at each resolution.

    Raises:
        ValueError: for sides that no base reaches, and for spectral normalization.
    """
    if normalization == "spectral":
        raise ValueError("The networks of r3gan have no spectral normalization: leave normalization out.")
    base, counts = base_and_doublings(data_shape)[0], channels(data_shape, width)
    add_blocks = functools.partial(_add_blocks, count=blocks, depth=check_count("blocks", blocks) * len(counts))
    inputs = images = keras.Input(data_shape, name="images")
    x = add_blocks(_pointwise(images, counts[0]))
    for count in counts[1:]:
        x = _pointwise(FilteredDownsampling()(x), count)
        x = add_blocks(x)
    start = keras.initializers.RandomNormal(stddev=math.prod(base) ** -0.5)
    x = layers.DepthwiseConv2D(base, use_bias=False, depthwise_initializer=start)(x)
    features = layers.Flatten()(x)
    if not num_classes:
        return keras.Model(inputs, head(features, _last, _last(1)), name="discriminator")
    label = keras.Input((num_classes,), name="label")
    size = counts[-1]
    classes = _last(size, use_bias=False, gain=size**-0.5)(label)
    scores = layers.Dot(1, dtype="float32")([_last(size)(features), classes])
    return keras.Model([images, label], scores, name="discriminator")


@keras.saving.register_keras_serializable("ganzoo")
class LearnedBasis(keras.layers.Layer):
    """A learned image whose channels are weighed: (N, channels) -> (N, height, width, channels).

    The image is drawn from N(0, 1).
    """

    def __init__(self, sides: tuple[int, int], channels: int, **arguments):
        super().__init__(**arguments)
        self.sides, self.channels = tuple(sides), channels

    def build(self, input_shape):
        start = keras.initializers.RandomNormal(stddev=1.0)
        self.basis = self.add_weight(name="basis", shape=(*self.sides, self.channels), initializer=start)

    def call(self, weights):
        return self.basis * weights[:, None, None, :]

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self.sides, self.channels)

    def get_config(self):
        return {**super().get_config(), "sides": self.sides, "channels": self.channels}


def _add_blocks(x, count, depth):
    """Adds `count` blocks to a network that has `depth` blocks in all."""
    gain = math.sqrt(2 / (1 + SLOPE**2)) * depth**-0.25
    width = 2 * x.shape[-1]
    groups = width // math.gcd(width, GROUP)
    for _ in range(count):
        y = layers.LeakyReLU(SLOPE)(layers.Conv2D(width, 1, kernel_initializer=_normal(gain))(x))
        y = GroupedConv2D(width, 3, padding="same", groups=groups, kernel_initializer=_normal(gain))(y)
        y = layers.Conv2D(x.shape[-1], 1, use_bias=False, kernel_initializer="zeros")(layers.LeakyReLU(SLOPE)(y))
        x = layers.Add()([x, y])
    return x


def _pointwise(x, count):
    """Changes the number of channels, if it is another."""
    return x if x.shape[-1] == count else layers.Conv2D(count, 1, use_bias=False, kernel_initializer=_normal())(x)


def _dense(units, use_bias=True, gain=1.0, **arguments):
    return layers.Dense(units, use_bias=use_bias, kernel_initializer=_normal(gain), **arguments)


def _last(units, use_bias=True, gain=1.0):
    return _dense(units, use_bias, gain, dtype="float32")


def _normal(gain=1.0):
    """Returns an initializer of N(0, gain^2 / fan_in), a new one for each layer since an instance repeats its draws."""
    return keras.initializers.VarianceScaling(gain**2, "fan_in", "untruncated_normal")
