"""Self-attention over the places of an image, Zhang et al. (2019)."""

import math

import keras
from keras import layers, ops

from ganzoo.networks.spectral import SpectralConv2D


@keras.saving.register_keras_serializable("ganzoo")
class SelfAttention(keras.layers.Layer):
    """Adds to each place of images (N, H, W, C) a weighted mean of what all places hold, times gamma.

    1 x 1 convolutions without biases make queries and keys of C / 8 channels and values of C / 2, and map the weighted
    means back to C channels. The largest of each 2 x 2 keys, and of as many values, stands for the four. The weights
    are the softmax, over the keys, of their products with a query. gamma is a scalar that is trained from 0, so that
    the layer begins as the identity. The kernels start orthogonal.

    Args:
        spectral: whether the kernels have spectral normalization.
        kernel_regularizer: a Keras regularizer of each kernel, or None.
    """

    def __init__(self, spectral: bool = False, kernel_regularizer=None, **arguments):
        super().__init__(**arguments)
        self.spectral, self.kernel_regularizer = spectral, keras.regularizers.get(kernel_regularizer)

    def build(self, input_shape):
        channels = input_shape[-1]
        inner = max(1, channels // 2)
        self.query, self.key = (self._convolution(max(1, channels // 8), name) for name in ("query", "key"))
        self.value, self.outward = self._convolution(inner, "value"), self._convolution(channels, "outward")
        for layer in (self.query, self.key, self.value):
            layer.build(input_shape)
        self.outward.build((*input_shape[:-1], inner))
        self.gamma = self.add_weight(name="gamma", shape=(), initializer="zeros")

    def call(self, images, training=False):
        queries = _by_place(self.query(images, training=training))
        keys = _by_place(_largest_of_four(self.key(images, training=training)))
        values = _by_place(_largest_of_four(self.value(images, training=training)))
        products = ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))
        weights = ops.softmax(ops.cast(products, keras.backend.result_type(products.dtype, "float32")))
        means = ops.matmul(ops.cast(weights, values.dtype), values)
        means = ops.reshape(means, (-1, *images.shape[1:3], values.shape[-1]))
        return images + ops.cast(self.gamma, images.dtype) * self.outward(means, training=training)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        regularizer = keras.regularizers.serialize(self.kernel_regularizer)
        return {**super().get_config(), "spectral": self.spectral, "kernel_regularizer": regularizer}

    def _convolution(self, filters, name):
        kernel = {"kernel_initializer": "orthogonal", "kernel_regularizer": self.kernel_regularizer}
        make = SpectralConv2D if self.spectral else layers.Conv2D
        return make(filters, 1, use_bias=False, **kernel, dtype=self.dtype_policy, name=name)


def _by_place(images):
    """Reshapes images (N, H, W, C) to (N, H * W, C)."""
    return ops.reshape(images, (-1, math.prod(images.shape[1:3]), images.shape[-1]))


def _largest_of_four(images):
    """Pools images (N, H, W, C) -> (N, H // 2, W // 2, C).

    Unlike `keras.ops.max_pool`, it has second derivatives under XLA in every precision.
    """
    height, width = images.shape[1] // 2, images.shape[2] // 2
    blocks = ops.reshape(images[:, : 2 * height, : 2 * width], (-1, height, 2, width, 2, images.shape[-1]))
    return ops.max(blocks, axis=(2, 4))
