"""Penalties that are computed only at every k-th update: the lazy regularization of Karras et al. (2020)."""

import typing

import keras
import tensorflow as tf


class LazyTerm(typing.NamedTuple):
    """A term of a loss that may have been skipped in this update.

    Attributes:
        loss: what the term adds to the loss, a scalar; 0 if it was skipped.
        total: the sum of the penalty's values over the updates in which it was computed, a scalar.
        computed: the number of those updates, a float scalar.
    """

    loss: tf.Tensor
    total: tf.Tensor
    computed: tf.Tensor

    def after(self, earlier: "LazyTerm | None") -> "LazyTerm":
        """Returns this term with the totals of an earlier one added, if there is one."""
        if earlier is None:
            return self
        return LazyTerm(self.loss, self.total + earlier.total, self.computed + earlier.computed)


@keras.saving.register_keras_serializable("ganzoo")
class Lazy:
    """A penalty that is computed only at every `every`-th update of its player, and multiplied by `every` there.

    Averaged over `every` updates, the loss is that of the penalty itself, at a fraction of the cost. The logged value
    is the mean of the penalty, not multiplied, over the updates in which it was computed. The training step determines
    which updates these are, so a resumed run continues with the same ones.

    Args:
        penalty: a penalty of `ganzoo.penalties`, or a function with the same arguments.
        every: an int of at least 1. Karras et al. (2020) use 16 for R1.

    Raises:
        ValueError: if `penalty` is lazy itself or not callable, or `every` is not an int of at least 1.
    """

    def __init__(self, penalty: typing.Callable[..., tf.Tensor], every: int = 16):
        if not isinstance(every, int) or isinstance(every, bool) or every < 1:
            raise ValueError(f"A lazy penalty's `every` must be an int of at least 1; got {every!r}.")
        if isinstance(penalty, Lazy) or not callable(penalty):
            raise ValueError(f"Lazy takes a penalty of ganzoo.penalties, or a function like one; got {penalty!r}.")
        self.penalty, self.every, self.__name__ = penalty, every, penalty.__name__

    def __call__(self, *arguments) -> tf.Tensor:
        """Computes the penalty itself, without the factor of `every`."""
        return self.penalty(*arguments)

    def term(self, play, *arguments) -> LazyTerm | tf.Tensor:
        """Returns the penalty's term for a round: a `LazyTerm` in training, the penalty itself in an evaluation.

        Args:
            play: a `ganzoo.Round`, whose `updates` decide whether the penalty is due.
            *arguments: the arguments of the penalty.
        """
        if play.updates is None:
            return self(*arguments)
        due = tf.equal(play.updates % self.every, 0)
        variables = [state for network in play.game.players.values() for state in network.non_trainable_variables]
        across_replicas = getattr(self.penalty, "across_replicas", False)
        value, changed = _compute_if(due, lambda: self(*arguments), variables, across_replicas)
        for variable, state in changed:
            variable.assign(state)
        return LazyTerm(self.every * value, value, tf.cast(due, tf.float32))

    def __eq__(self, other):
        return isinstance(other, Lazy) and (self.penalty, self.every) == (other.penalty, other.every)

    def __hash__(self):
        return hash((self.penalty, self.every))

    def get_config(self):
        return {"penalty": keras.saving.serialize_keras_object(self.penalty), "every": self.every}

    @classmethod
    def from_config(cls, config):
        return cls(keras.saving.deserialize_keras_object(config["penalty"]), config["every"])


def _compute_if(due, compute, variables, across_replicas):
    """Returns `compute()` if `due`, otherwise 0, and the assignments that it made: [(variable, new value)].

    Variables such as the moving averages of batch norm cannot be assigned inside a branch when there are several
    replicas, so their new values are returned from it. A penalty that reduces across replicas cannot run inside a
    branch at all: it is computed at every update and masked.
    """
    changed = []

    def computed():
        with keras.StatelessScope() as scope:
            value = tf.cast(compute(), tf.float32)
        changed[:] = [variable for variable in variables if scope.get_current_value(variable) is not None]
        return value, [scope.get_current_value(variable) for variable in changed]

    def skipped():
        return tf.constant(0.0), [tf.identity(variable.value) for variable in changed]

    if across_replicas and tf.distribute.get_strategy().num_replicas_in_sync > 1:
        value, states = tf.nest.map_structure(lambda *pair: tf.where(due, *pair), computed(), skipped())
    else:
        value, states = tf.cond(due, computed, skipped)
    return value, list(zip(changed, states, strict=True))
