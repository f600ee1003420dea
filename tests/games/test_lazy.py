"""Lazy penalties: computed at every k-th update, weighted by k, whatever runs the steps.

The discriminator of these tests is one matrix, the generator makes zeros: every update can be told by hand.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo import penalties, priors
from ganzoo.networks.layers import BatchNormalization
from ganzoo.networks.spectral import SpectralDense

RATE, WEIGHT = 0.05, 3.0
STEPS = 6


def lazy(every=3, penalty=None):
    return penalties.Lazy(penalty or penalties.R1(WEIGHT), every)


def linear(units, kernel):
    layer = keras.layers.Dense(units, use_bias=False, kernel_initializer=kernel)
    return keras.Sequential([keras.Input((2,)), layer])


def critic(penalty, steps=1, rate=RATE, **how):
    """A GAN whose generator says 0 and whose discriminator is a . x, which the Wasserstein loss moves."""
    start = keras.initializers.Constant([[0.5], [-1.0]])
    gan = ganzoo.GAN(
        linear(2, "zeros"), linear(1, start), priors.Normal(2), "wasserstein", [penalty], discriminator_steps=steps
    )
    gan.compile(*(keras.optimizers.SGD(rate) for rate in (0.0, rate)), **how)
    return gan


def examples(steps):
    return np.random.default_rng(0).normal(size=(8 * steps * STEPS, 2)).astype("float32")


def batches(steps, first=0, last=STEPS):
    """Batches of the steps from `first` to `last`."""
    size = 8 * steps
    return tf.data.Dataset.from_tensor_slices(examples(steps)[first * size : last * size]).batch(size)


def by_hand(steps, every):
    """a after all steps, and the mean of the penalty over the updates in which it is due."""
    a, found = np.float64([0.5, -1.0]), []
    for step, batch in enumerate(np.split(np.float64(examples(steps)), STEPS)):
        for move in range(steps):
            gradient = -batch[move::steps].mean(axis=0)
            if (step * steps + move) % every == 0:
                found.append(WEIGHT / 2 * a @ a)
                gradient = gradient + every * WEIGHT * a
            a = a - RATE * gradient
    return a, np.mean(found)


def assert_by_hand(gan, logs, steps, every):
    expected, mean = by_hand(steps, every)
    np.testing.assert_allclose(gan.discriminator.get_weights()[0][:, 0], expected, rtol=1e-4)
    np.testing.assert_allclose(logs["r1"][-1], mean, rtol=1e-4)


@pytest.mark.cases(2)
@pytest.mark.parametrize("steps, every", [(1, 1), (1, 4), (2, 3), (3, 2)])
@pytest.mark.usefixtures("eagerly")
def test_it_is_the_penalty_times_k_at_every_kth_update_and_nothing_in_between(steps, every):
    gan = critic(lazy(every), steps)
    assert_by_hand(gan, gan.fit(batches(steps), verbose=0).history, steps, every)


@pytest.mark.parametrize(
    "how, fixed_size",
    [
        pytest.param({"steps_per_execution": 3}, False, marks=pytest.mark.exhaustive),
        ({"steps_per_execution": 3}, True),  # such batches are transferred in blocks
        pytest.param({"jit_compile": True, "steps_per_execution": 3}, False, marks=pytest.mark.thorough),
        pytest.param({"jit_compile": True, "steps_per_execution": 3}, True, marks=pytest.mark.thorough),
    ],
)
def test_however_steps_are_run(how, fixed_size):
    gan = critic(lazy(3), 2, **how)
    given = tf.data.Dataset.from_tensor_slices(examples(2)).batch(16, drop_remainder=fixed_size)
    assert_by_hand(gan, gan.fit(given, verbose=0).history, 2, 3)


def test_on_two_replicas(mirrored):
    with mirrored.scope():
        gan = critic(lazy(3), 2)
    assert_by_hand(gan, gan.fit(batches(2), verbose=0).history, 2, 3)


@pytest.mark.usefixtures("eagerly")
def test_saved_in_between_it_stays_due_at_the_same_updates(tmp_path):
    first = critic(lazy(4))
    first.fit(batches(1, last=3), verbose=0)  # the penalty was due at step 0, and is again at step 4
    first.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert loaded.penalties == (lazy(4),) and loaded.penalties != (lazy(3),)
    assert loaded.fit(batches(1, first=3, last=4), verbose=0).history["r1"] == [0]
    loaded.fit(batches(1, first=4), verbose=0)
    np.testing.assert_allclose(loaded.discriminator.get_weights()[0][:, 0], by_hand(1, 4)[0], rtol=1e-4)


@pytest.mark.usefixtures("eagerly")
def test_an_evaluation_computes_the_penalty_itself():
    gan = critic(lazy(4))
    gan.fit(batches(1, last=1), verbose=0)
    a = gan.discriminator.get_weights()[0]
    np.testing.assert_allclose(gan.evaluate(batches(1), verbose=0)["r1"], WEIGHT / 2 * np.sum(a**2), rtol=1e-4)


@pytest.mark.usefixtures("eagerly")
def test_the_loss_holds_the_weighted_penalty_and_the_log_the_plain_one():
    gan = critic(lazy(4), rate=0.0)
    logs = gan.fit(batches(1, last=1), verbose=0).history
    np.testing.assert_allclose(logs["r1"], WEIGHT / 2 * 1.25, rtol=1e-4)
    difference = logs["discriminator_loss"][0] - logs["discriminator_adversarial"][0]
    np.testing.assert_allclose(difference, 4 * logs["r1"][0], rtol=1e-4)


def test_it_is_not_computed_where_it_is_not_due():
    @keras.saving.register_keras_serializable("ganzoo_tests")
    def noted(score, real, fake, seed):
        tf.numpy_function(lambda: calls.append(1), [], [])
        return tf.reduce_mean(score(real))

    calls = []
    gan = critic(lazy(3, noted))
    gan.fit(batches(1), verbose=0)
    assert len(calls) == 2


def layered(*between):
    """A discriminator whose layers keep states: singular vectors, and what the layers in between keep."""
    layers = [keras.Input((2,)), SpectralDense(8), *between, keras.layers.LeakyReLU(), SpectralDense(1)]
    return keras.Sequential(layers)


def trained(given, batch_norm=True, steps=STEPS):
    """The variables of a GAN after so many steps, and its logs."""
    keras.utils.set_random_seed(0)
    critic = layered(*[BatchNormalization(synchronized=True)] * batch_norm)
    gan = ganzoo.GAN(linear(2, "glorot_uniform"), critic, priors.Normal(2), "non_saturating", given, seed=0)
    gan.compile(*(keras.optimizers.SGD(0.05) for _ in range(2)))
    logs = gan.fit(batches(1, last=steps), verbose=0).history
    return [variable.numpy() for variable in gan.variables], logs


@pytest.mark.thorough
@pytest.mark.parametrize(
    "kinds, batch_norm",
    [
        ((penalties.R1, penalties.DRAGAN), False),
        pytest.param((penalties.GradientPenalty,), True, marks=pytest.mark.exhaustive),
    ],
)
def test_two_replicas_train_as_one_with_layers_that_keep_states(kinds, batch_norm, mirrored):
    """Beside synchronized batch norm, or for DRAGAN, a penalty is computed at each update, but counts as rarely."""
    given = [lazy(2, kind(1.0)) for kind in kinds]
    with mirrored.scope():
        two, two_logs = trained(given, batch_norm)
    one, one_logs = trained(given, batch_norm)
    for left, right in zip(one, two, strict=True):
        np.testing.assert_allclose(right, left, rtol=2e-3, atol=1e-5)
    for name, values in one_logs.items():
        np.testing.assert_allclose(two_logs[name], values, rtol=1e-3, atol=1e-5, err_msg=name)


@pytest.mark.thorough
@pytest.mark.usefixtures("eagerly")
def test_with_k_of_1_it_is_the_penalty_and_keeps_the_states_that_its_calls_change():
    plain, same = trained([penalties.R1(1.0)], steps=2)[0], trained([lazy(1, penalties.R1(1.0))], steps=2)[0]
    for left, right in zip(plain, same, strict=True):
        np.testing.assert_allclose(right, left, rtol=1e-4, atol=1e-6)


@pytest.mark.usefixtures("eagerly")
def test_a_generators_penalty_may_be_lazy_too():
    @keras.saving.register_keras_serializable("ganzoo_tests")
    def size(synthesize, latents, fake, seed):
        return tf.reduce_mean(tf.square(synthesize(latents)))

    gan = ganzoo.GAN(
        linear(2, "ones"), linear(1, "zeros"), priors.Normal(2), generator_penalties=[lazy(4, size)], seed=0
    )
    gan.compile(*(keras.optimizers.SGD(rate) for rate in (0.1, 0.0)))
    weights = []
    note = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: weights.append(gan.generator.get_weights()[0])
    )
    gan.fit(batches(1), verbose=0, callbacks=[note])
    moved = [not np.array_equal(old, new) for old, new in zip([np.ones((2, 2)), *weights], weights, strict=False)]
    assert moved == [True, False, False, False, True, False]


@pytest.mark.parametrize("every", [0, -1, 2.0, True, None])
def test_every_is_an_int_of_at_least_1(every):
    with pytest.raises(ValueError, match="`every` must be an integer of at least 1"):
        penalties.Lazy(penalties.R1(), every)


def test_what_is_no_penalty_is_refused():
    for wrong in ("r1", lazy()):
        with pytest.raises(ValueError, match="Lazy takes a penalty of ganzoo.penalties"):
            penalties.Lazy(wrong)
