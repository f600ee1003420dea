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

import math

import keras
from keras import layers

from ganzoo.networks.fastgan_discriminator import discriminator as discriminator
from ganzoo.networks.fastgan_discriminator import self_supervised_discriminator as self_supervised_discriminator
from ganzoo.networks.fastgan_layers import (
    GatedLinearUnit,
    batch_normalization,
    channels_of,
    convolution,
    normal,
    skip_layer_excitation,
    unit,
)
from ganzoo.networks.layers import latent_input
from ganzoo.networks.noise import NoiseInjection
from ganzoo.networks.sides import base_and_doublings
from ganzoo.networks.spectral import SpectralDense

MULTIPLES = (16, 8, 4, 2, 2, 1, 0.5, 0.25, 0.125)
"""The channels after each doubling of the base, as multiples of the width."""


def default_width(data_shape: tuple[int, ...]) -> int:
    """Returns the width of the authors' code, 64 for images of any size."""
    return unit(None)


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
    channels = channels_of(MULTIPLES, unit(width))
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


def _normalized_vector(x):
    """Divides vectors (N, D) by the root of their mean square."""
    return layers.Rescaling(math.sqrt(x.shape[1]))(layers.UnitNormalization()(x))
