"""Batch norm whose gain and bias depend on a condition, such as a label or latents, as in Brock et al. (2019)."""

import keras
from keras import layers, ops

from ganzoo.networks.spectral import SpectralDense


@keras.saving.register_keras_serializable("ganzoo")
class ConditionalBatchNormalization(keras.layers.Layer):
    """Normalizes images: [images (N, H, W, C), condition c (N, D)] -> images times (1 + gain(c)), plus bias(c).

    gain and bias are linear maps without biases, from D to C. With a one-hot label as the condition each class has a
    gain and a bias of its own for each channel, as in Miyato & Koyama (2018).

    Args:
        spectral: whether the two kernels have spectral normalization. They must not start at zero then.
        synchronized: whether statistics are over the examples of all replicas.
        kernel_initializer: of both kernels; with "zeros" the layer begins as plain batch norm.
        kernel_regularizer: a Keras regularizer of both kernels, or None.
    """

    def __init__(
        self,
        spectral: bool = False,
        synchronized: bool = False,
        kernel_initializer: str = "orthogonal",
        kernel_regularizer=None,
        **arguments,
    ):
        super().__init__(**arguments)
        self.spectral, self.synchronized, self.kernel_initializer = spectral, synchronized, kernel_initializer
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)

    def build(self, input_shape):
        images, condition = input_shape
        shared, make = {"dtype": self.dtype_policy}, SpectralDense if self.spectral else layers.Dense
        kernel = {"kernel_initializer": self.kernel_initializer, "kernel_regularizer": self.kernel_regularizer}
        self.normalization = layers.BatchNormalization(
            momentum=0.9, epsilon=1e-5, center=False, scale=False, synchronized=self.synchronized, **shared
        )
        self.normalization.build(images)
        self.gain, self.bias = (
            make(images[-1], use_bias=False, name=name, **kernel, **shared) for name in ("gain", "bias")
        )
        self.gain.build(condition)
        self.bias.build(condition)

    def call(self, inputs, training=False):
        images, condition = inputs
        gain, bias = (self._by_channel(layer(condition, training=training)) for layer in (self.gain, self.bias))
        return self.normalization(images, training=training) * (1 + gain) + bias

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        own = {
            "spectral": self.spectral,
            "synchronized": self.synchronized,
            "kernel_initializer": self.kernel_initializer,
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
        }
        return {**super().get_config(), **own}

    @staticmethod
    def _by_channel(vectors):
        return ops.reshape(vectors, (-1, 1, 1, vectors.shape[-1]))
