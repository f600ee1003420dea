"""Terms of the discriminator's loss on its gradient by its input: (score, real, fake, seed) -> scalar.

`score(images) -> (N, 1)` is the discriminator in the round's context, `real` and `fake` are (N, *data_shape). Means are
over the replica's examples, noise belongs to an example of the global batch. A discriminator with batch norm has no
gradient of one example alone: leave it out, or take layer norm.
"""

import types

import keras
import tensorflow as tf

from ganzoo import random_numbers
from ganzoo.distribution.global_batch import global_mean, local_rows
from ganzoo.losses.lazy import Lazy as Lazy


def checked(penalties):
    """A tuple of one or more of them; raises ValueError where two would be logged under one name."""
    penalties = (penalties,) if callable(penalties) else tuple(penalties)
    names = [getattr(penalty, "__name__", None) for penalty in penalties]
    if None in names or len(set(names)) < len(names):
        raise ValueError(
            f"Each penalty needs a `__name__` of its own, under which it is logged; got {names}. That of a variant is "
            "set by its `weight`."
        )
    return penalties


def serialized(penalties):
    """Their Keras configs; raises ValueError where one could not be loaded again."""
    for penalty in penalties:
        known = penalty if isinstance(penalty, types.FunctionType) else type(penalty)
        if keras.saving.get_registered_object(keras.saving.get_registered_name(known)) is None:
            raise ValueError(
                f"A model with the penalty {penalty.__name__!r} cannot be saved, as nothing could load it: decorate "
                "it with @keras.saving.register_keras_serializable()."
            )
    return [keras.saving.serialize_keras_object(penalty) for penalty in penalties]


def terms(penalties, play, *arguments):
    """Returns the penalties' terms of a round, {name: scalar or LazyTerm}; the arguments are those before the seed."""
    found = {}
    for index, penalty in enumerate(penalties):
        seed = play.seed_for(index)
        lazy = isinstance(penalty, Lazy)
        found[penalty.__name__] = penalty.term(play, *arguments, seed) if lazy else penalty(*arguments, seed)
    return found


class Penalty:
    """The base of penalties: a `weight`, and a `__name__` under which the term is logged."""

    def __init__(self, weight):
        if not weight > 0:
            raise ValueError(f"A penalty's weight is above 0; got {weight}.")
        self.weight = float(weight)

    def __eq__(self, other):
        return type(self) is type(other) and self.weight == other.weight

    def __hash__(self):
        return hash((type(self), self.weight))

    def get_config(self):
        return {"weight": self.weight}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


@keras.saving.register_keras_serializable("ganzoo")
class GradientPenalty(Penalty):
    """weight * E (|grad s(x')| - 1)^2 at x' = e x + (1 - e) G(z), Gulrajani et al. (2017), for WGAN-GP.

    e is uniform in [0, 1], one for each example. Two-sided, as in the paper.
    """

    __name__ = "gradient_penalty"

    def __init__(self, weight=10.0):
        super().__init__(weight)

    def __call__(self, score, real, fake, seed):
        share = _uniform(real, seed, each=True)
        return self.weight * tf.reduce_mean(tf.square(gradient_norms(score, share * real + (1 - share) * fake) - 1))


@keras.saving.register_keras_serializable("ganzoo")
class DRAGAN(Penalty):
    """weight * E (|grad s(x')| - 1)^2 round the data, x' = x + e * sd(x) * u / 2, Kodali et al. (2017).

    e is uniform in [0, 1], one for each example, u in [0, 1], one for each number, sd(x) the standard deviation of all
    numbers of the global batch, as in the authors' code.
    """

    __name__ = "dragan"
    across_replicas = True

    def __init__(self, weight=10.0):
        super().__init__(weight)

    def __call__(self, score, real, fake, seed):
        axes = range(1, len(real.shape))  # in two steps: a sum over all at once has its terms in any order
        moments = global_mean(tf.stack([tf.reduce_mean(part, axes) for part in (real, tf.square(real))], axis=1))
        deviation = tf.sqrt(tf.maximum(moments[1] - tf.square(moments[0]), 0))
        first, second = random_numbers.split(seed)
        away = _uniform(real, first, each=True) * 0.5 * deviation * _uniform(real, second, each=False)
        return self.weight * tf.reduce_mean(tf.square(gradient_norms(score, real + away) - 1))


@keras.saving.register_keras_serializable("ganzoo")
class R1(Penalty):
    """weight / 2 * E |grad s(x)|^2 at the data alone, Mescheder et al. (2018)."""

    __name__ = "r1"

    def __init__(self, weight=10.0):
        super().__init__(weight)

    def __call__(self, score, real, fake, seed):
        return self.weight / 2 * tf.reduce_mean(squared_gradients(score, real))


def squared_gradients(score, images):
    """|grad s(x)|^2 (N,) of each image: scores of others must not depend on it.

    Where a score is of a pack of neighbours, |grad s|^2 by the whole pack (number of packs,).
    """
    with tf.GradientTape() as tape:
        tape.watch(images)
        scores = score(images)
        total = tf.reduce_sum(scores)
    gradients = tape.gradient(total, images)
    squares = tf.reduce_sum(tf.square(gradients), axis=range(1, len(images.shape)))
    count, packs = (tf.maximum(tf.shape(one)[0], 1) for one in (images, scores))
    each = -(-count // packs)
    filled = tf.pad(squares, [[0, each * packs - tf.shape(squares)[0]]])
    return tf.reduce_sum(tf.reshape(filled, (packs, each)), axis=1)[: tf.shape(scores)[0]]


def gradient_norms(score, images):
    """|grad s(x)| (N,), whose own gradient is finite at 0 too."""
    return tf.sqrt(squared_gradients(score, images) + 1e-12)


def _uniform(images, seed, each):
    """Noise in [0, 1]: one number for `each` image, or one for each of its numbers."""
    shape = [1] * (len(images.shape) - 1) if each else images.shape[1:]
    return local_rows(lambda count: random_numbers.uniform((count, *shape), seed), tf.shape(images)[0])
