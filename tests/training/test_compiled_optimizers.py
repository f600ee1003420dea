"""Optimizers of Keras with all their arguments, as they are now, not as they were when `compile` was called."""

import keras
import numpy as np
import pytest

import ganzoo
from descriptors import assert_same_state, compile_all, state_of

POINTS = np.random.default_rng(0).uniform(-1, 1, (24, 2)).astype(np.float32)


@pytest.fixture(params=["float32", "mixed_float16"])
def policy(request):
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy("float32")


def make(**settings):
    gan = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0, **settings)
    gan.run_eagerly = True
    return gan


def train(gan, count=24):
    gan.fit(POINTS[:count], batch_size=8, shuffle=False, verbose=0)


def saved_and_loaded(gan, folder):
    gan.save(folder / "gan.keras")
    return ganzoo.load(folder / "gan.keras")


def plain(optimizer):
    return getattr(optimizer, "inner_optimizer", optimizer)


def a_number(gan):
    gan.generator_optimizer.learning_rate = 0.25


def a_schedule(gan):
    gan.generator_optimizer.learning_rate = keras.optimizers.schedules.ExponentialDecay(1e-3, 10, 0.5)


def other_attributes(gan):
    plain(gan.discriminator_optimizer).clipnorm = 0.5
    plain(gan.generator_optimizer).beta_1 = 0.25


def another_optimizer(gan):
    gan.discriminator_optimizer = keras.optimizers.SGD(0.01, momentum=0.9)


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize("change", [a_number, a_schedule, other_attributes, another_optimizer])
@pytest.mark.parametrize("trained", [False, True])
def test_what_is_set_after_compile_survives(policy, change, trained, tmp_path):
    gan = make()
    if trained:
        train(gan)
    change(gan)
    untouched = saved_and_loaded(gan, tmp_path)
    assert_same_state(state_of(untouched), state_of(gan))
    train(gan)
    loaded = saved_and_loaded(gan, tmp_path)
    assert_same_state(state_of(loaded), state_of(gan))
    for player in gan.players:
        assert loaded.optimizer_of(player).get_config() == gan.optimizer_of(player).get_config()
    train(gan)
    train(loaded)
    assert_same_state(state_of(loaded), state_of(gan))


def test_the_variants_own_optimizers_stay_what_they_were():
    gan = make()
    own = float(gan.generator_optimizer.learning_rate)
    gan.generator_optimizer.learning_rate = 0.25
    gan.compile()
    assert float(gan.generator_optimizer.learning_rate) == pytest.approx(own)


def test_a_replaced_optimizer_takes_the_next_steps_and_obeys_callbacks():
    gan = make()
    gan.run_eagerly = False
    train(gan)
    gan.generator_optimizer = keras.optimizers.SGD(0.0)
    before = gan.generator.get_weights()
    train(gan)
    assert all(np.array_equal(old, new) for old, new in zip(before, gan.generator.get_weights(), strict=True))
    halved = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.5)
    gan.fit(POINTS, batch_size=8, verbose=0, callbacks=[halved])
    assert float(gan.generator_optimizer.learning_rate) == 0.5
    assert gan.generator_optimizer.name == "generator_optimizer"


ARGUMENTS = [
    {},
    {"use_ema": True, "ema_momentum": 0.5},
    {"clipnorm": 0.1},
    {"clipvalue": 0.1},
    {"global_clipnorm": 0.1},
    {"loss_scale_factor": 128.0},
    {"weight_decay": 0.1},
]


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
def test_arguments_of_keras_optimizers_while_gradients_accumulate(arguments, tmp_path):
    check_arguments({"gradient_accumulation_steps": 2} | arguments, 2, tmp_path)


@pytest.mark.cases(1)
@pytest.mark.parametrize("steps", [pytest.param(None, marks=pytest.mark.thorough), 2])
def test_arguments_of_keras_optimizers(policy, steps, tmp_path):
    check_arguments({"gradient_accumulation_steps": steps, "global_clipnorm": 0.1}, steps or 1, tmp_path)


def check_arguments(arguments, steps, tmp_path):
    gan = make(generator_ema=0.9)
    compile_all(gan, lambda: keras.optimizers.Adam(1e-2, **arguments), run_eagerly=True)
    start = gan.get_weights()
    train(gan)
    loaded = saved_and_loaded(gan, tmp_path)
    assert_same_state(state_of(loaded), state_of(gan))
    for one in (gan, loaded):
        train(one)
    assert_same_state(state_of(loaded), state_of(gan))
    assert any(not np.array_equal(old, new) for old, new in zip(start, gan.get_weights(), strict=True))
    assert int(gan.optimizer.iterations) == 6 // steps


def test_a_scaled_loss_moves_players_as_far_as_a_plain_one():
    weights = []
    for wrap in (lambda one: one, lambda one: keras.optimizers.LossScaleOptimizer(one, initial_scale=64)):
        gan = make()
        compile_all(gan, lambda wrap=wrap: wrap(keras.optimizers.SGD(0.1)), run_eagerly=True)
        train(gan, 8)
        weights.append(gan.get_weights())
    for plain, scaled in zip(*weights, strict=True):
        np.testing.assert_allclose(scaled, plain, rtol=1e-5, atol=1e-7)


@pytest.mark.thorough
@pytest.mark.parametrize("player", ["generator", pytest.param("discriminator", marks=pytest.mark.thorough)])
def test_accumulated_gradients_move_one_player_and_its_averages_at_every_third_step(player):
    gan = make(**{f"{player}_ema": 0.9})
    gan.compile(**{f"{player}_optimizer": keras.optimizers.SGD(0.1, gradient_accumulation_steps=3)}, run_eagerly=True)
    weights, averages = [], []

    def note(batch=None, logs=None):
        weights.append(gan.players[player].get_weights()[0])
        averages.append(gan.averaged_network(player).get_weights()[0])

    note()
    callback = keras.callbacks.LambdaCallback(on_train_batch_end=note)
    gan.fit(POINTS, batch_size=4, verbose=0, callbacks=[callback])
    for values in (weights, averages):
        moved = [not np.array_equal(old, new) for old, new in zip(values, values[1:], strict=False)]
        assert moved == [False, False, True] * 2
    np.testing.assert_allclose(averages[3], 0.1 * weights[0] + 0.9 * weights[3], rtol=1e-4, atol=1e-7)


def test_accumulated_gradients_are_refused_on_several_devices(mirrored):
    with mirrored.scope():
        gan = ganzoo.create("lsgan", (2,), width=4, latent_dim=2)
    with pytest.raises(ValueError, match="discriminator_optimizer has gradient_accumulation_steps.*one device only"):
        gan.compile(discriminator_optimizer=keras.optimizers.Adam(1e-3, gradient_accumulation_steps=2))


def test_variables_that_are_excluded_from_weight_decay_bring_a_warning():
    gan = make()
    optimizer = keras.optimizers.AdamW(0.0, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    with pytest.warns(UserWarning, match="generator_optimizer excludes .*: call exclude_from_weight_decay again after"):
        gan.compile(generator_optimizer=optimizer)
    assert gan.generator_optimizer is optimizer
