"""What Keras lacks to optimize as Goodfellow et al. (2014) do; and both players' optimizers as one."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("ganzoo")
class DecayToFloor(keras.optimizers.schedules.LearningRateSchedule):
    """max(initial * exp(-rate * step), floor); dividing by 1 + r at each step is a rate of log(1 + r)."""

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


@keras.saving.register_keras_serializable("ganzoo")
class AveragingAdam(keras.optimizers.Adam):
    """Adam that keeps exponential averages of the parameters for tests; training never goes on from them.

    Their momentum grows as (1 + t) / (10 + t) with the updates t, up to `ema_momentum`, so that they forget the initial
    parameters soon. (Keras's own use_ema does not, and puts the averages in the parameters' place when `fit` ends, so
    that two fits are not one long one.)
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, ema_momentum=0.9999, **arguments):
        super().__init__(learning_rate, beta_1, ema_momentum=ema_momentum, **arguments | {"use_ema": True})

    def build(self, variables):
        super().build(variables)
        for average, variable in zip(self.averages, variables, strict=True):
            average.assign(variable)

    @property
    def averages(self):
        """In the order of the parameters."""
        return self._model_variables_moving_average

    def _update_model_variables_moving_average(self, trainable_variables):
        updates = ops.cast(self.iterations, "float32")
        rate = 1 - ops.minimum(self.ema_momentum, (1 + updates) / (10 + updates))
        for average, variable in zip(self.averages, trainable_variables, strict=True):
            average.assign_add(ops.cast(rate, average.dtype) * (variable - average))

    def finalize_variable_values(self, var_list):
        """Leaves the parameters as they are."""


def averages_of(optimizer):
    """The averages that an `AveragingAdam` keeps, in a loss scale or not; None for another optimizer, or None."""
    return getattr(getattr(optimizer, "inner_optimizer", optimizer), "averages", None)


class Players:
    """Both players' optimizers in the place where Keras's callbacks look for one.

    `LearningRateScheduler`, `ReduceLROnPlateau`, `SwapEMAWeights` and `TensorBoard` go through `optimizers` and so
    act on both players, each from its own learning rate.
    """

    built = True

    def __init__(self, generator_optimizer, discriminator_optimizer):
        self.optimizers = [generator_optimizer, discriminator_optimizer]
        self.iterations = generator_optimizer.iterations
        self.variables = generator_optimizer.variables + discriminator_optimizer.variables
