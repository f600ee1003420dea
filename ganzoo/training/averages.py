"""Exponential averages of a network's parameters, which often make better samples than the parameters themselves."""

import typing

import keras
import tensorflow as tf


class Averages(keras.layers.Layer):
    """Exponential averages of a network's trainable parameters, which are saved with the model and not used in
    training.

    After t updates the momentum is min(`momentum`, (1 + t) / (10 + t)), so that the averages soon forget the initial
    parameters. (`use_ema` of Keras's optimizers has no such warm-up, and replaces the parameters by the averages when
    `fit` ends, so that two fits differ from one longer fit.)

    Args:
        parameters: the parameters; `values` has their averages in the same order, as float32 variables.
        momentum: from 0 to below 1, for instance .999.

    Raises:
        ValueError: for another momentum.
    """

    def __init__(self, parameters: typing.Iterable[keras.Variable], momentum: float, **arguments):
        super().__init__(dtype="float32", trainable=False, **arguments)
        if not 0 <= momentum < 1:
            raise ValueError(f"The momentum of averages is from 0 to below 1, for instance .999; got {momentum}.")
        self.momentum, shared = momentum, {"trainable": False, "aggregation": "only_first_replica"}
        parameters = list(parameters)
        self.parameters = lambda: parameters  # as an attribute they would become variables of this layer
        self.values = [self.add_weight(shape=p.shape, initializer="zeros", **shared) for p in parameters]
        self.updates = self.add_weight(shape=(), dtype="int64", initializer="zeros", **shared)
        self.built = True

    def start(self) -> None:
        """Sets the averages to the current parameters, unless there were updates already."""
        if int(self.updates.numpy()) == 0:
            for value, parameter in zip(self.values, self.parameters(), strict=True):
                value.assign(parameter.value)

    def update(self) -> None:
        """Moves the averages towards the parameters, after a step of their optimizer."""
        self.updates.assign_add(1)
        count = tf.cast(self.updates.value, tf.float32)  # t + 1
        rate = 1 - tf.minimum(self.momentum, count / (9 + count))
        for value, parameter in zip(self.values, self.parameters(), strict=True):
            value.assign_add(rate * (tf.cast(parameter.value, tf.float32) - value.value))

    def swapped_in(self) -> keras.StatelessScope:
        """Returns a context in which layers read the averages instead of their parameters."""
        pairs = zip(self.parameters(), self.values, strict=True)
        return keras.StatelessScope([(parameter, average.value) for parameter, average in pairs])

    def copy_of(self, network: keras.Model) -> keras.Model:
        """Returns a copy of the network that these are averages of, with the averages as its parameters."""
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        places = {id(variable): place for place, variable in enumerate(network.variables)}
        for parameter, value in zip(self.parameters(), self.values, strict=True):
            copy.variables[places[id(parameter)]].assign(value.value)
        return copy
