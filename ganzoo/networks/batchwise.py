"""Salimans et al. (2016): layers whose output for one example depends on others."""

import keras
from keras import ops

from ganzoo.distribute import all_rows


@keras.saving.register_keras_serializable("ganzoo")
class MinibatchDiscrimination(keras.layers.Layer):
    """(N, D) -> (N, D + kernels): how close an example is to the others of the global batch, beside its features.

    With M_i (kernels, size) linear in the features of example i, c_b(i, j) = exp(-|M_ib - M_jb|_1), and what is added
    is the sum of c_b(i, j) over j other than i, and a bias. A discriminator with it sees a collapse; its scores depend
    on the batch, at test time too.
    """

    def __init__(self, kernels=100, size=5, **arguments):
        super().__init__(**arguments)
        self.kernels, self.size = kernels, size

    def build(self, input_shape):
        initializer = keras.initializers.RandomNormal(stddev=0.05)
        shape = (input_shape[-1], self.kernels * self.size)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=initializer)
        self.bias = self.add_weight(name="bias", shape=(self.kernels,), initializer="zeros")

    def call(self, features):
        own = ops.reshape(ops.matmul(features, self.kernel), (-1, 1, self.kernels, self.size))
        others = ops.reshape(all_rows(own), (1, -1, self.kernels, self.size))
        closeness = ops.sum(ops.exp(-ops.sum(ops.abs(own - others), axis=3)), axis=1) - 1  # less itself
        return ops.concatenate([features, closeness + self.bias], axis=1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + self.kernels)

    def get_config(self):
        return {**super().get_config(), "kernels": self.kernels, "size": self.size}


@keras.saving.register_keras_serializable("ganzoo")
class VirtualBatchNormalization(keras.layers.Layer):
    """[x (N, ..., C), reference (R, ..., C)] -> both, normalised by the reference batch, and an x by itself too.

    The mean and variance of channel c for an example are those of the R reference examples and itself, each weighing
    1 / (R + 1); for the reference batch, its own. So an example's output depends on no other example of its batch. Pass
    the same reference batch through all layers, beside the data.
    """

    def __init__(self, epsilon=1e-3, **arguments):
        super().__init__(**arguments)
        self.epsilon = epsilon

    def build(self, input_shape):
        channels = input_shape[0][-1]
        self.gamma = self.add_weight(name="gamma", shape=(channels,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(channels,), initializer="zeros")

    def call(self, inputs):
        x, reference = (ops.cast(part, "float32") for part in inputs)  # 16 bits would not hold the squares
        places = tuple(range(1, len(x.shape) - 1))
        whole = (0, *places)
        mean, square = (ops.mean(part, whole, keepdims=True) for part in (reference, ops.square(reference)))
        own_mean, own_square = (ops.mean(part, places, keepdims=True) for part in (x, ops.square(x)))
        share = 1 / (ops.cast(ops.shape(reference)[0], x.dtype) + 1)
        both = share * own_mean + (1 - share) * mean, share * own_square + (1 - share) * square
        return [self._normalized(x, *both), self._normalized(reference, mean, square)]

    def _normalized(self, x, mean, square):
        scaled = (x - mean) * ops.rsqrt(square - ops.square(mean) + self.epsilon)
        return ops.cast(scaled, self.compute_dtype) * self.gamma + self.beta

    def compute_output_shape(self, input_shape):
        return [tuple(shape) for shape in input_shape]

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}
