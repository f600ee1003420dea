"""Layers that are frozen or thawed at any time: averages, optimizers and saved files do not depend on it."""

import keras
import numpy as np
import pytest

import ganzoo
from descriptors import assert_same_state, real, state_of
from ganzoo import networks, priors

IMAGES = real((8, 8, 1), 16)
AVERAGES = {"generator_ema": 0.9, "discriminator_ema": 0.5}


def make(**settings):
    gan = ganzoo.create("dcgan", (8, 8, 1), width=4, latent_dim=6, seed=0, **AVERAGES | settings)
    gan.run_eagerly = True
    return gan


def train(gan):
    gan.fit(IMAGES, batch_size=16, shuffle=False, verbose=0)


def layer(gan, player):
    """The first layer of a player that has weights."""
    return next(one for one in gan.players[player].layers if one.weights)


def averages_of(gan, player):
    """{place of a weight: its average}, from the copy of the network with averages, without moving statistics."""
    weights = enumerate(gan.averaged_network(player).weights)
    return {place: weight.numpy() for place, weight in weights if "moving" not in weight.path}


@pytest.mark.parametrize(
    ("player", "compiled"),
    [
        ("generator", True),
        ("discriminator", False),
        pytest.param("generator", False, marks=pytest.mark.exhaustive),
        pytest.param("discriminator", True, marks=pytest.mark.exhaustive),
    ],
)
def test_a_model_with_a_frozen_layer_is_loaded_as_it_was_and_goes_on(player, compiled, tmp_path):
    gan = make()
    layer(gan, player).trainable = False
    if compiled:
        gan.compile(run_eagerly=True)
    before = layer(gan, player).get_weights()
    train(gan)
    np.testing.assert_array_equal(layer(gan, player).get_weights()[0], before[0])
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert_same_state(state_of(loaded), state_of(gan))
    np.testing.assert_array_equal(loaded.sample(3, seed=0), gan.sample(3, seed=0))
    for one in (gan, loaded):
        layer(one, player).trainable = True
        train(one)
    assert_same_state(state_of(loaded), state_of(gan))
    assert not np.array_equal(layer(gan, player).get_weights()[0], before[0])


@pytest.mark.parametrize("player", ["generator", pytest.param("discriminator", marks=pytest.mark.thorough)])
def test_a_network_that_was_frozen_when_the_game_was_made_is_averaged_once_it_is_thawed(player, tmp_path):
    players = {
        "generator": networks.dcgan.generator(6, (8, 8, 1), 4),
        "discriminator": networks.dcgan.discriminator((8, 8, 1), 4),
    }
    players[player].trainable = False
    gan = ganzoo.GAN(**players, prior=priors.Normal(6), seed=0, **AVERAGES)
    gan.compile(run_eagerly=True)
    train(gan)
    before = averages_of(gan, player)
    gan.save(tmp_path / "frozen.keras")
    assert_same_state(state_of(ganzoo.load(tmp_path / "frozen.keras")), state_of(gan))
    players[player].trainable = True
    gan.compile(run_eagerly=True)
    train(gan)
    gan.save(tmp_path / "thawed.keras")
    assert_same_state(state_of(ganzoo.load(tmp_path / "thawed.keras")), state_of(gan))
    copy = gan.averaged_network(player)
    for average, parameter in zip(copy.trainable_variables, players[player].trainable_variables, strict=True):
        assert not np.array_equal(average, parameter)
    after = averages_of(gan, player)
    assert all(not np.array_equal(before[path], after[path]) for path in before)


def test_layers_of_nested_networks_and_states_that_are_no_parameters():
    inner = networks.dcgan.generator(6, (8, 8, 1), 4)
    latents = keras.Input((6,))
    gan = ganzoo.GAN(
        keras.Model(latents, inner(latents)),
        networks.dcgan.discriminator((8, 8, 1), 4, normalization="spectral"),
        priors.Normal(6),
        **AVERAGES,
    )
    for player, count in (("generator", inner), ("discriminator", gan.discriminator)):
        assert len(gan.averages[player].values) == len(count.trainable_variables)
    inner.layers[1].trainable = False
    gan.compile(run_eagerly=True)
    train(gan)
    moving = [variable for variable in inner.non_trainable_variables if "moving" in variable.path]
    gan.sample(2, seed=0)
    assert moving and all(np.isfinite(variable).all() for variable in moving)


def test_freezing_between_two_fits_takes_effect_without_a_compile():
    gan, points = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0, **AVERAGES), real((2,), 16)
    gan.fit(points, batch_size=16, verbose=0)  # what was traced is traced anew
    frozen = layer(gan, "discriminator")
    frozen.trainable, before = False, frozen.get_weights()
    gan.fit(points, batch_size=16, verbose=0)
    np.testing.assert_array_equal(frozen.get_weights()[0], before[0])
    frozen.trainable = True
    gan.fit(points, batch_size=16, verbose=0)
    assert not np.array_equal(frozen.get_weights()[0], before[0])


def test_a_constraint_holds_in_frozen_layers_too():
    network = networks.dcgan.discriminator((8, 8, 1), 4, normalization=None)
    network.trainable = False
    ganzoo.losses.constraints.constrain(network, ganzoo.losses.constraints.Clip(0.1))
    assert all(variable.constraint is not None for variable in network.variables)
