"""The regularization of a generator's path lengths, Karras et al. (2020): StyleGAN2."""

import keras
import tensorflow as tf

from ganzoo import random_numbers
from ganzoo.arguments import check_number
from ganzoo.distribution.global_batch import local_rows
from ganzoo.keras_internals import flat_layers
from ganzoo.losses.penalty_base import RoundPenalty


@keras.saving.register_keras_serializable("ganzoo")
class PathLength(RoundPenalty):
    """weight * E (a - a_bar)^2, a penalty of StyleGAN2's generator: steps in w should change images equally everywhere.

        a = sqrt(mean over layers of |d sum(G(w) * n) / sqrt(H W) / d w_layer|^2)    n ~ N(0, 1) for each value of G(w)

    a_bar is the moving mean of a, over the examples of all replicas, and part of the model's state. It starts at 0.
    Every second example of the batch takes part, so the examples are the same ones for any number of replicas if each
    has an even number. The authors' code differs in two points: it draws new latents, where this penalty takes those
    of the round, and it moves a_bar before it compares a with it, not afterwards.

    The generator needs a layer with the attribute `last`, its latest output (N, layers, D), such as
    `ganzoo.networks.style_mapping.StylesPerLayer`. The authors compute the penalty at every fourth update: `Lazy`.

    Args:
        weight: 2 in the authors' code.
        decay: the share of a_bar that each update replaces.

    Raises:
        ValueError: if the weight is not above 0, the decay is not from 0 to 1, or the generator has no such layer.
    """

    __name__ = "path_length"

    def __init__(self, weight: float = 2.0, decay: float = 0.01):
        super().__init__(weight)
        self.decay = check_number("The decay of a path length", decay, "from 0 to 1")

    def make_state(self) -> keras.layers.Layer:
        """Returns the layer that holds a_bar, its `mean`, which the game keeps among its penalties' states."""
        return _MeanLength()

    def term(self, play, *arguments) -> tf.Tensor:
        """Computes the penalty in a round, a scalar, and updates a_bar if the round is in training."""
        mean = play.game.penalty_states[self.__name__].mean
        lengths, before = path_lengths(play, arguments[-1]), tf.convert_to_tensor(mean)
        if play.training:
            mean.assign(before + self.decay * (tf.reduce_mean(tf.stop_gradient(lengths)) - before))
        return self.weight * tf.reduce_mean(tf.square(lengths - before))

    def get_config(self) -> dict:
        return {**super().get_config(), "decay": self.decay}


def path_lengths(play, seed: tf.Tensor) -> tf.Tensor:
    """Computes a, float32 (ceil(N / 2),), of every second example of a round.

    Raises ValueError if the generator has no layer with an attribute `last`.
    """
    layer = _styles_layer(play.game.players[play.game.generator_player])
    real, context = (None if rows is None else rows[::2] for rows in (play.real, play.context))
    half = type(play)(play.game, real, context, play.seed, play.training, play.updates)
    latents = play.latents[::2]
    count = tf.shape(latents)[0]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(latents)
        images = tf.cast(half.synthesize(latents), tf.float32)
        noise = local_rows(lambda number: random_numbers.normal((number, *images.shape[1:]), seed), count)
        total = tf.reduce_sum(images * noise) / (images.shape[1] * images.shape[2]) ** 0.5
    slopes = tf.cast(tape.gradient(total, layer.last), tf.float32)[:count]
    return tf.sqrt(tf.reduce_mean(tf.reduce_sum(tf.square(slopes), axis=2), axis=1) + 1e-12)


def _styles_layer(generator):
    found = [layer for layer in flat_layers(generator) if hasattr(layer, "last")]
    if not found:
        raise ValueError(
            "The path length is that of StyleGAN2's generator: build one with ganzoo.networks.stylegan2, or leave the "
            "penalty out."
        )
    return found[0]


class _MeanLength(keras.layers.Layer):
    """a_bar. The mean over replicas is taken by the variable, so that `Lazy` may skip the penalty on several."""

    def __init__(self):
        super().__init__(name="path_length", dtype="float32", trainable=False)
        self.mean = self.add_weight(name="mean", shape=(), initializer="zeros", trainable=False, aggregation="mean")
        self.built = True
