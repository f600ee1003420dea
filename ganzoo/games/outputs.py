"""Outputs of networks: a check of their names and shapes, and the logs of scores that are no probabilities."""

import warnings

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


def scores_of(outputs) -> tf.Tensor:
    """Returns the scores among a discriminator's outputs: the only one, or "scores" of a dict.

    Raises ValueError for several outputs without names, a dict without "scores", and scores that are not one for each
    example, (N, 1), or for each patch, (N, h, w, 1).
    """
    if isinstance(outputs, (list, tuple)) or (isinstance(outputs, dict) and "scores" not in outputs):
        got = ", ".join(sorted(outputs)) if isinstance(outputs, dict) else f"{len(outputs)} of them without names"
        raise ValueError(
            f"A discriminator returns scores alone, or a dict of outputs of which 'scores' is one; got outputs: {got}."
        )
    scores = outputs["scores"] if isinstance(outputs, dict) else outputs
    if len(scores.shape) < 2 or scores.shape[-1] != 1:
        raise ValueError(
            "A discriminator returns one score for each example, (N, 1), or for each patch, (N, h, w, 1), so its last "
            f"layer has one unit; got {tuple(scores.shape)}."
        )
    return scores


def warn_of_sigmoid(discriminator: keras.Model) -> None:
    """Warns of a discriminator whose only output ends in a sigmoid, as losses take raw scores."""
    last, outputs = discriminator, getattr(discriminator, "output", None)
    while getattr(last, "layers", None) and not isinstance(outputs, (dict, list)):
        last = last.layers[-1]
    if getattr(last, "activation", None) is keras.activations.sigmoid:
        warnings.warn(
            f"The {discriminator.name} ends in a sigmoid, but its scores are taken as raw ones (logits): leave out the "
            "activation of its last layer.",
            stacklevel=3,
        )


def input_shape(network: keras.Model) -> tuple[int | None, ...]:
    """Returns the shape (N, ...) of a built network's one input, also if it is a subclass of keras.Model."""
    return tuple(getattr(network, "input_shape", None) or network.get_build_config()["input_shape"])


def example_shape(network: keras.Model, player: str) -> tuple[int, ...]:
    """Returns the shape of one example that a network makes, also if it is a subclass of keras.Model with one input.

    Raises ValueError if the network has several outputs.
    """
    shape = getattr(network, "output_shape", None)
    if shape is None:
        shape = tuple(network(tf.zeros((1, *input_shape(network)[1:])), training=False).shape)
    if not isinstance(shape, tuple) or any(isinstance(side, tuple) for side in shape):
        raise ValueError(f"The {player} must return examples alone, (N, ...), but has several outputs: choose one.")
    return shape[1:]


def mean_scores(play: AdversarialRound) -> dict[str, tf.Tensor]:
    """Returns the mean raw scores as `real_score` and `fake_score`, for games in which no score is a probability."""
    return {"real_score": tf.reduce_mean(play.real_scores), "fake_score": tf.reduce_mean(play.fake_scores)}


def within_range(examples: tf.Tensor) -> tf.Tensor:
    """Clips images (N, H, W, C) to [-1, 1], which a generator without tanh may leave; returns vectors as they are."""
    return tf.clip_by_value(examples, -1.0, 1.0) if len(examples.shape) == 4 else examples
