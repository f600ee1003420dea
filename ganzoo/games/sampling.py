"""Games in which one player makes examples from latents: what sampling needs, regardless of the other players."""

import functools

import keras
import tensorflow as tf

from ganzoo.distribution.global_batch import local_rows
from ganzoo.games.game import Game
from ganzoo.games.pictures import PlotsSamples
from ganzoo.games.turn import is_count
from ganzoo.random_numbers import seed_or_new
from ganzoo.training.validation import check_images


def check_request(count, seed, batch_size):
    """Returns the seed for `sample`, a new one for None; raises ValueError for impossible arguments."""
    for name, number in (("count", count), ("batch_size", batch_size)):
        if not is_count(number):
            raise ValueError(f"`{name}` is an int of at least 1; got {number!r}.")
    return seed_or_new(seed)


class SamplingGame(PlotsSamples, Game):
    """A game with a `prior`, and with one player who maps its latents to examples. A subclass sets the prior."""

    generator_player = "generator"
    """The name of the player who makes the examples."""
    is_conditional = False
    """Whether `sample` takes labels."""

    @property
    def data_shape(self):
        """The shape of one example: (H, W, C) for images, (D,) for vectors."""
        shape = getattr(self.players[self.generator_player], "output_shape", None)
        return tuple((shape or self.sample(1, seed=0).shape)[1:])  # a subclass of keras.Model does not know its shape

    # Hooks.

    def check(self, data, whole=False):
        check_images(keras.utils.unpack_x_y_sample_weight(data)[0], self.data_shape)

    def sample_latents(self, real, context, seed):
        """Draws latents, one row for each real example."""
        return local_rows(lambda count: self.prior.sample(count, seed), tf.shape(real)[0])

    def synthesize(self, latents, context, training):
        """Calls the player who makes the examples."""
        return self.players[self.generator_player](latents, training=training)

    def sample_context(self, count, labels):
        """Returns the context in which `sample` makes `count` images with these labels."""
        if labels is not None:
            raise ValueError(f"{self.name} is unconditional: sample takes no labels; use a conditional variant.")

    # Making examples.

    def averaged_network(self, player=None):
        """Returns a copy of that player's network, by default the generator's, with its averages as parameters.

        Raises ValueError if the player keeps no averages.
        """
        return super().averaged_network(player or self.generator_player)

    def call(self, inputs, training=False):
        """Maps latents (N, latent_dim), or a pair of latents and context, to data (N, *data_shape)."""
        latents, context = inputs if isinstance(inputs, (tuple, list)) else (inputs, None)
        with self.averaged(self.generator_player, training):
            return self.synthesize(latents, context, training)

    def sample(self, count, labels=None, seed=None, batch_size=256):
        """Returns `count` examples, float32 (count, *data_shape), images in [-1, 1].

        Equal seeds give equal examples; without a seed, each call gives new ones.
        """
        seed = check_request(count, seed, batch_size)
        latents, context = self.prior.sample(count, seed), self.sample_context(count, labels)
        return self.in_batches(self._sampler, latents if context is None else (latents, context), batch_size)

    @functools.cached_property
    def _sampler(self):
        return tf.function(lambda inputs: self(inputs, training=False), reduce_retracing=True, autograph=False)
