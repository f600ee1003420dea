"""The defaults are those of the authors' code, where no docstring admits a departure."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from descriptors import fixed_round
from ganzoo.zoo import variants

NORMALIZATIONS = (keras.layers.BatchNormalization, keras.layers.GroupNormalization, keras.layers.LayerNormalization)


@pytest.mark.cases(4)
@pytest.mark.parametrize("data_shape", [(8, 8, 1), (2,)], ids=str)
@pytest.mark.parametrize(
    ("name", "dimension"), [("wgan", 100), ("wgan_gp", 128), ("r1", 256), ("sngan", 128), ("ragan", 128)]
)
def test_latents_of_later_papers_are_normal(name, dimension, data_shape):
    gan = ganzoo.create(name, data_shape, width=4)
    assert isinstance(gan.prior, ganzoo.priors.Normal) and gan.prior.dim == dimension
    given = ganzoo.create(name, data_shape, width=4, prior="uniform", latent_dim=7)
    assert isinstance(given.prior, ganzoo.priors.Uniform) and given.prior.dim == 7


@pytest.mark.cases(2)
@pytest.mark.parametrize("name", ["dcgan", "lsgan", "dragan", "pacgan"])
def test_latents_of_dcgan_are_uniform(name):
    prior = ganzoo.create(name, (2,), width=4).prior
    assert isinstance(prior, ganzoo.priors.Uniform) and (prior.dim, prior.low, prior.high) == (100, -1, 1)


def layers_of(network):
    """The layers of a network and of the networks in it."""
    for layer in network.layers:
        yield from layers_of(layer) if isinstance(layer, keras.Model) else [layer]


def epsilons(gan):
    layers = [layer for network in gan.players.values() for layer in layers_of(network)]
    return {layer.epsilon for layer in layers if isinstance(layer, NORMALIZATIONS)}


@pytest.mark.cases(7)
@pytest.mark.parametrize("row", VARIANTS, ids=str)
def test_normalization_has_a_small_epsilon(row, untrained):
    assert epsilons(untrained(row.name)) <= {1e-6 if row.name in ("improved_gan", "catgan") else 1e-5}


OF_RESNET = [
    row.name
    for row in VARIANTS
    if "architecture" in variants.settings_of(row.name) and row.name not in ("dcgan", "wgan_gp")
]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "name", ["dcgan", "wgan_gp", *(pytest.param(n, marks=pytest.mark.exhaustive) for n in OF_RESNET)]
)
def test_so_has_that_of_residual_networks(name):
    """By batch norm, and by layer norm."""
    assert epsilons(ganzoo.create(name, (8, 8, 1), architecture="resnet", width=4)) == {1e-5}


@pytest.mark.parametrize(("settings", "factor"), [({}, 10), ({"weight": 3}, 1.5)])
def test_r1_adds_ten_times_the_squared_gradient(settings, factor):
    slope = tf.constant([[2.0], [-1.0]])
    penalty = ganzoo.create("r1", (2,), width=4, **settings).penalties[0]
    found = penalty(lambda points: points @ slope, tf.ones((3, 2)), tf.zeros((3, 2)), tf.constant([0, 0], tf.int64))
    np.testing.assert_allclose(found, factor * 5, rtol=1e-6)


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_ralsgan_is_the_papers_game_with_scores_halved(player):
    """With scores twice as large, the paper's losses have four times the gradients of these."""
    gan = ganzoo.create("ragan", (2,), width=4, objective="least_squares")
    scores = [tf.constant(np.random.default_rng(place).normal(size=(6, 1))) for place in range(2)]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(scores)
        real, fake = scores
        terms = getattr(gan, f"{player}_adversarial_terms")(fixed_round(real_scores=real, fake_scores=fake))
        loss, target = sum(terms.values()), 1 if player == "discriminator" else -1
        apart = 2 * real - tf.reduce_mean(2 * fake), 2 * fake - tf.reduce_mean(2 * real)
        theirs = (tf.reduce_mean((apart[0] - target) ** 2) + tf.reduce_mean((apart[1] + target) ** 2)) / 2
    for ours, papers in zip(tape.gradient(loss, scores), tape.gradient(theirs, scores), strict=True):
        np.testing.assert_allclose(4 * ours, papers, rtol=1e-6, atol=1e-9)
