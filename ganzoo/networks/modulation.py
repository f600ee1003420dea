"""The layers of StyleGAN2's synthesis network, Karras et al. (2020): convolutions that a style modulates."""

import math

import keras
from keras import ops

from ganzoo.networks.equalized import EqualizedDense
from ganzoo.networks.resampling import smoothed


@keras.saving.register_keras_serializable("ganzoo")
class ModulatedConv2D(keras.layers.Layer):
    """A convolution whose kernel a style scales: [images (N, H, W, C), w (N, D)] -> (N, H', W', filters).

        s = A(w)    y_o = d_o * conv(s * x, W)_o + b_o    d_o = (sum over inputs i and places k of (W_oik s_i)^2)^(-1/2)

    A is a dense layer with a bias of 1 at first, W has an equalized learning rate, and "same" padding keeps the sides.
    Scaling the inputs by s and the outputs by d is the same as a kernel of its own for each example, and needs no
    grouped convolution.

    With `upsample` the sides double. A transposed convolution with stride 2 comes first and the filter [1, 3, 3, 1]
    second, which takes a quarter of the products of a convolution after filtered upsampling. Away from the border they
    are the same, since both are convolutions of the image with zeros between its pixels, in another order.

    Args:
        filters: the number of output channels.
        kernel_size: the side of the kernel; with `upsample` it must be 3.
        demodulate: whether the outputs are scaled by d, so that inputs of variance 1 give outputs of variance 1.
        upsample: whether the sides of the images double.
    """

    def __init__(self, filters: int, kernel_size: int, demodulate: bool = True, upsample: bool = False, **arguments):
        super().__init__(**arguments)
        self.filters, self.kernel_size, self.demodulate, self.upsample = filters, kernel_size, demodulate, upsample

    def build(self, input_shape):
        channels, style_dim = input_shape[0][-1], input_shape[1][-1]
        self.style = EqualizedDense(channels, initial_bias=1.0, dtype=self.dtype_policy, name="style")
        self.style.build((None, style_dim))
        shape = (self.kernel_size, self.kernel_size, channels, self.filters)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=keras.initializers.RandomNormal(stddev=1))
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")

    def call(self, inputs):
        images, w = inputs
        style = self.style(w)
        kernel = self.kernel / math.sqrt(math.prod(self.kernel.shape[:-1]))
        outputs = self._convolved(images * _per_channel(style), kernel)
        if self.demodulate:
            outputs = outputs * _per_channel(_demodulation(style, kernel))
        if self.upsample:
            outputs = smoothed(outputs, padding=1)
        return outputs + self.bias

    def _convolved(self, images, kernel):
        if not self.upsample:
            return ops.conv(images, kernel, padding="same")
        kernel = ops.transpose(kernel, (0, 1, 3, 2)) * 4  # for the zeros between pixels
        return ops.conv_transpose(images, kernel, strides=2, padding="valid")

    def compute_output_shape(self, input_shape):
        count, height, width, _ = input_shape[0]
        scale = 2 if self.upsample else 1
        return (count, scale * height, scale * width, self.filters)

    def get_config(self):
        own = {name: getattr(self, name) for name in ("filters", "kernel_size", "demodulate", "upsample")}
        return {**super().get_config(), **own}


def _per_channel(values):
    return ops.reshape(values, (-1, 1, 1, values.shape[-1]))


def _demodulation(style, kernel):
    """Returns d (N, filters), in the kernel's type but computed in float32, which can hold the squares."""
    squares = ops.sum(ops.square(ops.cast(kernel, "float32")), axis=(0, 1))
    return ops.cast(ops.rsqrt(ops.matmul(ops.square(ops.cast(style, "float32")), squares) + 1e-8), kernel.dtype)


@keras.saving.register_keras_serializable("ganzoo")
class LearnedConstant(keras.layers.Layer):
    """The image (height, width, channels) from which synthesis starts, trained, for each row of w (N, D).

    It is drawn from N(0, 1).
    """

    def __init__(self, shape: tuple[int, int, int], **arguments):
        super().__init__(**arguments)
        self.shape = tuple(shape)

    def build(self, input_shape):
        normal = keras.initializers.RandomNormal(stddev=1)
        self.constant = self.add_weight(name="constant", shape=self.shape, initializer=normal)

    def call(self, w):
        return ops.broadcast_to(self.constant, (ops.shape(w)[0], *self.shape))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self.shape)

    def get_config(self):
        return {**super().get_config(), "shape": self.shape}
