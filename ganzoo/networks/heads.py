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


def scores_and_codes(size, units=128):
    """{"scores", "codes": (N, size)}, the latter through a layer more of so many units, Chen et al. (2016)."""

    def head(features, dense):
        hidden = layers.LeakyReLU(0.1)(dense(units)(features))
        return {"scores": dense(1)(features), "codes": dense(size)(hidden)}

    return head
