"""Schedules of learning rate and momentum that Keras lacks, and the optimizers of all players as one."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("ganzoo")
class DecayToFloor(keras.optimizers.schedules.LearningRateSchedule):
    """max(initial * exp(-rate * step), floor); dividing by 1 + r at each step is a rate of log(1 + r).

    >>> import math
    >>> rate = DecayToFloor(0.1, math.log(1.000004), 1e-6)
    >>> round(float(rate(500)), 4), round(float(rate(10**7)), 7)
    (0.0998, 1e-06)
    """

    def __init__(self, initial, rate, floor):
        self.initial, self.rate, self.floor = initial, rate, floor

    def __call__(self, step):
        return ops.maximum(self.initial * ops.exp(-self.rate * ops.cast(step, "float32")), self.floor)

    def get_config(self):
        return {"initial": self.initial, "rate": self.rate, "floor": self.floor}


@keras.saving.register_keras_serializable("ganzoo")
class ScheduledMomentumSGD(keras.optimizers.SGD):
    """SGD with a schedule of momentum: velocity = momentum * velocity - rate * gradient, added to the variable."""

    def __init__(self, learning_rate, momentum_schedule, **arguments):
        super().__init__(learning_rate, momentum=0.5, **arguments)  # not 0, so that Keras keeps a velocity
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


class OptimizerGroup:
    """The optimizers of all players, in the place where Keras's callbacks look for one.

    `LearningRateScheduler`, `ReduceLROnPlateau`, `SwapEMAWeights` and `TensorBoard` go through `optimizers` and so act
    on every player, each from its own learning rate.
    """

    built = True

    def __init__(self, optimizers):
        self.optimizers = list(optimizers)
        self.iterations = self.optimizers[0].iterations
        self.variables = [variable for optimizer in self.optimizers for variable in optimizer.variables]
