"""What penalties have in common, and how a round computes them."""

import typing

import keras
import tensorflow as tf

from ganzoo.arguments import check_number

Function = typing.Callable[[tf.Tensor], tf.Tensor]


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


class RoundPenalty(Penalty):
    """Base class of penalties that need more of a round than others are given, or that keep a state.

    A subclass defines `term` in place of being called. It needs a game whose rounds are `ganzoo.AdversarialRound`s.
    """

    reads_round = True

    def term(self, play, *arguments) -> tf.Tensor:
        """Computes the penalty in a round, a scalar.

        Args:
            play: the `ganzoo.AdversarialRound`.
            *arguments: what other penalties are called with; they end with the fakes and the seed.
        """
        raise NotImplementedError

    def make_state(self) -> keras.layers.Layer | None:
        """Returns a layer whose weights hold the penalty's state, or None if it has none.

        The game saves it with the model, and `play.game.penalty_states[name]` is that layer.
        """
        return None


def compute(penalty: typing.Callable[..., tf.Tensor], play, *arguments) -> typing.Any:
    """Computes a penalty in a round, a scalar or, of a lazy penalty, a `LazyTerm`.

    Args:
        penalty: the penalty.
        play: the `ganzoo.Round`.
        *arguments: what the penalty is called with; they end with the fakes and the seed.
    """
    return penalty.term(play, *arguments) if hasattr(penalty, "term") else penalty(*arguments)


def innermost(penalty: typing.Callable[..., tf.Tensor]) -> typing.Callable[..., tf.Tensor]:
    """Returns the penalty inside wrappers such as `Lazy`, or the penalty itself."""
    while hasattr(penalty, "penalty"):
        penalty = penalty.penalty
    return penalty


def reads_round(penalty: typing.Callable[..., tf.Tensor]) -> bool:
    """Returns whether a penalty, or the one inside a wrapper, is a `RoundPenalty`."""
    return getattr(innermost(penalty), "reads_round", False)


def make_states(*penalties: typing.Callable[..., tf.Tensor]) -> dict[str, keras.layers.Layer]:
    """Returns {name: state} for those penalties that have one."""
    makers = {one.__name__: getattr(innermost(one), "make_state", lambda: None) for one in penalties}
    states = {name: make() for name, make in makers.items()}
    return {name: state for name, state in states.items() if state is not None}
