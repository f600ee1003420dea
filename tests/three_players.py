"""A game of three players that NumPy can follow: a fox runs from a hound and a hunter. Every network is one matrix."""

import keras
import numpy as np
import tensorflow as tf

import ganzoo
from ganzoo.distribution.global_batch import lazy_property

PLAYERS = ("fox", "hound", "hunter")


class Field(ganzoo.Round):
    """Where everyone is: the fox starts from an example, the others from where it went."""

    @lazy_property
    def fox(self):
        return self.call("fox", self.real)

    def distance(self, player):
        return tf.reduce_mean(tf.reduce_sum(tf.square(self.call(player, self.fox) - self.fox), axis=1))


class Pursuit(ganzoo.Game):
    """The hound and the hunter come close to the fox, which stays near its earth."""

    round_type = Field

    def fox_terms(self, play):
        away = play.distance("hound") + play.distance("hunter")
        return {"fox_fear": -away, "fox_earth": tf.reduce_mean(tf.reduce_sum(tf.square(play.fox), axis=1))}

    def hound_terms(self, play):
        return {"hound_distance": play.distance("hound")}

    def hunter_terms(self, play):
        return {"hunter_distance": play.distance("hunter")}


def network(scale=0.5, seed=0):
    """A linear map of the plane."""
    start = keras.initializers.RandomNormal(stddev=scale, seed=seed)
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, use_bias=False, kernel_initializer=start)])


def players():
    return {name: network(seed=place) for place, name in enumerate(PLAYERS)}


def pursuit(turns=None, **settings):
    return Pursuit(players(), turns, **{"seed": 0} | settings)


def sgd(rate=0.1):
    return keras.optimizers.SGD(rate)


def examples(count=24):
    return np.random.default_rng(0).normal(size=(count, 2)).astype("float32")


def batches(batch_size=8, count=24):
    return tf.data.Dataset.from_tensor_slices(examples(count)).batch(batch_size)


def matrices(game):
    return {name: network.get_weights()[0] for name, network in game.players.items()}


def states(game):
    """Everything that a run depends on: weights, averages, step and the optimizers' variables."""
    optimizers = (game.optimizer_of(name).variables for name in game.players)
    return [variable.numpy() for variable in [*game.weights, *(one for own in optimizers for one in own)]]


def assert_same(one, other):
    ours, theirs = states(one), states(other)
    assert len(ours) == len(theirs)
    for left, right in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(left, right)
