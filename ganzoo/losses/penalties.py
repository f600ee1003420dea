"""Penalties: terms that are added to a player's loss, mostly on the gradient of the discriminator's score.

A penalty of the discriminator is a function (score, real, fake, seed) -> scalar: `score(images) -> (N, 1)` is the
discriminator in the context of the round, and `real` and `fake` are (N, *data_shape). A penalty of the generator is a
function (synthesize, latents, fake, seed) -> scalar: `synthesize(latents) -> (N, *data_shape)` is the generator in that
context, and `fake` is what it made of `latents` (N, latent_dim). Every penalty has a `__name__`, under which it is
logged, and is registered with Keras, so that a model that has it can be loaded.

Wherever a model takes penalties, the name of one here, such as "r1", stands for it, and "r1:5" for one of weight 5.

`Lazy` and `Scheduled` take a penalty: one computes it at every k-th update, the other changes its weight during
training. A `RoundPenalty` reads the round itself, and may keep a state.

Means are over the examples of this replica, and noise belongs to an example of the global batch. With batch norm in the
discriminator the score of one example depends on the others, so its gradient is not its own: use layer norm or none.
"""

import types
import typing

import keras
import tensorflow as tf

from ganzoo.losses.consistency import Consistency, FakeConsistency, LatentConsistency, LatentDiversity
from ganzoo.losses.gradient_penalties import DRAGAN, R1, R2, GradientPenalty
from ganzoo.losses.jacobian_clamping import JacobianClamping
from ganzoo.losses.lazy import Lazy as Lazy
from ganzoo.losses.lecam import LeCam
from ganzoo.losses.path_length import PathLength
from ganzoo.losses.penalty_base import Penalty as Penalty
from ganzoo.losses.penalty_base import RoundPenalty as RoundPenalty
from ganzoo.losses.penalty_base import compute, innermost, reads_round
from ganzoo.losses.penalty_base import make_states as make_states
from ganzoo.losses.scheduled import Scheduled as Scheduled
from ganzoo.registry import Registry

AnyPenalty = typing.Callable[..., tf.Tensor]


def get(penalty: str | AnyPenalty) -> AnyPenalty:
    """Returns a penalty, given itself, or its name, and its weight if that is not the default.

    Raises ValueError for an unknown name, a weight that is not above 0, and an object that is not a function.

    >>> get("r1:5").weight, get("gradient_penalty").weight
    (5.0, 10.0)
    """
    if callable(penalty) or hasattr(penalty, "term"):
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


def check(
    penalties: str | AnyPenalty | typing.Iterable[str | AnyPenalty], with_rounds: bool = True
) -> tuple[AnyPenalty, ...]:
    """Returns one penalty, or several, as a tuple; each may be a name, as for `get`.

    Raises ValueError if two would be logged under one name, if one could not be loaded with a model, or if one is a
    `RoundPenalty` and not `with_rounds`.
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
        inner = innermost(penalty)
        if reads_round(penalty) and not with_rounds:
            raise ValueError(f"The penalty {penalty.__name__!r} needs a game of one generator and one discriminator.")
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
        terms[penalty.__name__] = compute(penalty, play, *arguments, play.seed_for(index))
    return terms


_penalties = Registry("penalty function")
for _penalty in (
    GradientPenalty,
    DRAGAN,
    R1,
    R2,
    LeCam,
    Consistency,
    FakeConsistency,
    LatentConsistency,
    LatentDiversity,
    JacobianClamping,
    PathLength,
):
    _penalties.register(_penalty, vars(_penalty)["__name__"])
