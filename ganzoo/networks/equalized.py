"""Layers with equalized learning rates, Karras et al. (2018): every weight starts from N(0, 1).

The layer multiplies its weights by He's constant, 1 / sqrt(inputs of a unit), each time it uses them. Adam's steps do
not depend on the scale of the gradient, so all weights learn at the same speed relative to their size.
"""

import math

import keras
from keras import ops

from ganzoo.arguments import check_number


@keras.saving.register_keras_serializable("ganzoo")
def scaled_leaky_relu(x):
    """Applies the leaky ReLU of slope .2, times sqrt 2, which about keeps the mean square of normal inputs."""
    return ops.leaky_relu(x, 0.2) * math.sqrt(2)


class Equalized:
    """Mixed into `keras.layers.Dense` or `keras.layers.Conv2D`, whose arguments it takes except for the initializers.

    Args:
        learning_rate_multiplier: m above 0. Weights are stored divided by m, and used multiplied by m, so that Adam
            changes them m times as fast.
        initial_bias: what is added to all outputs at first.
    """

    def __init__(self, *arguments, learning_rate_multiplier=1.0, initial_bias=0.0, **more):
        multiplier = check_number("learning_rate_multiplier", learning_rate_multiplier, "above 0")
        super().__init__(
            *arguments,
            kernel_initializer=keras.initializers.RandomNormal(stddev=1 / multiplier),
            bias_initializer=keras.initializers.Constant(initial_bias / multiplier),
            **more,
        )
        self.learning_rate_multiplier, self.initial_bias = multiplier, initial_bias

    def scaled_kernel(self):
        """Returns the kernel as the layer uses it, with a variance of 1 / (inputs of a unit) at first."""
        return self.kernel * (self.learning_rate_multiplier / math.sqrt(math.prod(self.kernel.shape[:-1])))

    def with_bias_and_activation(self, outputs):
        """Returns what the layer makes of the products of inputs and kernel."""
        outputs = outputs + self.bias * self.learning_rate_multiplier if self.use_bias else outputs
        return self.activation(outputs)

    def get_config(self):
        config = super().get_config()
        del config["kernel_initializer"], config["bias_initializer"]
        own = {"learning_rate_multiplier": self.learning_rate_multiplier, "initial_bias": self.initial_bias}
        return {**config, **own}


@keras.saving.register_keras_serializable("ganzoo")
class EqualizedDense(Equalized, keras.layers.Dense):
    """A dense layer with an equalized learning rate: (N, D) -> (N, units)."""

    def call(self, inputs):
        return self.with_bias_and_activation(ops.matmul(inputs, self.scaled_kernel()))


@keras.saving.register_keras_serializable("ganzoo")
class EqualizedConv2D(Equalized, keras.layers.Conv2D):
    """A convolution with an equalized learning rate: (N, H, W, C) -> (N, H', W', filters)."""

    def call(self, inputs):
        return self.with_bias_and_activation(self.convolution_op(inputs, self.scaled_kernel()))
