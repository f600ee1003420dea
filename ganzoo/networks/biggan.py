"""The residual networks of Brock et al. (2019), BigGAN, and of its forerunners, with or without classes.

Miyato & Koyama (2018) built their discriminator and generator of such blocks; Zhang et al. (2019), SAGAN, added
self-attention and spectral normalization of G; BigGAN added latents and a shared embedding of the label at each block.
For images with sides of 8 to 1024 that a base of 4 to 7 reaches by doubling.

Below 64 pixels all layers of G have 4 * `width` channels and those of D 2 * `width`: at 32 x 32 with a width of 96 they
are the networks that StudioGAN trains on CIFAR-10, where G doubles the sides in three blocks, from 4 x 4, and D has two
blocks that halve them and two more. From 64 pixels on the channels are the paper's multiples of `width`, D's those of G
in reverse, and D halves the sides in all blocks but the last. At 1024 pixels, which the paper does not have, G has one
more block of `width` channels than at 512. Kernels start orthogonal, in the two earlier papers uniform.
"""

import functools
import math

import keras
from keras import layers

from ganzoo.arguments import check_count
from ganzoo.networks import heads
from ganzoo.networks.attention import SelfAttention
from ganzoo.networks.conditional_norm import ConditionalBatchNormalization
from ganzoo.networks.layers import latent_input
from ganzoo.networks.residual_blocks import downsampling_block, normalize_and_activate, upsampling_block
from ganzoo.networks.sides import base_and_doublings
from ganzoo.networks.spectral import SpectralConv2D, SpectralDense

MULTIPLES = {
    4: (16, 8, 4, 2, 1),
    5: (16, 16, 8, 4, 2, 1),
    6: (16, 16, 8, 8, 4, 2, 1),
    7: (16, 16, 8, 8, 4, 2, 1, 1),
    8: (16, 16, 8, 8, 4, 2, 1, 1, 1),
}
"""G's channels from the base to the image, as multiples of the width, by the number of doublings."""


def default_width(data_shape: tuple[int, ...], most: int = 96) -> int:
    """Returns the width for images (H, W, C): `most` from 32 pixels on, and less in proportion below."""
    return max(1, min(most, most * min(data_shape[:2]) // 32))


def generator(
    input_dim: int,
    data_shape: tuple[int, ...],
    width: int | None = None,
    synchronized: bool = False,
    num_classes: int | None = None,
    attention: int | None = 64,
    hierarchical: bool = True,
    shared_embedding: int | None = 128,
    spectral: bool = True,
    kernel_regularizer: keras.regularizers.Regularizer | None = None,
) -> keras.Model:
    """Builds a generator of latents (N, input_dim) -> images (N, H, W, C) in [-1, 1].

    With classes its inputs are [latents, label], one-hot (N, num_classes). The batch norm of a block depends on what
    the block is given of the latents and of the label, and is plain if that is nothing.

    Args:
        input_dim: the number of latents.
        data_shape: (H, W, C).
        width: by default that of `default_width`.
        synchronized: whether batch norm is over the examples of all replicas.
        num_classes: the number of classes; None for a generator that takes no label.
        attention: self-attention is at the largest resolution below the image's whose smaller side is at most this, or
            at the nearest that exists; None leaves it out.
        hierarchical: whether the latents are divided into chunks, one for the first layer and one for each block, of
            which the first ones have one more if they cannot be equal. Otherwise all latents go to the first layer.
        shared_embedding: the dimension of an embedding of the label that all blocks share; None gives them the one-hot
            label itself. If they are given nothing else, its gains and biases start at 0 and have no spectral
            normalization, as before BigGAN.
        spectral: whether kernels have spectral normalization, except for that of the embedding.
        kernel_regularizer: a regularizer of all kernels but that of the embedding.

    Raises:
        ValueError: for sides outside 8 to 1024, or that no base of 4 to 7 reaches by doubling; for fewer latents than
            chunks.
    """
    base, doublings, first, *others = _sizes(data_shape, width)
    latents = latent_input(input_dim)
    label = None if num_classes is None else keras.Input((num_classes,), name="label")
    embedding = label
    if label is not None and shared_embedding is not None:
        units = check_count("shared_embedding", shared_embedding)
        embedding = layers.Dense(units, use_bias=False, kernel_initializer="orthogonal")(label)
    chunk, *chunks = _split(latents, doublings + 1) if hierarchical else [latents] + [None] * doublings
    label_alone = not hierarchical and embedding is label
    normalization = {
        "spectral": spectral and not label_alone,
        "synchronized": synchronized,
        "kernel_initializer": "zeros" if label_alone else "orthogonal",
        "kernel_regularizer": kernel_regularizer,
    }
    convolution, dense = _layer_makers(spectral, kernel_regularizer)
    place = None if attention is None else max(1, _doublings_to(attention, base, doublings))
    x = layers.Reshape((*base, first))(dense(math.prod(base) * first)(chunk))
    for number, (part, channels) in enumerate(zip(chunks, others, strict=True), 1):
        x = upsampling_block(x, channels, _activation([part, embedding], normalization), convolution)
        x = SelfAttention(spectral, kernel_regularizer)(x) if number == place else x
    x = convolution(data_shape[2], 3)(normalize_and_activate(x, "batch", synchronized))
    inputs = latents if label is None else [latents, label]
    return keras.Model(inputs, layers.Activation("tanh", dtype="float32")(x), name="generator")


def discriminator(
    data_shape: tuple[int, ...],
    width: int | None = None,
    synchronized: bool = False,
    normalization: str | None = "spectral",
    head: heads.Head = heads.scores,
    num_classes: int | None = None,
    attention: int | None = 64,
) -> keras.Model:
    """Builds a discriminator of images (N, H, W, C) -> scores (N, 1), or the outputs of `head`.

    The features are the sums over all places after the last ReLU. With classes the inputs are [images, label], one-hot
    (N, num_classes), and the scores are `heads.projection_score`s.

    `normalization` is "spectral" for all kernels, "batch" or "layer" for the layers within blocks, or None. The other
    arguments are those of `generator`; attention is at the same resolution as there, or at the nearest that exists.

    Raises ValueError for sides outside 8 to 1024, or that no base of 4 to 7 reaches by doubling.
    """
    base, doublings, *channels = _sizes(data_shape, width)
    spectral = normalization == "spectral"
    activate = functools.partial(normalize_and_activate, normalization=normalization, synchronized=synchronized)
    convolution, dense = _layer_makers(spectral)
    if doublings in MULTIPLES:
        halvings, channels = doublings, channels[::-1]
    else:
        halvings = max(1, doublings - 1)
        channels = [channels[0] // 2] * (halvings + 2)
    place = None if attention is None else min(halvings, doublings - _doublings_to(attention, base, doublings))
    images = x = keras.Input(data_shape, name="images")
    for number, filters in enumerate(channels, 1):
        x = downsampling_block(x, filters, activate, convolution, halve=number <= halvings, first=number == 1)
        x = SelfAttention(spectral)(x) if number == place else x
    features = keras.ops.sum(layers.ReLU(dtype="float32")(x), axis=(1, 2))
    last = functools.partial(dense, dtype="float32")
    score = last(1)
    if num_classes is None:
        return keras.Model(images, head(features, last, score), name="discriminator")
    label = keras.Input((num_classes,), name="label")
    score = heads.projection_score(score, last, label)
    return keras.Model([images, label], head(features, last, score), name="discriminator")


def _sizes(data_shape, width):
    """Returns the base, the number of doublings, and G's channels from the base to the image."""
    base, doublings = base_and_doublings(data_shape)
    width = default_width(data_shape) if width is None else check_count("width", width)
    multiples = MULTIPLES.get(doublings, (4,) * (doublings + 1))
    return base, doublings, *(multiple * width for multiple in multiples)


def _doublings_to(attention, base, doublings):
    """Returns how often the base is doubled up to the largest resolution for self-attention below the image's."""
    most = check_count("attention", attention)
    return max((count for count in range(doublings) if min(base) * 2**count <= most), default=0)


def _split(latents, count):
    """Divides latents (N, D) into `count` chunks of about equal size."""
    dim = latents.shape[1]
    if dim < count:
        raise ValueError(
            f"G's latents are divided into {count} chunks, one for each block and one for its first layer: choose a "
            f"latent_dim of at least {count}, not {dim}."
        )
    return keras.ops.split(latents, [-(-dim * place // count) for place in range(1, count)], axis=1)


def _activation(condition, normalization):
    """Returns a function of images: batch norm that depends on the parts of a condition, if any, and a ReLU."""
    parts = [part for part in condition if part is not None]
    if not parts:
        return functools.partial(
            normalize_and_activate, normalization="batch", synchronized=normalization["synchronized"]
        )
    whole = layers.Concatenate()(parts) if len(parts) > 1 else parts[0]
    return lambda x: layers.ReLU()(ConditionalBatchNormalization(**normalization)([x, whole]))


def _layer_makers(spectral, regularizer=None):
    """Returns functions that make a convolution, given its filters and its size, and a dense layer."""
    kinds = (SpectralConv2D, SpectralDense) if spectral else (layers.Conv2D, layers.Dense)
    convolution, dense = (
        functools.partial(kind, kernel_initializer="orthogonal", kernel_regularizer=regularizer) for kind in kinds
    )
    return functools.partial(convolution, padding="same"), dense
