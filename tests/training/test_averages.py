"""Averages of parameters: what they are, who reads them, and that a checkpoint holds them."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from ganzoo.training.averages import Averages

DCGAN, CDCGAN, SGAN, LSGAN = (
    next(row for row in VARIANTS if row.name == name) for name in ("dcgan", "cdcgan", "sgan", "lsgan")
)


def eager(row, **settings):
    """A model of the row that runs eagerly, as a few steps need no trace."""
    gan = row.awake(**settings)
    gan.run_eagerly = True
    return gan


def test_averages_against_numpy():
    variable = keras.Variable([1.0, -2.0])
    averages = Averages([variable], 0.4)
    averages.start()
    average = variable.numpy()
    np.testing.assert_array_equal(averages.values[0], average)
    for step in range(1, 7):
        variable.assign([step, step**2 - 3.0])
        averages.update()
        momentum = min(0.4, step / (9 + step))
        average = momentum * average + (1 - momentum) * variable.numpy()
        np.testing.assert_allclose(averages.values[0], average, rtol=1e-5)


@pytest.mark.parametrize("momentum", [-0.1, 1, 2])
def test_impossible_momentum(momentum):
    with pytest.raises(ValueError, match="momentum of averages of the generator must be a number from 0 to below 1"):
        DCGAN.create(generator_ema=momentum)


@pytest.mark.thorough
@pytest.mark.parametrize("row", [DCGAN, pytest.param(SGAN, marks=pytest.mark.exhaustive)], ids=str)
def test_training_is_the_same_with_and_without(row):
    plain, averaged = eager(row), eager(row, generator_ema=0.9, discriminator_ema=0.5)
    for gan in (plain, averaged):
        gan.fit(row.batches(), epochs=1, verbose=0)
    for left, right in zip(plain.trainable_variables, averaged.trainable_variables, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy(), err_msg=left.path)


@pytest.mark.thorough
@pytest.mark.parametrize("row", [pytest.param(DCGAN, marks=pytest.mark.exhaustive), CDCGAN], ids=str)
def test_sample_predict_and_the_copy_are_the_averages(row):
    """Against a network whose parameters are overwritten with the averages by hand."""
    gan = eager(row, generator_ema=0.9)
    gan.fit(row.batches(), epochs=2, verbose=0)
    labels = 3 if row.conditional else None
    drawn, predicted = gan.sample(5, labels=labels, seed=0), gan.predict(row.inputs(gan, 5), verbose=0)
    inputs = row.inputs(gan, 5)
    if row.conditional:
        inputs = [inputs[0], keras.ops.one_hot(inputs[1], row.num_classes)]
    copied = gan.averaged_network()(inputs)
    raw = gan.generator(inputs)
    for variable, average in zip(gan.generator.trainable_variables, gan.averages["generator"].values, strict=True):
        assert not np.array_equal(variable.numpy(), average.numpy())
        variable.assign(average.value)
    twin = row.create()
    twin.generator.set_weights(gan.generator.get_weights())
    np.testing.assert_allclose(drawn, twin.sample(5, labels=labels, seed=0), atol=1e-6)
    np.testing.assert_allclose(predicted, twin.predict(row.inputs(twin, 5), verbose=0), atol=1e-6)
    np.testing.assert_allclose(copied, predicted, atol=1e-5)
    assert np.abs(raw - copied).max() > 1e-3


def test_evaluate_asks_the_averaged_players():
    gan = eager(DCGAN, generator_ema=0.9, discriminator_ema=0.9)
    gan.fit(DCGAN.batches(count=16), verbose=0)
    logs = gan.evaluate(DCGAN.batches(count=16), verbose=0)
    for player in ("generator", "discriminator"):
        network = getattr(gan, player)
        network.set_weights(gan.averaged_network(player).get_weights())
    gan.averages.clear()
    gan.make_test_function(force=True)
    again = gan.evaluate(DCGAN.batches(count=16), verbose=0)
    for name in logs:
        np.testing.assert_allclose(logs[name], again[name], rtol=1e-5, err_msg=name)


@pytest.mark.usefixtures("eagerly")
def test_a_checkpoint_holds_them_and_a_loaded_model_goes_on(tmp_path):
    whole, first = (LSGAN.awake(generator_ema=0.9) for _ in range(2))
    whole.fit(LSGAN.batches(count=16), epochs=2, verbose=0)
    first.fit(LSGAN.batches(count=16), verbose=0)
    first.save(tmp_path / "gan.keras")
    rest = ganzoo.load(tmp_path / "gan.keras")
    np.testing.assert_array_equal(first.sample(3, seed=0), rest.sample(3, seed=0))
    rest.fit(LSGAN.batches(count=16), verbose=0)
    for left, right in zip(whole.weights, rest.weights, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy(), err_msg=left.path)
    np.testing.assert_array_equal(whole.sample(3, seed=0), rest.sample(3, seed=0))


def test_no_copy_without_averages():
    with pytest.raises(ValueError, match="create the model with generator_ema"):
        DCGAN.create().averaged_network()


@pytest.mark.exhaustive
def test_two_replicas_average_as_one(mirrored):
    with mirrored.scope():
        two = DCGAN.awake(generator_ema=0.9, **DCGAN.plain)
    one = DCGAN.awake(generator_ema=0.9, **DCGAN.plain)
    for gan in (one, two):
        gan.compile(*(keras.optimizers.SGD(0.01) for _ in range(2)))
        gan.fit(DCGAN.batches(count=16), verbose=0)
    assert isinstance(two.distribute_strategy, tf.distribute.MirroredStrategy)
    for left, right in zip(one.averages["generator"].values, two.averages["generator"].values, strict=True):
        np.testing.assert_allclose(left.numpy(), right.numpy(), rtol=1e-4, atol=1e-6)


def test_another_compile_keeps_them():
    gan = eager(LSGAN, generator_ema=0.9)
    gan.fit(LSGAN.batches(count=16), epochs=1, verbose=0)
    before, updates = gan.sample(5, seed=0), int(gan.averages["generator"].updates.numpy())
    gan.compile()
    np.testing.assert_array_equal(gan.sample(5, seed=0), before)
    assert int(gan.averages["generator"].updates.numpy()) == updates > 0


@pytest.mark.thorough
def test_with_a_frozen_layer():
    gan = eager(DCGAN, generator_ema=0.5)
    frozen = next(layer for layer in gan.generator.layers if layer.trainable_variables)
    frozen.trainable = False
    gan.compile()
    gan.fit(DCGAN.batches(count=16), epochs=1, verbose=0)
    copy = gan.averaged_network()
    inputs = DCGAN.inputs(gan, 5)
    np.testing.assert_allclose(copy(inputs), gan.predict(inputs, verbose=0), atol=1e-6)


def by_assignment(network, weights, folder):
    for variable, weight in zip(network.weights, weights, strict=True):
        variable.assign(weight)


def by_set_weights(network, weights, folder):
    network.set_weights(weights)


def by_file(network, weights, folder):
    twin = keras.models.clone_model(network)
    twin.set_weights(weights)
    twin.save_weights(folder / "twin.weights.h5")
    network.load_weights(folder / "twin.weights.h5")


@pytest.mark.cases(1)
@pytest.mark.parametrize(
    ("put", "sampled"),
    [
        (by_assignment, True),
        (by_file, False),
        *(
            pytest.param(*given, marks=pytest.mark.exhaustive)
            for given in ((by_assignment, False), (by_file, True), (by_set_weights, True), (by_set_weights, False))
        ),
    ],
)
def test_weights_put_in_before_training_are_used_and_averaged(put, sampled, tmp_path):
    """Even if a graph that reads the averages was traced before."""
    gan, pretrained = eager(LSGAN, generator_ema=0.9, discriminator_ema=0.9), LSGAN.create(seed=5)
    latents = LSGAN.inputs(gan, 4)
    if sampled:
        gan.sample(4, seed=0)
        gan.predict(latents, verbose=0)
    for player, network in pretrained.players.items():
        put(gan.players[player], network.get_weights(), tmp_path)
    np.testing.assert_allclose(gan.sample(4, seed=0), pretrained.sample(4, seed=0), atol=1e-6)
    expected = pretrained.predict(latents, verbose=0)
    for made in (gan.predict(latents, verbose=0), gan(latents), gan.averaged_network()(latents)):
        np.testing.assert_allclose(made, expected, atol=1e-6)
    scores = pretrained.discriminator(pretrained(latents))
    np.testing.assert_allclose(gan.averaged_network("discriminator")(gan(latents)), scores, atol=1e-5)
    gan.save(tmp_path / "gan.keras")
    np.testing.assert_allclose(ganzoo.load(tmp_path / "gan.keras").sample(4, seed=0), gan.sample(4, seed=0), atol=1e-6)
    gan.fit(LSGAN.batches(count=16), steps_per_epoch=1, verbose=0)
    for player, network in pretrained.players.items():  # the first momentum is 1/10
        now, averaged = gan.players[player].get_weights(), gan.averaged_network(player).get_weights()
        for start, weight, average in zip(network.get_weights(), now, averaged, strict=True):
            np.testing.assert_allclose(average, 0.1 * start + 0.9 * weight, rtol=1e-4, atol=1e-6)


def test_after_training_averages_stay_until_they_are_restarted():
    gan, pretrained = eager(LSGAN, generator_ema=0.9), LSGAN.create(seed=5)
    gan.fit(LSGAN.batches(count=16), verbose=0)
    trained = gan.sample(4, seed=0)
    gan.generator.set_weights(pretrained.generator.get_weights())
    np.testing.assert_array_equal(gan.sample(4, seed=0), trained)
    gan.restart_averages("generator")
    np.testing.assert_allclose(gan.sample(4, seed=0), pretrained.sample(4, seed=0), atol=1e-6)
    with pytest.raises(ValueError, match="discriminator keeps no averages"):
        gan.restart_averages("discriminator")
