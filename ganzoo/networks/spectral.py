"""Spectral normalization, Miyato et al. (2018): layers that divide their kernel by its largest singular value."""

import keras
from keras import ops


class Spectral:
    """Mixed into a layer with a `kernel`: provides kernel / sigma, where the kernel W is a matrix (inputs, outputs).

    sigma = u W v is estimated by one power iteration at each call in training. The vector v is saved with the layer; u
    and v are constants for the gradient, as in the paper. The kernel itself is never overwritten, so both calls of a
    step use the same one.
    """

    def build(self, input_shape):
        super().build(input_shape)
        outputs = self.kernel.shape[-1]
        start = keras.initializers.RandomNormal()
        self.direction = self.add_weight(
            name="direction",
            shape=(outputs,),
            initializer=start,
            trainable=False,
            dtype="float32",
            aggregation="only_first_replica",
        )

    def normalized(self, training: bool):
        """Returns the kernel divided by sigma; in training, after one more power iteration."""
        matrix = ops.cast(ops.reshape(self.kernel, (-1, self.kernel.shape[-1])), "float32")
        constant, v = ops.stop_gradient(matrix), _unit(ops.convert_to_tensor(self.direction))
        u = _unit(ops.matmul(constant, v))
        if training:
            v = _unit(ops.matmul(u, constant))
            u = _unit(ops.matmul(constant, v))
            self.direction.assign(v)
        sigma = ops.matmul(ops.matmul(ops.stop_gradient(u), matrix), ops.stop_gradient(v))
        return self.kernel / ops.cast(sigma, self.kernel.dtype)

    def save_own_variables(self, store):
        keras.layers.Layer.save_own_variables(self, store)  # `Dense` and `Conv2D` would not save the vector

    def load_own_variables(self, store):
        keras.layers.Layer.load_own_variables(self, store)


@keras.saving.register_keras_serializable("ganzoo")
class SpectralDense(Spectral, keras.layers.Dense):
    """Maps (N, D) to (N, units), without an activation."""

    def call(self, inputs, training=False):
        outputs = ops.matmul(inputs, ops.cast(self.normalized(training), inputs.dtype))
        return outputs + ops.cast(self.bias, outputs.dtype) if self.use_bias else outputs


@keras.saving.register_keras_serializable("ganzoo")
class SpectralConv2D(Spectral, keras.layers.Conv2D):
    """Maps (N, H, W, C) to (N, H', W', filters), without an activation; the matrix is (h * w * C, filters)."""

    def call(self, inputs, training=False):
        kernel = ops.cast(self.normalized(training), inputs.dtype)
        outputs = self.convolution_op(inputs, kernel)
        return outputs + ops.cast(self.bias, outputs.dtype) if self.use_bias else outputs


def _unit(vector):
    return vector / (ops.norm(vector) + 1e-12)
