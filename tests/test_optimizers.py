import keras
import numpy as np

from ganzoo.optimizers import AveragingAdam, DecayToFloor, ScheduledMomentumSGD, averages_of


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


def test_averages_against_numpy_and_parameters_as_adam_alone_moves_them():
    start = np.array([1.0, -2.0])
    ours, plain = AveragingAdam(0.1, beta_1=0.5, ema_momentum=0.4), keras.optimizers.Adam(0.1, beta_1=0.5)
    variables, average = [keras.Variable(start), keras.Variable(start)], start
    ours.build(variables[:1])
    np.testing.assert_array_equal(ours.averages[0], start)
    for step in range(1, 7):
        for optimizer, variable in zip((ours, plain), variables, strict=True):
            optimizer.apply([keras.ops.convert_to_tensor([0.5, step], "float32")], [variable])
        momentum = min(0.4, step / (9 + step))
        average = momentum * average + (1 - momentum) * variables[1].numpy()
        np.testing.assert_allclose(ours.averages[0], average, rtol=1e-5)
        np.testing.assert_array_equal(variables[0], variables[1])
    ours.finalize_variable_values(variables[:1])
    np.testing.assert_array_equal(variables[0], variables[1])


def test_averages_round_trip_and_are_found_in_a_loss_scale():
    optimizer = AveragingAdam(0.1, beta_1=0.5, ema_momentum=0.4)
    twin = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert twin.get_config() == optimizer.get_config() and twin.ema_momentum == 0.4
    scaled = keras.optimizers.LossScaleOptimizer(optimizer)
    scaled.build([keras.Variable([1.0])])
    assert averages_of(scaled) is optimizer.averages
    assert averages_of(keras.optimizers.Adam()) is None and averages_of(None) is None
