"""What a game of two is made of: players with other outputs than it needs, and priors, are refused in one sentence."""

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo import priors
from ganzoo.networks import mlp

POINTS = np.random.default_rng(0).uniform(-1, 1, (32, 2)).astype("float32")


def network(inputs, *units, activation=None):
    """A network with one output for each of the units, without names."""
    x = keras.Input((inputs,))
    outputs = [keras.layers.Dense(count, activation)(x) for count in units]
    return keras.Model(x, outputs[0] if len(outputs) == 1 else outputs)


def named(**units):
    x = keras.Input((2,))
    return keras.Model(x, {name: keras.layers.Dense(count)(x) for name, count in units.items()})


def fit(generator=None, discriminator=None, prior="normal", **settings):
    gan = ganzoo.GAN(generator or network(3, 2), discriminator or network(2, 1), prior, seed=0, **settings)
    gan.compile(run_eagerly=True)
    gan.fit(POINTS, batch_size=16, verbose=0)
    return gan


@pytest.mark.parametrize(
    "discriminator, message",
    [
        (network(2, 3), r"one score for each example, \(N, 1\).*; got \(16, 3\)"),
        (network(2, 1, 2), "a dict of outputs of which 'scores' is one; got outputs: 2 of them without names"),
        (named(score=1, codes=2), "'scores' is one; got outputs: codes, score"),
        (named(scores=2), r"one score for each example, .*got \(16, 2\)"),
    ],
)
def test_outputs_of_a_discriminator(discriminator, message):
    with pytest.raises(ValueError, match=message):
        fit(discriminator=discriminator)


def test_a_generator_has_one_output():
    with pytest.raises(ValueError, match="The generator must return examples alone"):
        fit(generator=network(3, 2, 2))


@pytest.mark.parametrize(
    "last",
    [
        [keras.layers.Dense(1, "sigmoid")],
        [keras.layers.Dense(1), keras.layers.Activation("sigmoid")],
        [keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "sigmoid")])],
    ],
    ids=["of a dense layer", "of its own", "inside"],
)
def test_a_warning_of_a_sigmoid(last):
    with pytest.warns(UserWarning, match="ends in a sigmoid, but its scores are taken as raw ones"):
        ganzoo.GAN(network(3, 2), keras.Sequential([keras.Input((2,)), *last]), "normal")


def test_no_warning_of_other_discriminators(recwarn):
    ganzoo.GAN(network(3, 2), mlp.leaky_discriminator((2,), (4,)), "normal")
    ganzoo.GAN(network(3, 2, activation="sigmoid"), network(2, 1), "normal")
    assert not recwarn.list


def test_priors_by_name_are_of_the_generators_inputs():
    gan = fit(prior="uniform")
    assert isinstance(gan.prior, priors.Uniform) and gan.prior.dim == 3


@pytest.mark.parametrize(
    "prior, message",
    [
        ("norml", "Unknown prior 'norml'; did you mean 'normal'"),
        (None, "The prior is one of ganzoo.priors, such as .*; got None"),
        (3, "The prior is one of ganzoo.priors"),
        (priors.Normal(5), "The generator takes 3 latents, but its prior has 5"),
    ],
)
def test_priors_that_are_refused(prior, message):
    with pytest.raises(ValueError, match=message):
        fit(prior=prior)


@pytest.mark.cases(1)
@pytest.mark.parametrize("rate", [float("nan"), float("inf"), -1.0])
def test_learning_rates_of_optimizers(rate):
    gan = fit()
    with pytest.raises(
        ValueError, match="The learning rate of the discriminator's optimizer must be a number of at least 0"
    ):
        gan.compile(discriminator_optimizer=keras.optimizers.Adam(rate))


@pytest.mark.parametrize("momentum", [float("nan"), "x", 1, -0.5])
def test_momentum_of_averages(momentum):
    with pytest.raises(
        ValueError, match="The momentum of averages of the generator must be a number from 0 to below 1"
    ):
        fit(generator_ema=momentum)
