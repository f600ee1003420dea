"""Averages of a network's parameters: steadier than the parameters themselves, they make better samples and tests."""

import keras
import tensorflow as tf


class Averages(keras.layers.Layer):
    """Exponential averages of a network's trainable parameters, in their order as `values`; training never reads them.

    Their momentum grows as (1 + t) / (10 + t) with the updates t, up to `momentum`, so that they forget the initial
    parameters soon. (Keras's optimizers' `use_ema` does not, and puts the averages in the parameters' place when `fit`
    ends, so that two fits are not one long one.) They are part of a checkpoint.
    """

    def __init__(self, parameters, momentum, **arguments):
        super().__init__(dtype="float32", trainable=False, **arguments)
        if not 0 <= momentum < 1:
            raise ValueError(f"The momentum of averages is from 0 to below 1, for instance .999; got {momentum}.")
        self.momentum, shared = momentum, {"trainable": False, "aggregation": "only_first_replica"}
        parameters = list(parameters)
        self.parameters = lambda: parameters  # a list of its own would make these Keras's variables of the layer
        self.values = [self.add_weight(shape=p.shape, initializer="zeros", **shared) for p in parameters]
        self.updates = self.add_weight(shape=(), dtype="int64", initializer="zeros", **shared)
        self.built = True

    def start(self):
        """From the parameters as they are, if there was no update yet."""
        if int(self.updates.numpy()) == 0:
            for value, parameter in zip(self.values, self.parameters(), strict=True):
                value.assign(parameter.value)

    def update(self):
        """Takes in the parameters after an update of them."""
        self.updates.assign_add(1)
        count = tf.cast(self.updates.value, tf.float32)
        rate = 1 - tf.minimum(self.momentum, count / (9 + count))
        for value, parameter in zip(self.values, self.parameters(), strict=True):
            value.assign_add(rate * (tf.cast(parameter.value, tf.float32) - value.value))

    def swapped_in(self):
        """A context in which networks read the averages where they would read their parameters."""
        return keras.StatelessScope(
            [(one, value.value) for one, value in zip(self.parameters(), self.values, strict=True)]
        )
