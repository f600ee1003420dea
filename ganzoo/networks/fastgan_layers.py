"""What both networks of FastGAN, Liu et al. (2021), are made of."""

import keras
from keras import layers, ops

from ganzoo.arguments import check_count
from ganzoo.networks.layers import BatchNormalization
from ganzoo.networks.spectral import SpectralConv2D


@keras.saving.register_keras_serializable("ganzoo")
class GatedLinearUnit(layers.Layer):
    """Multiplies the first half of the channels by the sigmoid of the second half: (..., 2 C) -> (..., C)."""

    def call(self, inputs):
        values, gates = ops.split(inputs, 2, axis=-1)
        return values * ops.sigmoid(gates)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] // 2)


def unit(width: int | None) -> int:
    """Returns the unit of the channels: `width`, or the authors' 64 for None; raises ValueError for one below 1."""
    return 64 if width is None else check_count("width", width)


def channels_of(multiples: tuple[float, ...], width: int) -> list[int]:
    """Returns multiples of the width as numbers of channels, of at least 1."""
    return [max(1, int(width * multiple)) for multiple in multiples]


def normal(mean: float = 0.0) -> keras.initializers.Initializer:
    """Returns a new initializer N(mean, .02); one that is shared would repeat its draws."""
    return keras.initializers.RandomNormal(mean, 0.02)


def convolution(filters: int, kernel: int | tuple[int, int], strides: int = 1, padding: str = "same") -> layers.Layer:
    """Returns a convolution with spectral norm, without a bias."""
    return SpectralConv2D(filters, kernel, strides, padding, use_bias=False, kernel_initializer=normal())


def batch_normalization(synchronized: bool) -> layers.Layer:
    """Returns batch norm, over the examples of all replicas if it is `synchronized`."""
    return BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=normal(1.0), synchronized=synchronized)


def skip_layer_excitation(small, large, base: tuple[int, int]):
    """Multiplies each channel of `large` (N, H, W, C) by a gate in (0, 1), computed from `small` (N, h, w, D):

        large * sigmoid(W2 swish(W1 pool(small)))

    The pool averages `small`, whose sides are multiples of the base's, down to the `base`. W1 is a convolution with one
    kernel of that size, W2 a 1 x 1 convolution.
    """
    channels, factor = large.shape[-1], small.shape[1] // base[0]
    x = layers.AveragePooling2D(factor)(small) if factor > 1 else small
    x = layers.Activation("silu")(convolution(channels, base, padding="valid")(x))
    return layers.Multiply()([large, layers.Activation("sigmoid")(convolution(channels, 1)(x))])
