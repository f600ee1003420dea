"""Pre-activation residual blocks, of which `resnet` and `biggan` consist.

`convolution(channels, size)` makes a convolution of size x size pixels that keeps the sides, and `activate` applies
normalization, if any, and the activation.
"""

from collections.abc import Callable

from keras import layers

from ganzoo.networks import dcgan
from ganzoo.networks.layers import BatchNormalization


def upsampling_block(x, channels: int, activate: Callable, convolution: Callable):
    """Doubles the sides of images (N, H, W, C) -> (N, 2 H, 2 W, channels), by nearest neighbours."""
    start, y = layers.UpSampling2D()(x), activate(x)
    y = convolution(channels, 3)(layers.UpSampling2D()(y))
    y = convolution(channels, 3)(activate(y))
    return layers.Add()([convolution(channels, 1)(start), y])


def downsampling_block(
    x, channels: int, activate: Callable, convolution: Callable, halve: bool = True, first: bool = False
):
    """Halves the sides of images (N, H, W, C) -> (N, ceil(H / 2), ceil(W / 2), channels), or keeps them.

    The `first` block of a discriminator does not activate its input, since that is the image.
    """
    y = convolution(channels, 3)(x if first else activate(x))
    y = convolution(channels, 3)(activate(y))
    if halve:
        x, y = layers.AveragePooling2D(2, padding="same")(x), layers.AveragePooling2D(2, padding="same")(y)
    if halve or x.shape[-1] != channels:
        x = convolution(channels, 1)(x)
    return layers.Add()([x, y])


def normalize_and_activate(x, normalization: str | None, synchronized: bool = False):
    """Applies "batch" or "layer" norm, or neither for any other value, and a ReLU."""
    if normalization == "batch":
        x = BatchNormalization(momentum=0.9, epsilon=1e-5, synchronized=synchronized)(x)
    elif normalization == "layer":
        x = dcgan.layer_normalized(x)
    return layers.ReLU()(x)
