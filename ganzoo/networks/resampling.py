"""Doubling and halving the sides of images with the filter [1, 3, 3, 1], as StyleGAN2 and R3GAN do.

The filter, one of Karras et al. (2020), spreads over its neighbours what nearest neighbours and strided slices would
turn into aliases. Beyond the border images are 0. The layers are sums of shifted images, without weights, so they have
second derivatives everywhere and need no convolution for each channel, which is slow on CPUs.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("ganzoo")
class FilteredUpsampling(keras.layers.Layer):
    """Doubles the sides of images (N, H, W, C) -> (N, 2 H, 2 W, C); far from the border, it keeps their mean."""

    def call(self, images):
        return _doubled(_doubled(images, 1), 2)

    def compute_output_shape(self, input_shape):
        count, height, width, channels = input_shape
        return (count, 2 * height, 2 * width, channels)


@keras.saving.register_keras_serializable("ganzoo")
class FilteredDownsampling(keras.layers.Layer):
    """Halves the sides of images (N, H, W, C) -> (N, H / 2, W / 2, C), for even H and W."""

    def call(self, images):
        return _halved(_halved(images, 1), 2)

    def compute_output_shape(self, input_shape):
        count, height, width, channels = input_shape
        return (count, height // 2, width // 2, channels)


@keras.saving.register_keras_serializable("ganzoo")
class Smoothing(keras.layers.Layer):
    """Smooths images (N, H, W, C) -> (N, H + 2 padding - 3, W + 2 padding - 3, C) by the filter alone."""

    def __init__(self, padding: int, **arguments):
        super().__init__(**arguments)
        self.padding = padding

    def call(self, images):
        return smoothed(images, self.padding)

    def compute_output_shape(self, input_shape):
        count, height, width, channels = input_shape
        more = 2 * self.padding - 3
        return (count, height + more, width + more, channels)

    def get_config(self):
        return {**super().get_config(), "padding": self.padding}


def smoothed(images, padding: int):
    """Filters images (N, H, W, C) along both axes, with `padding` zeros beyond each border, as `Smoothing` does."""
    for axis in (1, 2):
        padded, side = _padded(images, axis, padding), images.shape[axis] + 2 * padding - 3
        first, second, third, fourth = (_slice(padded, axis, start, side) for start in range(4))
        images = 0.375 * (second + third) + 0.125 * (first + fourth)
    return images


def _doubled(x, axis):
    """Interpolates along an axis: each pixel becomes two, of which each takes a quarter from its neighbour."""
    padded = _padded(x, axis)
    side = x.shape[axis]
    before, after = (_slice(padded, axis, start, side) for start in (0, 2))
    pair = ops.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis=axis + 1)
    shape = list(x.shape)
    shape[0], shape[axis] = -1, 2 * side
    return ops.reshape(pair, shape)


def _halved(x, axis):
    """Averages along an axis with the weights 1/8, 3/8, 3/8, 1/8, at every second place."""
    padded, side = _padded(x, axis), x.shape[axis] // 2
    shape = [-1, *padded.shape[1:]]
    shape[axis : axis + 1] = [side + 1, 2]
    first, second = ops.unstack(ops.reshape(padded, shape), axis=axis + 1)
    left, right = 0.125 * first + 0.375 * second, 0.375 * first + 0.125 * second
    return _slice(left, axis, 0, side) + _slice(right, axis, 1, side)


def _padded(x, axis, size=1):
    return ops.pad(x, [(size, size) if place == axis else (0, 0) for place in range(4)])


def _slice(x, axis, start, count):
    """Returns x[start : start + count] along an axis.

    The gradient of a split takes a fraction of the time of that of x[...], and XLA can differentiate it again, which it
    cannot do with that of `ops.slice`.
    """
    return ops.split(x, [start, start + count], axis=axis)[1]
