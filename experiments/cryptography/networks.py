"""The networks of Abadi & Andersen (2016), section 2.5, for 16-bit messages and keys, and the messages themselves."""

import keras
import tensorflow as tf
from keras import layers

from ganzoo import random_numbers

BITS = 16
CONVOLUTIONS = ((2, 4, 1, "sigmoid"), (4, 2, 2, "sigmoid"), (4, 1, 1, "sigmoid"), (1, 1, 1, "tanh"))
"""Filters, window, stride and activation of each convolution."""


@keras.saving.register_keras_serializable("experiments")
class MatrixConv1D(layers.Conv1D):
    """A Conv1D that is computed as one matrix product: with so few positions, that takes half the time on a CPU."""

    def call(self, inputs):
        size = inputs.shape[1] * inputs.shape[2]
        units = tf.reshape(tf.eye(size), (size, *inputs.shape[1:]))
        images = tf.nn.conv1d(units, self.kernel, self.strides, self.padding.upper())
        outputs = tf.reshape(inputs, (-1, size)) @ tf.reshape(images, (size, -1))
        return self.activation(tf.reshape(outputs, (-1, *images.shape[1:])) + self.bias)


def network(inputs: int, name: str) -> keras.Model:
    """Builds a network from (N, inputs) to (N, 16): a dense layer mixes all bits, convolutions transform them."""
    first = keras.Input((inputs,))
    x = layers.Dense(2 * BITS, "sigmoid")(first)
    x = layers.Reshape((2 * BITS, 1))(x)
    for filters, window, stride, activation in CONVOLUTIONS:
        x = MatrixConv1D(filters, window, stride, "same", activation=activation)(x)
    return keras.Model(first, layers.Reshape((BITS,))(x), name=name)


def batches(batch_size: int, seed: int, start: int = 0) -> tf.data.Dataset:
    """Returns an endless dataset of (message, key), float32 (batch_size, 16) of -1 and 1, from batch `start` on."""

    def draw(number):
        bits = random_numbers.integers((batch_size, 2 * BITS), tf.stack([tf.cast(seed, tf.int64), number]), 2)
        both = tf.cast(2 * bits - 1, tf.float32)
        return both[:, :BITS], both[:, BITS:]

    return tf.data.Dataset.range(start, tf.int64.max).map(draw)
