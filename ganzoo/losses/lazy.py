"""Penalties that are computed only at every k-th update: the lazy regularization of Karras et al. (2020)."""

import typing

import keras
import tensorflow as tf

from ganzoo.arguments import check_count
from ganzoo.keras_internals import flat_layers
from ganzoo.losses.penalty_base import compute, innermost, reads_round


class LazyTerm(typing.NamedTuple):
    """A term of a loss that may have been skipped in this update.

    Attributes:
        loss: what the term adds to the loss of a move, a scalar; 0 if it was skipped.
        total: the sum of the penalty's values over the moves in which it was computed, a scalar.
        computed: the number of those moves, a float scalar.
        losses: the sum of `loss` over all moves, a scalar.
        moves: the number of all moves.
    """

    loss: tf.Tensor
    total: tf.Tensor
    computed: tf.Tensor
    losses: tf.Tensor
    moves: int = 1

    @property
    def mean_loss(self) -> tf.Tensor:
        """The mean of `loss` over all moves, a scalar."""
        return self.losses / self.moves

    def after(self, earlier: "LazyTerm | None") -> "LazyTerm":
        """Returns this term with the totals of an earlier one added, if there is one."""
        if earlier is None:
            return self
        sums = [mine + its for mine, its in zip(self[1:], earlier[1:], strict=True)]
        return LazyTerm(self.loss, *sums)


@keras.saving.register_keras_serializable("ganzoo")
class Lazy:
    """A penalty that is computed only at every `every`-th move of its turn, and multiplied by `every` there.

    Averaged over `every` updates, the loss is that of the penalty itself, at a fraction of the cost. The logged value
    is the mean of the penalty, not multiplied, over the updates in which it was computed. The training step determines
    which updates these are, so a resumed run continues with the same ones.

    Args:
        penalty: a penalty of `ganzoo.penalties`, or a function with the same arguments.
        every: an int of at least 1. Karras et al. (2020) use 16 for R1.

    Raises:
        ValueError: if `penalty` is lazy itself, not callable or without a name, or `every` is not an int of at least 1.
    """

    def __init__(self, penalty: typing.Callable[..., tf.Tensor], every: int = 16):
        every = check_count("A lazy penalty's `every`", every)
        known = callable(penalty) or hasattr(penalty, "term")
        if isinstance(penalty, Lazy) or not known or not hasattr(penalty, "__name__"):
            raise ValueError(
                f"Lazy takes a penalty of ganzoo.penalties, or a function like one; got a {type(penalty).__name__}."
            )
        self.penalty, self.every, self.__name__ = penalty, every, penalty.__name__

    def term(self, play, *arguments) -> LazyTerm | tf.Tensor:
        """Returns the penalty's term for a round: a `LazyTerm` in training, the penalty itself in an evaluation.

        Args:
            play: a `ganzoo.Round`, whose `updates` decide whether the penalty is due.
            *arguments: the arguments of the penalty; they must end with the fakes and the seed.
        """
        if play.updates is None:
            return compute(self.penalty, play, *arguments)
        *first, fake, seed = arguments
        due = tf.equal(play.updates % self.every, 0)
        stateful = [*play.game.players.values(), *getattr(play.game, "penalty_states", {}).values()]
        compute_if_due = masked if self._must_always_run(stateful) else branched

        def value_for(fake):
            again = play.with_fakes(fake) if reads_round(self.penalty) else play
            return tf.cast(compute(self.penalty, again, *first, fake, seed), tf.float32)

        value = compute_if_due(due, value_for, fake, stateful)
        loss, value = self.every * value, tf.stop_gradient(value)
        return LazyTerm(loss, value, tf.cast(due, tf.float32), tf.stop_gradient(loss))

    def _must_always_run(self, networks):
        """Whether the penalty or a layer reduces across replicas, which is impossible inside a branch."""
        if tf.distribute.get_strategy().num_replicas_in_sync == 1:
            return False
        layers = [layer for network in networks for layer in flat_layers(network)]
        return any(
            getattr(one, "across_replicas", False) or getattr(one, "synchronized", False)
            for one in (innermost(self.penalty), *layers)
        )

    def __eq__(self, other):
        return isinstance(other, Lazy) and (self.penalty, self.every) == (other.penalty, other.every)

    def __hash__(self):
        return hash((self.penalty, self.every))

    def get_config(self):
        return {"penalty": keras.saving.serialize_keras_object(self.penalty), "every": self.every}

    @classmethod
    def from_config(cls, config):
        return cls(keras.saving.deserialize_keras_object(config["penalty"]), config["every"])


def branched(due, value_for, fake, networks):
    """Returns `value_for(fake)` if `due`, otherwise 0, without computing anything.

    The gradient is taken inside the branch, since XLA cannot differentiate a branch if the batch size is unknown. It is
    taken by the parameters of all networks, and by the fakes, which depend on the generator's parameters themselves.
    Variables that `value_for` assigns, such as the moving averages of batch norm, cannot be assigned inside a branch
    when there are several replicas, so their new values are returned from it.
    """
    parameters, states = _variables(networks)
    reached, changed = [], []

    def computed():
        inputs = [tf.identity(fake), *(parameter.value for parameter in parameters)]
        with tf.GradientTape(watch_accessed_variables=False) as tape, keras.StatelessScope() as scope:
            tape.watch(inputs)
            value = value_for(inputs[0])
        slopes = tape.gradient(value, inputs)
        sources = [fake, *parameters]
        reached[:] = [source for source, slope in zip(sources, slopes, strict=True) if slope is not None]
        changed[:] = [state for state in states if scope.get_current_value(state) is not None]
        dense = [tf.convert_to_tensor(slope) for slope in slopes if slope is not None]  # an embedding's is sparse
        return value, dense, _current(changed, scope)

    def skipped():
        zeros = [tf.zeros_like(tf.convert_to_tensor(source)) for source in reached]
        return tf.constant(0.0), zeros, [tf.identity(state.value) for state in changed]

    value, slopes, current = tf.cond(due, computed, skipped)
    for state, new in zip(changed, current, strict=True):
        state.assign(new)
    value = tf.stop_gradient(value)
    for source, slope in zip(reached, slopes, strict=True):  # adds 0, with the gradient of the branch
        here = tf.convert_to_tensor(source)
        value += tf.reduce_sum(tf.cast(tf.stop_gradient(slope) * (here - tf.stop_gradient(here)), tf.float32))
    return value


def masked(due, value_for, fake, networks):
    """Returns `value_for(fake)` if `due`, otherwise 0; computes it at every update."""
    states = _variables(networks)[1]
    with keras.StatelessScope() as scope:
        value = value_for(fake)
    for state in states:
        if scope.get_current_value(state) is not None:
            state.assign(tf.where(due, scope.get_current_value(state), state.value))
    return tf.where(due, value, 0.0)


def _variables(networks):
    """Returns the trainable and the other variables of all players, each once even if players share a layer."""
    variables = {id(variable): variable for network in networks for variable in network.variables}.values()
    parameters = [variable for variable in variables if variable.trainable]
    return parameters, [variable for variable in variables if not variable.trainable]


def _current(variables, scope):
    return [scope.get_current_value(variable) for variable in variables]
