"""Heads of discriminators: their last layers, which map features to outputs.

A head is a function (features, dense, score) -> outputs: the features are (N, D), `dense(units)` makes a dense layer of
the discriminator's kind with float32 outputs, and `score` is such a layer, for the scores. The scores (N, 1) are
unbounded; if there are further outputs, all of them are in a dict by name.
"""

import typing

from keras import layers

Dense = typing.Callable[..., layers.Layer]
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


def projection_score(score: layers.Layer, dense: Dense, label) -> typing.Callable:
    """Returns the score of features h (N, D) and a label y, one-hot (N, K), as in Miyato & Koyama (2018).

    It is l(h) + e_y . h, where l is the layer `score`, and the embeddings e (K, D) are the kernel of a `dense` layer.
    In a discriminator that is given labels, every head takes it in place of `score`.
    """

    def score_with_label(features):
        embedding = dense(features.shape[-1], use_bias=False)(label)
        product = layers.Dot(axes=1, dtype="float32")([features, embedding])
        return layers.Add(dtype="float32")([score(features), product])

    return score_with_label
