"""What a discriminator says of the features that its trunk found.

A head is a function (features, dense) -> outputs: features are (N, D), and `dense(units)` makes a layer as the trunk's
are, for float32 outputs. The scores (N, 1) are unbounded; with further outputs, all are in a dict by name.
"""

from keras import layers


def scores(features, dense):
    """The scores alone."""
    return dense(1)(features)


def scores_and_logits(num_classes):
    """{"scores", "logits": (N, num_classes)}, Odena et al. (2017)."""
    return lambda features, dense: {"scores": dense(1)(features), "logits": dense(num_classes)(features)}


def scores_and_features(features, dense):
    """{"scores", "features": (N, D)}, for losses that compare features, as in Larsen et al. (2016)."""
    return {"scores": dense(1)(features), "features": features}


def means_and_log_variances(size):
    """{"means", "log_variances"}, each (N, size): a normal distribution for each example, as an encoder returns."""
    return lambda features, dense: {"means": dense(size)(features), "log_variances": dense(size)(features)}


def scores_and_codes(size, units=128):
    """{"scores", "codes": (N, size)}, the latter through a layer more of so many units, Chen et al. (2016)."""

    def head(features, dense):
        hidden = layers.LeakyReLU(0.1)(dense(units)(features))
        return {"scores": dense(1)(features), "codes": dense(size)(hidden)}

    return head
