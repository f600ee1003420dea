"""Checks of players and data, before any time is spent on tracing or training."""

import math
import warnings

import keras
import numpy as np
import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.execution.batches import EMPTY
from ganzoo.keras_internals import flat_layers
from ganzoo.registry import nearest
from ganzoo.schedules import check_momentum
from ganzoo.serializable import why_not_loadable

LARGEST = 1.001
"""The largest absolute value of images in [-1, 1], with room for rounding."""


def check_players(model: keras.Model, players: dict[str, keras.Model], averages: dict[str, float | None]) -> None:
    """Checks the players of a game before they become attributes of its model.

    Warns of a player that could not be loaded once it is saved, for instance because its class is not registered.

    Args:
        model: the model that they will belong to.
        players: {name: network}.
        averages: {name: momentum} of the players that keep averages.

    Raises:
        TypeError: if a player is not a built Keras model.
        ValueError: if there are no players, two of them are one network, the model has an attribute of a player's name,
            or `averages` names an unknown player or holds a momentum outside of [0, 1).
    """
    if not players:
        raise ValueError("A game needs at least one player: players={'name': network}.")
    for name, network in players.items():
        if not isinstance(network, keras.Model) or not network.built:
            raise TypeError(f"The {name} must be a built Keras model; got {type(network).__name__}.")
        if not network.variables and not all(layer.built for layer in flat_layers(network)):
            raise TypeError(f"The {name} has layers without weights: call it on a batch first, which builds them.")
        if not name.isidentifier() or hasattr(model, name):
            raise ValueError(f"A player cannot be called {name!r}, which is taken: choose another name.")
    networks = list(players.items())
    for place, (name, network) in enumerate(networks):
        for other, its_network in networks[:place]:
            if network is its_network:
                raise ValueError(f"The players {other!r} and {name!r} are one network: clone it for one of them.")
    for name in averages:
        if name not in players:
            raise ValueError(nearest("player", name, players))
        if averages[name] is not None:
            check_momentum(f"The momentum of averages of the {name}", averages[name])
    for name, network in networks:
        if reason := why_not_loadable(network):
            warnings.warn(f"A saved model with this {name} could not be loaded, because {reason}.", stacklevel=2)


def check_learning_rates(optimizers: dict[str, dict]) -> None:
    """Raises ValueError for an optimizer, {player: its configuration}, with a constant rate that is not at least 0."""
    for player, optimizer in optimizers.items():
        inner = optimizer["config"].get("inner_optimizer") or optimizer
        rate = inner["config"].get("learning_rate")
        if isinstance(rate, float):
            check_number(f"The learning rate of the {player}'s optimizer", rate)


def check_images(images, data_shape: tuple[int, ...]) -> None:
    """Checks that a batch, or a whole array, has the shape (N, *data_shape) and finite floats, in [-1, 1] for images.

    Images may also be uint8, which stand for x / 127.5 - 1.

    Warns of images that were probably scaled to [0, 1]: floats without negative values, and uint8 up to 1.

    Raises:
        ValueError: with the cure, for another shape, dtype or range, and for no examples.
    """
    data_shape = tuple(data_shape)
    if not isinstance(images, (np.ndarray, tf.Tensor, tf.Variable)) or images.dtype == object:
        got = "Python objects" if isinstance(images, np.ndarray) else f"a {type(images).__name__}"
        raise ValueError(
            f"The data must be dense arrays or tensors of numbers (N, *{data_shape}); got {got}: convert them to one "
            "NumPy array of floats."
        )
    if tuple(images.shape) == data_shape:
        raise ValueError(f"The dataset yields single examples {data_shape}: batch it, with dataset.batch(100) say.")
    if tuple(images.shape[1:]) != data_shape:
        raise ValueError(
            f"The model was made for data_shape={data_shape}, but the data has shape {tuple(images.shape)}: create it "
            "with the data's shape, or resize the data."
        )
    if images.shape[0] == 0:
        raise ValueError(EMPTY)
    if images.dtype == np.uint8 and len(data_shape) == 3:
        if np.max(images) == 1:
            warnings.warn(
                "Images of uint8 are in [0, 255], and these only in [0, 1], where all is nearly black: map them with "
                "2.0 * x - 1.",
                stacklevel=2,
            )
        return
    if not tf.as_dtype(images.dtype).is_floating:
        raise ValueError(
            f"The data is {tf.as_dtype(images.dtype).name} but must be float, or uint8 for images: map images from "
            "[0, 255] to [-1, 1] with x / 127.5 - 1."
        )
    low, high = np.min(images), np.max(images)  # NaN if any value is
    if not np.isfinite([low, high]).all():
        raise ValueError("The data holds NaN or infinite values: remove those examples first.")
    if len(data_shape) == 3 and (low < -LARGEST or high > LARGEST):
        raise ValueError(
            f"Images must be in [-1, 1], but these go from {low:g} to {high:g}: map them with x / 127.5 - 1 "
            "if they are in [0, 255], or with 2 * x - 1 if they are in [0, 1]."
        )
    if len(data_shape) == 3 and 0 <= low < high <= 1:
        warnings.warn(
            f"Images should be in [-1, 1], with black at -1, and these go from {low:g} to {high:g}: if black is 0, map "
            "them with 2 * x - 1.",
            stacklevel=2,
        )


def image_faults(examples: tf.Tensor, kind: str = "examples") -> dict[str, tf.Tensor]:
    """Returns which examples of a batch hold NaN, infinite values or, of images, others outside [-1, 1].

    It is the part of `check_images` that a graph can do for each batch: {sentence: booleans (N,)}, as
    `Game.find_faults` returns them. Images of uint8 have no faults.
    """
    if examples.dtype == tf.uint8:
        return {}
    flat = tf.reshape(examples, (tf.shape(examples)[0], math.prod(examples.shape[1:])))
    if len(examples.shape) != 4:
        fine = tf.math.is_finite(flat)
        sentence = f"{{}} of {{}} {kind} in later batches hold NaN or infinite values: remove those examples first."
    else:
        fine = (flat >= -LARGEST) & (flat <= LARGEST)
        sentence = (
            f"{{}} of {{}} {kind} in later batches hold NaN or values outside of [-1, 1]: remove those with NaN, and "
            "map all images alike, with x / 127.5 - 1 if they are in [0, 255]."
        )
    return {sentence: ~tf.reduce_all(fine, axis=1)}
