"""What `fit`, `evaluate` and callbacks are told."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.games.ragan import RelativisticGAN
from ganzoo.games.round import AdversarialRound

EVERY = {"loss", "generator_loss", "discriminator_loss", "real_score", "fake_score"}


def test_history_and_validation_hold_every_log(variant):
    gan = variant.create()
    history = gan.fit(variant.batches(), validation_data=variant.batches(seed=48), epochs=2, verbose=0).history
    trained = {name for name in history if not name.startswith("val_")}
    assert trained >= EVERY
    assert {f"val_{name}" for name in trained} == {name for name in history if name.startswith("val_")}
    assert all(len(values) == 2 and np.isfinite(values).all() for values in history.values())


def test_losses_are_the_sums_of_their_terms(variant):
    gan = variant.create()
    logs = gan.evaluate(variant.batches(), verbose=0)
    np.testing.assert_allclose(logs["loss"], logs["generator_loss"] + logs["discriminator_loss"], rtol=1e-5)
    play = AdversarialRound(gan, *gan.unpack(variant.batch()), tf.constant([3, 5], tf.int64), training=False)
    terms = [value for name, value in logs.items() if name not in EVERY | {"value"} | gan.extra_logs(play).keys()]
    np.testing.assert_allclose(logs["loss"], sum(terms), rtol=1e-5)


def test_value_is_that_of_an_undecided_discriminator(variant):
    gan = variant.create()
    if gan.objective.value is None or isinstance(gan, RelativisticGAN):  # its scores are compared, not probabilities
        assert "value" not in gan.evaluate(variant.batches(), verbose=0)
        return
    variant.undecided(gan)
    logs = gan.evaluate(variant.batches(), verbose=0)
    np.testing.assert_allclose(
        [logs["value"], logs["real_score"], logs["fake_score"]], [-np.log(4), 0.5, 0.5], rtol=1e-6
    )


def test_trap_15_evaluate_predict_call_and_export_work(variant, tmp_path):
    gan = variant.create()
    first, again = (gan.evaluate(variant.batches(), verbose=0) for _ in range(2))
    for name in first:  # its noise is a function of the seed; the order of sums over threads is not
        np.testing.assert_allclose(first[name], again[name], rtol=1e-6, err_msg=name)
    inputs = variant.inputs(gan, 5)
    images = gan.predict(inputs, verbose=0)
    assert images.shape == (5, *variant.data_shape) and images.dtype == np.float32
    np.testing.assert_allclose(images, gan(inputs), rtol=1e-5, atol=1e-6)
    gan.generator.export(tmp_path / "generator", verbose=False)
    exported = keras.layers.TFSMLayer(tmp_path / "generator", call_endpoint="serve")
    if variant.conditional:  # the generator itself takes labels one-hot
        inputs = [inputs[0], keras.ops.one_hot(inputs[1], variant.num_classes)]
    np.testing.assert_allclose(exported(inputs), images, rtol=1e-5, atol=1e-6)


def test_evaluate_draws_other_noise_for_each_batch(variant):
    """Two equal batches have the same real scores, but other fakes, unless G looks at no noise."""
    gan = variant.awake()
    one = gan.evaluate(variant.batches(count=16), verbose=0)
    two = gan.evaluate(variant.batches(count=16).repeat(2), verbose=0)
    np.testing.assert_allclose(one["real_score"], two["real_score"], rtol=1e-6)
    assert (one["fake_score"] == two["fake_score"]) is variant.deterministic


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_trap_11_terminate_on_nan_fires(variant, player):
    gan = variant.create()
    gan.steps_per_execution = 1
    output = getattr(gan, player).trainable_variables[-1]  # after a hidden layer a fused ReLU may make 0 of NaN
    output.assign(np.full(output.shape, np.nan))
    gan.fit(variant.batches(), epochs=5, verbose=0, callbacks=[keras.callbacks.TerminateOnNaN()])
    assert gan.step.numpy() == 1


def test_trap_10_callbacks_act_on_both_players(variant):
    gan = variant.create()
    gan.compile(keras.optimizers.SGD(0.4), keras.optimizers.SGD(0.1))
    gan.fit(
        variant.batches(), verbose=0, callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)]
    )
    rates = [float(player.learning_rate) for player in (gan.generator_optimizer, gan.discriminator_optimizer)]
    np.testing.assert_allclose(rates, [0.2, 0.05])
    plateau = keras.callbacks.ReduceLROnPlateau("loss", factor=0.1, patience=0, min_delta=1e9)
    gan.fit(variant.batches(), epochs=2, verbose=0, callbacks=[plateau])
    rates = [float(player.learning_rate) for player in (gan.generator_optimizer, gan.discriminator_optimizer)]
    np.testing.assert_allclose(rates, [0.02, 0.005], rtol=1e-5)


def test_trap_10_moving_averages_of_both_players_take_effect(variant):
    gan = variant.create()
    gan.compile(*(keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.5) for _ in range(2)))
    gan.fit(variant.batches(), verbose=0)
    for player, optimizer in (
        (gan.generator, gan.generator_optimizer),
        (gan.discriminator, gan.discriminator_optimizer),
    ):
        for variable, average in zip(
            player.trainable_variables, optimizer._model_variables_moving_average, strict=True
        ):
            np.testing.assert_array_equal(variable.numpy(), average.numpy())
