"""Terms that are computed at every k-th update alone, as in Karras et al. (2020), "lazy regularization"."""

import typing

import keras
import tensorflow as tf


class LazyTerm(typing.NamedTuple):
    """A term of a loss that may not have been computed in this update.

    Attributes:
        loss: what counts in the loss, a scalar; 0 if it was not computed.
        total: the sum of the term over the updates in which it was computed.
        computed: how many updates that is, a float scalar.
    """

    loss: tf.Tensor
    total: tf.Tensor
    computed: tf.Tensor

    def after(self, earlier):
        """Returns this term with the totals of an earlier one (or None) added."""
        if earlier is None:
            return self
        return LazyTerm(self.loss, self.total + earlier.total, self.computed + earlier.computed)


@keras.saving.register_keras_serializable("ganzoo")
class Lazy:
    """Computes a penalty at every `every`-th update of its player alone, weighted by `every`.

    The loss is the same in expectation, at a fraction of the cost. The log is the mean of the penalty over the updates
    in which it was computed. Which updates these are follows from the training step, so it survives a resume.

    Args:
        penalty: a penalty of `ganzoo.penalties`, or a function of the same arguments.
        every: an int of at least 1; Karras et al. take 16 for R1.
    """

    def __init__(self, penalty, every=16):
        if not isinstance(every, int) or isinstance(every, bool) or every < 1:
            raise ValueError(f"A lazy penalty's `every` is an int of at least 1; got {every!r}.")
        if isinstance(penalty, Lazy) or not callable(penalty):
            raise ValueError(f"Lazy takes a penalty of ganzoo.penalties, or a function like one; got {penalty!r}.")
        self.penalty, self.every, self.__name__ = penalty, every, penalty.__name__

    def __call__(self, *arguments):
        """Returns the penalty itself."""
        return self.penalty(*arguments)

    def term(self, play, *arguments):
        """Returns the penalty as a term of a round: a `LazyTerm` in training, the penalty itself in an evaluation."""
        if play.updates is None:
            return self(*arguments)
        due = tf.equal(play.updates % self.every, 0)
        variables = [state for network in play.game.players.values() for state in network.non_trainable_variables]
        across_replicas = getattr(self.penalty, "across_replicas", False)
        value, changed = _computed_if(due, lambda: self(*arguments), variables, across_replicas)
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


def _computed_if(due, compute, variables, across_replicas):
    """Returns (value or 0, [(variable, its new value)]) for variables that `compute` assigns, such as batch statistics.

    What is assigned is carried out of the branch, since replicas cannot agree on an assignment inside one. A penalty
    that reduces across replicas cannot run inside a branch either: it is computed at every update, and masked.
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
