"""Penalties: terms that are added to a player's loss, mostly on the gradient of the discriminator's score.

A penalty of the discriminator is a function (score, real, fake, seed) -> scalar: `score(images) -> (N, 1)` is the
discriminator in the context of the round, and `real` and `fake` are (N, *data_shape). A penalty of the generator is a
function (synthesize, latents, fake, seed) -> scalar: `synthesize(latents) -> (N, *data_shape)` is the generator in that
context, and `fake` is what it made of `latents` (N, latent_dim). Every penalty has a `__name__`, under which it is
logged, and is registered with Keras, so that a model that has it can be loaded.

Wherever a model takes penalties, the name of one here, such as "r1", stands for it, and "r1:5" for one of weight 5.

Means are over the examples of this replica, and noise belongs to an example of the global batch. With batch norm in the
discriminator the score of one example depends on the others, so its gradient is not its own: use layer norm or none.
"""

import types
import typing

import keras
import tensorflow as tf

from ganzoo import random_numbers
from ganzoo.arguments import check_number
from ganzoo.distribution.global_batch import global_mean, local_rows
from ganzoo.losses.lazy import Lazy as Lazy
from ganzoo.registry import Registry

Function = typing.Callable[[tf.Tensor], tf.Tensor]
AnyPenalty = typing.Callable[..., tf.Tensor]


def get(penalty: str | AnyPenalty) -> AnyPenalty:
    """Returns a penalty, given itself, or its name, and its weight if that is not the default.

    Raises ValueError for an unknown name, a weight that is not above 0, and an object that is not a function.

    >>> get("r1:5").weight, get("gradient_penalty").weight
    (5.0, 10.0)
    """
    if callable(penalty):
        return penalty
    if not isinstance(penalty, str):
        raise ValueError(
            "Penalties are functions, such as ganzoo.penalties.R1(10), or names of ganzoo.penalties with a weight, "
            f"such as 'r1:10'; got {penalty!r}."
        )
    name, _, weight = penalty.partition(":")
    known = _penalties[name.strip()]
    try:
        return known(float(weight)) if weight else known()
    except ValueError as error:
        raise ValueError(f"The weight of a penalty, as in 'r1:10', is a number above 0; got {penalty!r}.") from error


def check(penalties: str | AnyPenalty | typing.Iterable[str | AnyPenalty]) -> tuple[AnyPenalty, ...]:
    """Returns one penalty, or several, as a tuple; each may be a name, as for `get`.

    Raises ValueError if two would be logged under one name, or one could not be loaded with a model.
    """
    alone = isinstance(penalties, str) or not isinstance(penalties, typing.Iterable)
    penalties = tuple(map(get, (penalties,) if alone else penalties))
    names = [getattr(penalty, "__name__", None) for penalty in penalties]
    if None in names or len(set(names)) < len(names):
        raise ValueError(
            f"Each penalty needs a `__name__` of its own, under which it is logged; got {names}. (A variant with a "
            "penalty sets it through its `weight`.)"
        )
    for penalty in penalties:
        inner = penalty.penalty if isinstance(penalty, Lazy) else penalty
        known = inner if isinstance(inner, types.FunctionType) else type(inner)
        if keras.saving.get_registered_object(keras.saving.get_registered_name(known)) is None:
            raise ValueError(
                f"A model with the penalty {penalty.__name__!r} could not be loaded, because the penalty is not "
                "registered: decorate it with @keras.saving.register_keras_serializable()."
            )
    return penalties


def serialize(penalties: typing.Iterable[AnyPenalty]) -> list[dict]:
    """Returns the Keras configuration of each penalty."""
    return [keras.saving.serialize_keras_object(penalty) for penalty in penalties]


def compute_terms(penalties: typing.Iterable[AnyPenalty], play, *arguments) -> dict:
    """Computes the terms of a round, {name: scalar or `LazyTerm`}.

    Args:
        penalties: the penalties of one player.
        play: the `ganzoo.Round`, which has a seed for each penalty.
        *arguments: the arguments of the penalties, except for the seed.
    """
    terms = {}
    for index, penalty in enumerate(penalties):
        seed = play.seed_for(index)
        lazy = isinstance(penalty, Lazy)
        terms[penalty.__name__] = penalty.term(play, *arguments, seed) if lazy else penalty(*arguments, seed)
    return terms


class Penalty:
    """Base class of penalties with a `weight`, which must be above 0. Penalties of the same settings are equal."""

    def __init__(self, weight: float):
        self.weight = check_number("A penalty's weight", weight, "above 0")

    def __eq__(self, other):
        return type(self) is type(other) and self.get_config() == other.get_config()

    def __hash__(self):
        return hash((type(self), self.weight))

    def get_config(self) -> dict:
        return {"weight": self.weight}

    @classmethod
    def from_config(cls, config: dict) -> "Penalty":
        return cls(**config)


@keras.saving.register_keras_serializable("ganzoo")
class GradientPenalty(Penalty):
    """weight * E (|grad s(x')| - 1)^2 at x' = e x + (1 - e) G(z), Gulrajani et al. (2017), for WGAN-GP.

    e is uniform in [0, 1], one number for each example. The penalty is two-sided, as in the paper.
    """

    __name__ = "gradient_penalty"

    def __init__(self, weight: float = 10.0):
        super().__init__(weight)

    def __call__(self, score: Function, real: tf.Tensor, fake: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        share = _uniform(real, seed, per_example=True)
        return self.weight * tf.reduce_mean(tf.square(gradient_norms(score, share * real + (1 - share) * fake) - 1))


@keras.saving.register_keras_serializable("ganzoo")
class DRAGAN(Penalty):
    """weight * E (|grad s(x')| - 1)^2 around the data, at x' = x + e * sd(x) * u / 2, Kodali et al. (2017).

    e is uniform in [0, 1], one number for each example; u is uniform in [0, 1], one number for each coordinate; sd(x)
    is the standard deviation of all coordinates in the global batch, as in the authors' code.
    """

    __name__ = "dragan"
    across_replicas = True
    """Tells `Lazy` that the penalty reduces across replicas."""

    def __init__(self, weight: float = 10.0):
        super().__init__(weight)

    def __call__(self, score: Function, real: tf.Tensor, fake: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        axes = range(1, len(real.shape))  # two steps, since the order of one sum over all axes would not be fixed
        mean = global_mean(tf.reduce_mean(real, axes))
        deviation = tf.sqrt(global_mean(tf.reduce_mean(tf.square(real - mean), axes)))
        first, second = random_numbers.split(seed)
        noise = _uniform(real, first, per_example=True) * 0.5 * deviation * _uniform(real, second, per_example=False)
        return self.weight * tf.reduce_mean(tf.square(gradient_norms(score, real + noise) - 1))


@keras.saving.register_keras_serializable("ganzoo")
class R1(Penalty):
    """weight / 2 * E |grad s(x)|^2 at the data, Mescheder et al. (2018)."""

    __name__ = "r1"

    def __init__(self, weight: float = 10.0):
        super().__init__(weight)

    def __call__(self, score: Function, real: tf.Tensor, fake: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        return self.weight / 2 * tf.reduce_mean(squared_gradients(score, real))


@keras.saving.register_keras_serializable("ganzoo")
class JacobianClamping(Penalty):
    """A penalty of the generator that keeps the singular values of its Jacobian in a range, Odena et al. (2018).

        weight * E [max(Q - high, 0)^2 + min(Q - low, 0)^2]     Q = |G(z) - G(z')| / |z - z'|

    z' is z plus a random vector of length `epsilon`, one for each example. G(z) and G(z') are two batches, so batch
    norm in the generator normalises each with its own statistics.

    Args:
        weight: 1 in the paper.
        low, high: the range in which Q costs nothing; 1 and 20 in the paper.
        epsilon: the length of the step in latent space; 1 in the paper.

    Raises:
        ValueError: if the weight or epsilon is not above 0, or not 0 <= low < high.
    """

    __name__ = "jacobian_clamping"

    def __init__(self, weight: float = 1.0, low: float = 1.0, high: float = 20.0, epsilon: float = 1.0):
        super().__init__(weight)
        if not 0 <= low < high:
            raise ValueError(f"The range of Jacobian clamping must be 0 <= low < high; got {low} and {high}.")
        self.low, self.high = float(low), float(high)
        self.epsilon = check_number("The epsilon of Jacobian clamping", epsilon, "above 0")

    def __call__(self, synthesize: Function, latents: tf.Tensor, fake: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        shape = latents.shape[1:]
        noise = local_rows(lambda count: random_numbers.normal((count, *shape), seed), tf.shape(latents)[0])
        step = self.epsilon * tf.math.l2_normalize(noise, axis=range(1, len(latents.shape)))
        moved = synthesize(latents + step)
        ratios = _lengths(tf.cast(fake, tf.float32) - tf.cast(moved, tf.float32)) / _lengths(step)
        above, below = tf.nn.relu(ratios - self.high), tf.nn.relu(self.low - ratios)
        return self.weight * tf.reduce_mean(tf.square(above) + tf.square(below))

    def get_config(self) -> dict:
        return {**super().get_config(), "low": self.low, "high": self.high, "epsilon": self.epsilon}


_penalties = Registry("penalty function")
for _penalty in (GradientPenalty, DRAGAN, R1, JacobianClamping):
    _penalties.register(_penalty, vars(_penalty)["__name__"])


def squared_gradients(score: Function, images: tf.Tensor) -> tf.Tensor:
    """Computes |grad s(x)|^2 (N,) for each image x; its score must not depend on the other images.

    If each score is that of a pack of neighbouring images, it computes |grad s|^2 with respect to the whole pack,
    (number of packs,).
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


def gradient_norms(score: Function, images: tf.Tensor) -> tf.Tensor:
    """Computes |grad s(x)| (N,) for each image x, so that the gradient of the norm is finite even at 0."""
    return tf.sqrt(squared_gradients(score, images) + 1e-12)


def _lengths(differences):
    """Returns the lengths (N,) of differences (N, ...), whose gradient is finite even at 0."""
    return tf.sqrt(tf.reduce_sum(tf.square(differences), axis=range(1, len(differences.shape))) + 1e-12)


def _uniform(images, seed, per_example):
    """Draws noise in [0, 1] that broadcasts to images: one number per example, or one per coordinate."""
    shape = [1] * (len(images.shape) - 1) if per_example else images.shape[1:]
    return local_rows(lambda count: random_numbers.uniform((count, *shape), seed), tf.shape(images)[0])
