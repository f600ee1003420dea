"""What could not be loaded after training is named before it."""

import keras
import pytest
import tensorflow as tf
from keras import layers

import ganzoo
from ganzoo import penalties, priors


class UnknownLayer(layers.Dense):
    pass


class UnknownConstraint(keras.constraints.Constraint):
    def __call__(self, weights):
        return weights


class UnknownPrior(priors.Normal):
    pass


class UnknownOptimizer(keras.optimizers.SGD):
    pass


class UnknownSchedule(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.1

    def get_config(self):
        return {}


class UnknownPenalty(penalties.Penalty):
    __name__ = "unknown"

    def __call__(self, score, real, fake, seed):
        return tf.reduce_mean(score(real))


def unknown_function(x):
    return x


def unknown_penalty(score, real, fake, seed):
    return tf.reduce_mean(score(real))


def discriminator(layer=None):
    inputs = keras.Input((2,))
    return keras.Model(inputs, layers.Dense(1)(inputs if layer is None else layer(inputs)))


def make(layer=None, prior=None, **settings):
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    return ganzoo.GAN(generator, discriminator(layer), prior or priors.Normal(2), **settings)


def nested():
    inputs = keras.Input((2,))
    return keras.Model(inputs, UnknownLayer(2)(inputs))


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (lambda: UnknownLayer(2), "UnknownLayer is not registered"),
        (lambda: layers.Dense(2, activation=unknown_function), "unknown_function is not registered"),
        (lambda: layers.Dense(2, kernel_constraint=UnknownConstraint()), "UnknownConstraint is not registered"),
        (lambda: layers.Lambda(lambda x: x), "it holds a lambda, whose Python code is never loaded"),
        (nested, "UnknownLayer is not registered"),
    ],
)
def test_a_network_with_something_unregistered_brings_a_warning(layer, name):
    with pytest.warns(UserWarning, match=f"A saved model with this discriminator could not be loaded, because {name}"):
        make(layer())


def test_registered_and_built_in_parts_bring_none(recwarn):
    make(layers.Dense(2, "relu", kernel_constraint=ganzoo.losses.constraints.Clip(0.1), kernel_regularizer="l2"))
    with keras.saving.custom_object_scope({"UnknownLayer": UnknownLayer}):
        make(UnknownLayer(2))
    assert not recwarn.list


@pytest.mark.parametrize("prior", [UnknownPrior(2), priors.Codes(UnknownPrior(1), continuous=1)])
def test_an_unregistered_prior_is_refused(prior):
    with pytest.raises(ValueError, match="this prior could not be loaded, because UnknownPrior is not registered"):
        make(prior=prior)


@pytest.mark.parametrize("player", ["generator", "discriminator"])
@pytest.mark.parametrize(
    ("optimizer", "name"),
    [
        (lambda: UnknownOptimizer(0.1), "UnknownOptimizer"),
        (lambda: keras.optimizers.SGD(UnknownSchedule()), "UnknownSchedule"),
    ],
)
def test_an_unregistered_optimizer_or_schedule_is_refused_by_compile(player, optimizer, name):
    gan = make()
    with pytest.raises(ValueError, match=f"this {player}_optimizer could not be loaded, because {name} is not reg"):
        gan.compile(**{f"{player}_optimizer": optimizer()})


@pytest.mark.parametrize("argument", ["penalties", "generator_penalties"])
@pytest.mark.parametrize(
    "penalty",
    [
        unknown_penalty,
        UnknownPenalty(1.0),
        penalties.Lazy(unknown_penalty),
        penalties.Lazy(UnknownPenalty(1.0)),
        lambda *arguments: 0.0,
    ],
)
def test_an_unregistered_penalty_is_refused(argument, penalty):
    with pytest.raises(ValueError, match="A model with the penalty .* could not be loaded.* decorate it"):
        make(**{argument: penalty})
