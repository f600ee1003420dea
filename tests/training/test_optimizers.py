import keras
import numpy as np

from ganzoo.training.optimizers import DecayToFloor, ScheduledMomentumSGD


def test_decay_divides_at_each_step_down_to_the_floor():
    schedule = DecayToFloor(0.1, np.log(1.000004), 1e-6)
    for step in (0, 1, 1000, 100_000):
        np.testing.assert_allclose(schedule(step), 0.1 / 1.000004**step, rtol=1e-5)
    np.testing.assert_allclose(schedule(4_000_000), 1e-6)
    assert DecayToFloor.from_config(schedule.get_config()).get_config() == schedule.get_config()


def test_scheduled_momentum_against_numpy():
    momentum = keras.optimizers.schedules.PolynomialDecay(0.5, decay_steps=4, end_learning_rate=0.9)
    optimizer = ScheduledMomentumSGD(DecayToFloor(0.1, 0.2, 0.06), momentum)
    variable = keras.Variable([1.0, -2.0])
    value, velocity = np.array([1.0, -2.0]), np.zeros(2)
    for step in range(6):
        gradient = np.array([0.5, step])
        optimizer.apply([keras.ops.convert_to_tensor(gradient, "float32")], [variable])
        rate = max(0.1 * np.exp(-0.2 * step), 0.06)
        velocity = (0.5 + 0.4 * min(step, 4) / 4) * velocity - rate * gradient
        value += velocity
        np.testing.assert_allclose(variable.numpy(), value, rtol=1e-5)


def test_scheduled_momentum_round_trip():
    momentum = keras.optimizers.schedules.PolynomialDecay(0.5, decay_steps=4, end_learning_rate=0.9)
    optimizer = ScheduledMomentumSGD(DecayToFloor(0.1, 0.2, 0.06), momentum, clipnorm=1.0)
    twin = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert twin.get_config() == optimizer.get_config() and twin.clipnorm == 1.0
    np.testing.assert_allclose(twin.momentum_schedule(2), 0.7)
