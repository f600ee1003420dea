"""Heads of discriminators: their last layers, which map features to outputs.

A head is a function (features, dense) -> outputs: the features are (N, D), and `dense(units)` makes a dense layer of
the discriminator's kind with float32 outputs. The scores (N, 1) are unbounded; if there are further outputs, all of
them are in a dict by name.
"""

import typing

from keras import layers

Head = typing.Callable[[typing.Any, typing.Callable[[int], layers.Layer]], typing.Any]


def scores(features, dense: typing.Callable[[int], layers.Layer]):
    """The head that outputs scores alone."""
    return dense(1)(features)


def scores_and_logits(num_classes: int) -> Head:
    """Returns a head with the outputs {"scores", "logits": (N, num_classes)}, as in Odena et al. (2017)."""
    return lambda features, dense: {"scores": dense(1)(features), "logits": dense(num_classes)(features)}


def scores_and_features(features, dense: typing.Callable[[int], layers.Layer]):
    """The head with the outputs {"scores", "features": (N, D)}, for losses on features, as in Larsen et al. (2016)."""
    return {"scores": dense(1)(features), "features": features}


def means_and_log_variances(size: int) -> Head:
    """Returns the head of an encoder: {"means", "log_variances"}, each (N, size), of a normal distribution."""
    return lambda features, dense: {"means": dense(size)(features), "log_variances": dense(size)(features)}


def scores_and_codes(size: int, units: int = 128) -> Head:
    """Returns a head with the outputs {"scores", "codes": (N, size)}, as in Chen et al. (2016).

    The codes have a hidden layer of their own with `units` units.
    """

    def head(features, dense):
        hidden = layers.LeakyReLU(0.1)(dense(units)(features))
        return {"scores": dense(1)(features), "codes": dense(size)(hidden)}

    return head
