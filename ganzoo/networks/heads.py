"""Heads of discriminators: their last layers, which map features to outputs.

A head is a function (features, dense, score) -> outputs: the features are (N, D), `dense(units)` makes a dense layer of
the discriminator's kind with float32 outputs, and `score` is such a layer, for the scores. The scores (N, 1) are
unbounded; if there are further outputs, all of them are in a dict by name.
"""

import typing

from keras import layers

Dense = typing.Callable[[int], layers.Layer]
Head = typing.Callable[[typing.Any, Dense, layers.Layer], typing.Any]


def scores(features, dense: Dense, score: layers.Layer):
    """The head that outputs scores alone."""
    return score(features)


def scores_and_logits(num_classes: int) -> Head:
    """Returns a head with the outputs {"scores", "logits": (N, num_classes)}, as in Odena et al. (2017)."""
    return lambda features, dense, score: {"scores": score(features), "logits": dense(num_classes)(features)}


def scores_and_features(features, dense: Dense, score: layers.Layer):
    """The head with the outputs {"scores", "features": (N, D)}, for losses on features, as in Larsen et al. (2016)."""
    return {"scores": score(features), "features": features}


def means_and_log_variances(size: int) -> Head:
    """Returns the head of an encoder: {"means", "log_variances"}, each (N, size), of a normal distribution."""
    return lambda features, dense, score: {"means": dense(size)(features), "log_variances": dense(size)(features)}


def scores_and_codes(size: int, units: int = 128) -> Head:
    """Returns a head with the outputs {"scores", "codes": (N, size)}, as in Chen et al. (2016).

    The codes have a hidden layer of their own with `units` units.
    """

    def head(features, dense, score):
        hidden = layers.LeakyReLU(0.1)(dense(units)(features))
        return {"scores": score(features), "codes": dense(size)(hidden)}

    return head
