"""What `fit`, `evaluate` and callbacks are told."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from descriptors import compile_all, round_of
from ganzoo.games.ragan import RelativisticGAN


@pytest.fixture
def gan(variant):
    """A model that runs eagerly, as a few steps need no trace."""
    gan = variant.create()
    gan.run_eagerly = True
    return gan


@pytest.mark.quick("cdcgan")
@pytest.mark.kinds("improved_gan", "infogan", "vaegan", "cyclegan", "stylegan2")
def test_history_and_validation_hold_every_log(gan, variant):
    history = gan.fit(
        variant.batches(count=16), validation_data=variant.batches(count=16, seed=48), epochs=2, verbose=0
    ).history
    trained = {name for name in history if not name.startswith("val_")}
    assert trained >= {"loss", "real_score", "fake_score", *(f"{player}_loss" for player in gan.players)}
    assert {f"val_{name}" for name in trained} == {name for name in history if name.startswith("val_")}
    assert all(len(values) == 2 and np.isfinite(values).all() for values in history.values())


@pytest.mark.quick("cdcgan")
@pytest.mark.kinds("wgan_gp", "infogan", "vaegan", "cyclegan", "stylegan2")
def test_losses_are_the_sums_of_their_terms(gan, variant):
    logs = gan.evaluate(variant.batches(), verbose=0)
    losses = {f"{player}_loss" for player in gan.players}
    np.testing.assert_allclose(logs["loss"], sum(logs[name] for name in losses), rtol=1e-5)
    more = gan.extra_logs(round_of(gan, variant.batch(), training=False)).keys()
    terms = {name: value for name, value in logs.items() if name not in {"loss"} | losses | more}
    assert len(terms) >= len(losses)
    if not hasattr(gan, "cycle"):  # a term that two players share is logged once
        np.testing.assert_allclose(logs["loss"], sum(terms.values()), rtol=1e-5)


@pytest.mark.quick("cdcgan")
@pytest.mark.kinds("nsgan", "improved_gan", "ragan", "vaegan", "pix2pix")
def test_value_is_that_of_an_undecided_discriminator(gan, variant):
    if gan.objective.value is None or isinstance(gan, RelativisticGAN):  # whose scores are compared, no probabilities
        assert "value" not in gan.evaluate(variant.batches(), verbose=0)
        return
    variant.undecided(gan)
    gan.run_eagerly = True
    logs = gan.evaluate(variant.batches(), verbose=0)
    np.testing.assert_allclose(
        [logs["value"], logs["real_score"], logs["fake_score"]], [-np.log(4), 0.5, 0.5], rtol=1e-6
    )


@pytest.mark.quick("cdcgan")
@pytest.mark.kinds("infogan", "vaegan", "pix2pix", "stylegan2")
def test_evaluate_draws_other_noise_for_each_batch(variant):
    """Two equal batches have the same real scores, but other fakes, unless G looks at no noise."""
    gan = variant.awake()
    gan.run_eagerly = True
    one, again = (gan.evaluate(variant.batches(count=16), verbose=0) for _ in range(2))
    for name in one:  # the noise is a function of the seed; the order of sums over threads is not
        np.testing.assert_allclose(one[name], again[name], rtol=1e-5, err_msg=name)
    two = gan.evaluate(variant.batches(count=16).repeat(2), verbose=0)
    np.testing.assert_allclose(one["real_score"], two["real_score"], rtol=1e-5)
    assert (one["fake_score"] == two["fake_score"]) is variant.deterministic


@pytest.mark.quick("cdcgan")
@pytest.mark.kinds("pix2pix", "cyclegan", "stylegan2")
def test_predict_call_and_export_agree(variant, tmp_path):
    gan = variant.create()
    inputs = variant.inputs(gan, 5)
    outputs = gan.predict(inputs, verbose=0)
    for images, called in zip(tf.nest.flatten(outputs), tf.nest.flatten(gan(inputs)), strict=True):
        assert images.shape == (5, *variant.data_shape) and images.dtype == np.float32
        np.testing.assert_allclose(images, called, rtol=1e-5, atol=1e-6)
    for network, its_inputs, images in variant.generators(gan, inputs, outputs):
        network.export(tmp_path / "generator", verbose=False)
        exported = keras.layers.TFSMLayer(tmp_path / "generator", call_endpoint="serve")
        np.testing.assert_allclose(exported(its_inputs), images, rtol=1e-5, atol=1e-6)


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("improved_gan", "vaegan", "pix2pix")
def test_terminate_on_nan_fires_for_each_player(gan, variant):
    for player in gan.players:
        gan = variant.create()
        gan.run_eagerly = True
        output = gan.players[player].trainable_variables[-1]  # after a hidden layer a fused ReLU may make 0 of NaN
        output.assign(np.full(output.shape, np.nan))
        gan.fit(variant.batches(count=32), epochs=2, verbose=0, callbacks=[keras.callbacks.TerminateOnNaN()])
        assert gan.step.numpy() == 1


def learning_rates(gan):
    return [float(gan.optimizer_of(player).learning_rate) for player in gan.players]


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("vaegan")
def test_callbacks_change_the_learning_rate_of_every_player(gan, variant):
    rates = iter([0.4, 0.1, 0.8, 0.2])
    compile_all(gan, lambda: keras.optimizers.SGD(next(rates)), run_eagerly=True)
    start = np.float64(learning_rates(gan))
    halved = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    gan.fit(variant.batches(), steps_per_epoch=1, verbose=0, callbacks=[halved])
    np.testing.assert_allclose(learning_rates(gan), start / 2)
    plateau = keras.callbacks.ReduceLROnPlateau("loss", factor=0.1, patience=0, min_delta=1e9)
    gan.fit(variant.batches(), steps_per_epoch=1, epochs=2, verbose=0, callbacks=[plateau])
    np.testing.assert_allclose(learning_rates(gan), start / 20, rtol=1e-5)


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("wgan_gp")
def test_the_moving_averages_of_keras_optimizers_take_effect(variant):
    """After `fit`, each player's variables are the averages of those that plain SGD leads through."""
    plain, averaged = variant.create(discriminator_steps=1), variant.create(discriminator_steps=1)
    averages = []

    def average(batch, logs):
        new = [variable.numpy() for variable in plain.trainable_variables]
        averages[:] = [0.5 * old + 0.5 * now for old, now in zip(averages or new, new, strict=True)]

    for gan, settings in ((plain, {}), (averaged, {"use_ema": True, "ema_momentum": 0.5})):
        for variable in gan.trainable_variables:
            variable.constraint = None  # which Keras applies after it has averaged
        compile_all(gan, lambda settings=settings: keras.optimizers.SGD(0.5, **settings), run_eagerly=True)
    plain.fit(variant.batches(), callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=average)], verbose=0)
    averaged.fit(variant.batches(), verbose=0)
    for expected, variable in zip(averages, averaged.trainable_variables, strict=True):
        np.testing.assert_allclose(variable, expected, rtol=1e-5, atol=1e-7)
