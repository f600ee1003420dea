"""Exponential averages of a network's parameters, which often make better samples than the parameters themselves."""

import contextlib
import typing

import keras
import tensorflow as tf

from ganzoo.keras_internals import parameters
from ganzoo.schedules import HalfLife, check_momentum
from ganzoo.training.compiling import has_moved


class Averages(keras.layers.Layer):
    """Exponential averages of a network's parameters, which are saved with the model and not used in training.

    A momentum that is a number has a warm-up: after t updates it is min(`momentum`, (1 + t) / (10 + t)), so that the
    averages soon forget the initial parameters. (`use_ema` of Keras's optimizers has no such warm-up, and replaces the
    parameters by the averages when `fit` ends, so that two fits differ from one longer fit.) Before the first update,
    the averages are the parameters themselves, for instance those of `load_weights`.

    Args:
        parameters: the parameters; `values` has their averages in the same order, as float32 variables.
        momentum: from 0 to below 1, for instance .999; or a `ganzoo.schedules.HalfLife`.

    Raises:
        ValueError: for another momentum.
    """

    def __init__(self, parameters: typing.Iterable[keras.Variable], momentum: float | HalfLife, **arguments):
        super().__init__(dtype="float32", trainable=False, **arguments)
        self.momentum = check_momentum("The momentum of averages", momentum)
        shared = {"trainable": False, "aggregation": "only_first_replica"}
        parameters = list(parameters)
        self.parameters = lambda: parameters  # as an attribute they would become variables of this layer
        self.values = [self.add_weight(shape=p.shape, initializer="zeros", **shared) for p in parameters]
        self.updates = self.add_weight(shape=(), dtype="int64", initializer="zeros", **shared)
        self.built = True

    def start(self) -> None:
        """Sets the averages to the current parameters, unless there were updates already."""
        if int(self.updates.numpy()) == 0:
            for value, parameter in zip(self.values, self.parameters(), strict=True):
                value.assign(parameter.value)

    def restart(self) -> None:
        """Sets the averages to the current parameters, and forgets all updates."""
        self.updates.assign(0)
        self.start()

    def update(
        self, images_seen: tf.Tensor | int = 0, images: tf.Tensor | int = 1, moved: bool | tf.Tensor = True
    ) -> None:
        """Moves the averages towards the parameters after a step of their optimizer.

        Args:
            images_seen: the number of images that the game saw before this step.
            images: the number of images of this step.
            moved: whether the optimizer has changed the parameters.
        """
        self.updates.assign_add(tf.cast(moved, self.updates.dtype))
        if isinstance(self.momentum, HalfLife):
            momentum = self.momentum.after(images_seen, images)
        else:
            count = tf.cast(self.updates.value, tf.float32)  # t + 1
            momentum = tf.minimum(self.momentum, count / (9 + count))
        rate = (1 - momentum) * tf.cast(moved, tf.float32)
        for value, parameter in zip(self.values, self.parameters(), strict=True):
            value.assign_add(rate * (tf.cast(parameter.value, tf.float32) - value.value))

    def current(self) -> list[tuple[keras.Variable, tf.Tensor]]:
        """Returns each parameter with its average."""
        new = tf.equal(self.updates.value, 0)
        pairs = [(parameter, average.value) for parameter, average in zip(self.parameters(), self.values, strict=True)]
        return [(one, tf.where(new, tf.cast(one.value, value.dtype), value)) for one, value in pairs]

    def swapped_in(self) -> keras.StatelessScope:
        """Returns a context in which layers read the averages instead of their parameters."""
        return keras.StatelessScope(self.current())

    def copy_of(self, network: keras.Model) -> keras.Model:
        """Returns a copy of the network that these are averages of, with the averages as its parameters."""
        self.start()
        if hasattr(network, "inputs"):
            copy = keras.models.clone_model(network)
        else:  # a subclass of keras.Model
            copy = type(network).from_config(network.get_config())
            copy.build_from_config(network.get_build_config())
        copy.set_weights(network.get_weights())
        places = {id(variable): place for place, variable in enumerate(network.variables)}
        for parameter, value in zip(self.parameters(), self.values, strict=True):
            copy.variables[places[id(parameter)]].assign(value.value)
        return copy


def make_averages(players: dict[str, keras.Model], momenta: dict[str, float | None]) -> dict[str, Averages]:
    """Returns {player: its averages} for the players with a momentum."""
    return {
        player: Averages(parameters(players[player]), momentum, name=f"{player}_averages")
        for player, momentum in momenta.items()
        if momentum is not None
    }


class KeepsAverages:
    """Mixed into a model whose `averages` are {player: Averages}."""

    def start_averages(self):
        """Sets averages without updates to the current parameters."""
        for averages in self.averages.values():
            averages.start()

    def restart_averages(self, player):
        """Sets that player's averages to its current parameters, for instance after `load_weights` of its network.

        Raises ValueError if the player keeps no averages.
        """
        self._averages_of(player).restart()

    def update_averages(self, player, images_seen, images):
        """Updates that player's averages, if it keeps any, after a step of its optimizer; see `Averages.update`."""
        if player in self.averages:
            moved = has_moved(self.optimizer_of(player))
            self.averages[player].update(images_seen, images, moved)

    def averaged(self, player, training=False):
        """Returns a context in which that player's network uses its averages, unless it keeps none or is training."""
        if training or player not in self.averages:
            return contextlib.nullcontext()
        return self.averages[player].swapped_in()

    def averaged_network(self, player):
        """Returns a copy of that player's network with its averages as parameters, for instance to export it.

        Raises ValueError if the player keeps no averages.
        """
        return self._averages_of(player).copy_of(getattr(self, player))

    def _averages_of(self, player):
        if player not in self.averages:
            raise ValueError(f"The {player} keeps no averages: create the model with {player}_ema=.999, for instance.")
        return self.averages[player]
