"""Outputs of networks: a check of their names and shapes, and the logs of scores that are no probabilities."""

import keras
import tensorflow as tf

from ganzoo.games.round import AdversarialRound


def check_outputs(network: keras.Model, player: str = "discriminator", /, **sizes: int | None) -> None:
    """Checks that a player's network returns a dict of outputs (N, size) with these names; a size of None allows any.

    The outputs of a subclass of keras.Model are unknown here. Raises ValueError if an output is missing or has another
    shape.
    """
    if not hasattr(network, "output"):
        return
    outputs = network.output
    shapes = {name: tuple(output.shape) for name, output in outputs.items()} if isinstance(outputs, dict) else {}
    for name, size in sizes.items():
        shape = shapes.get(name, ())
        if len(shape) != 2 or size not in (None, shape[1]):
            wanted = ", ".join(f"{name!r}: (N, {size or 'D'})" for name, size in sizes.items())
            found = ", ".join(f"{name!r}: {shape}" for name, shape in shapes.items()) or "no names"
            raise ValueError(
                f"The {player} must return a dict of outputs with the shapes {{{wanted}}}; it has {found}."
            )


def input_shape(network: keras.Model) -> tuple[int | None, ...]:
    """Returns the shape (N, ...) of a built network's one input, also if it is a subclass of keras.Model."""
    return tuple(getattr(network, "input_shape", None) or network.get_build_config()["input_shape"])


def output_shape(network: keras.Model) -> tuple[int | None, ...]:
    """Returns the shape (N, ...) of the output of a built network with one input, also if it is a subclass."""
    shape = getattr(network, "output_shape", None)
    return tuple(shape or network(tf.zeros((1, *input_shape(network)[1:])), training=False).shape)


def mean_scores(play: AdversarialRound) -> dict[str, tf.Tensor]:
    """Returns the mean raw scores as `real_score` and `fake_score`, for games in which no score is a probability."""
    return {"real_score": tf.reduce_mean(play.real_scores), "fake_score": tf.reduce_mean(play.fake_scores)}
