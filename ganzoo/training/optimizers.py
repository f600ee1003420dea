"""Schedules and optimizers that Keras lacks, and a group of all players' optimizers."""

import typing

import keras
from keras import ops


@keras.saving.register_keras_serializable("ganzoo")
class DecayToFloor(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that decays exponentially down to a floor: max(initial * exp(-rate * step), floor).

    Dividing by 1 + r at each step corresponds to a rate of log(1 + r).

    >>> import math
    >>> rate = DecayToFloor(0.1, math.log(1.000004), 1e-6)
    >>> round(float(rate(500)), 4), round(float(rate(10**7)), 7)
    (0.0998, 1e-06)
    """

    def __init__(self, initial: float, rate: float, floor: float):
        self.initial, self.rate, self.floor = initial, rate, floor

    def __call__(self, step):
        return ops.maximum(self.initial * ops.exp(-self.rate * ops.cast(step, "float32")), self.floor)

    def get_config(self):
        return {"initial": self.initial, "rate": self.rate, "floor": self.floor}


@keras.saving.register_keras_serializable("ganzoo")
class ScaledSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """Another schedule, or its configuration, times a factor."""

    def __init__(self, schedule, factor: float):
        self.schedule, self.factor = keras.optimizers.schedules.deserialize(schedule), factor

    def __call__(self, step):
        return self.factor * self.schedule(step)

    def get_config(self):
        return {"schedule": keras.optimizers.schedules.serialize(self.schedule), "factor": self.factor}


@keras.saving.register_keras_serializable("ganzoo")
class ScheduledMomentumSGD(keras.optimizers.SGD):
    """SGD whose momentum follows a schedule of the step.

    A step computes velocity = momentum * velocity - learning_rate * gradient and adds it to the variable.

    Args:
        learning_rate: a number or a schedule.
        momentum_schedule: a `keras.optimizers.schedules.LearningRateSchedule` for the momentum, or its configuration.
        **arguments: the other arguments of `keras.optimizers.SGD`.
    """

    def __init__(self, learning_rate, momentum_schedule, **arguments):
        super().__init__(learning_rate, momentum=0.5, **arguments)  # above 0, so that Keras creates velocities
        self.momentum_schedule = keras.optimizers.schedules.deserialize(momentum_schedule)

    def update_step(self, gradient, variable, learning_rate):
        velocity = self.momentums[self._get_variable_index(variable)]
        momentum = ops.cast(self.momentum_schedule(self.iterations), variable.dtype)
        change = ops.cast(learning_rate, variable.dtype) * ops.cast(gradient, variable.dtype)
        self.assign(velocity, momentum * velocity - change)
        self.assign_add(variable, velocity)

    def get_config(self):
        config = super().get_config()
        del config["momentum"], config["nesterov"]
        return {**config, "momentum_schedule": keras.optimizers.schedules.serialize(self.momentum_schedule)}


@keras.saving.register_keras_serializable("ganzoo")
class AdamWithEpsilonUnderRoot(keras.optimizers.Adam):
    """Adam with its epsilon under the root, as in the code of Salimans et al. (2016).

    A step subtracts learning_rate * m / sqrt(v + epsilon), where m and v are the moments of the gradient, corrected for
    their start at 0. Keras's Adam adds its epsilon to sqrt(v), and to the moment before its correction.
    """

    def update_step(self, gradient, variable, learning_rate):
        index, dtype = self._get_variable_index(variable), variable.dtype
        mean, square = self._momentums[index], self._velocities[index]
        gradient, step = ops.cast(gradient, dtype), ops.cast(self.iterations + 1, dtype)
        self.assign_add(mean, (gradient - mean) * (1 - self.beta_1))
        self.assign_add(square, (ops.square(gradient) - square) * (1 - self.beta_2))
        corrected_mean = mean / (1 - ops.power(ops.cast(self.beta_1, dtype), step))
        corrected_square = square / (1 - ops.power(ops.cast(self.beta_2, dtype), step))
        change = ops.cast(learning_rate, dtype) * corrected_mean / ops.sqrt(corrected_square + self.epsilon)
        self.assign_sub(variable, change)


@keras.saving.register_keras_serializable("ganzoo")
class AdamWithScheduledBeta2(keras.optimizers.Adam):
    """Adam whose beta_2 follows a schedule, as in Huang et al. (2024). Its moments are corrected by the current beta_2.

    Args:
        learning_rate: a number or a schedule.
        beta_2_schedule: a schedule of `ganzoo.schedules`, or its configuration.
        **arguments: the other arguments of `keras.optimizers.Adam`.
    """

    def __init__(self, learning_rate, beta_2_schedule, **arguments):
        super().__init__(learning_rate, **arguments)
        self.beta_2_schedule = keras.optimizers.schedules.deserialize(beta_2_schedule)

    def update_step(self, gradient, variable, learning_rate):
        fixed, self.beta_2 = self.beta_2, ops.cast(self.beta_2_schedule(self.iterations), variable.dtype)
        try:
            super().update_step(gradient, variable, learning_rate)
        finally:
            self.beta_2 = fixed

    def get_config(self):
        config = super().get_config()
        del config["beta_2"]
        return {**config, "beta_2_schedule": keras.optimizers.schedules.serialize(self.beta_2_schedule)}


class OptimizerGroup:
    """The optimizers of all players, as the one `optimizer` of the model that Keras's callbacks expect.

    `LearningRateScheduler`, `ReduceLROnPlateau`, `SwapEMAWeights` and `TensorBoard` iterate over `optimizers`, and so
    act on every player, each with its own learning rate.
    """

    built = True

    def __init__(self, optimizers: typing.Iterable[keras.optimizers.Optimizer]):
        self.optimizers = list(optimizers)
        self.variables = [variable for optimizer in self.optimizers for variable in optimizer.variables]

    @property
    def iterations(self):
        """The number of steps that the first player's optimizer has taken."""
        return self.optimizers[0].iterations
