"""Games in which one player makes examples from latents: what sampling needs, regardless of the other players."""

import functools

import keras
import numpy as np
import tensorflow as tf

from ganzoo import arguments, priors
from ganzoo.distribution.global_batch import local_rows
from ganzoo.execution.graphs import graph_function
from ganzoo.games.game import Game
from ganzoo.games.outputs import example_shape, within_range
from ganzoo.games.pictures import PlotsSamples
from ganzoo.games.truncation import truncated_sample
from ganzoo.random_numbers import seed_or_new
from ganzoo.training import given_data
from ganzoo.training.validation import check_images, image_faults


def check_request(count, seed, batch_size):
    """Returns the seed for `sample`, a new one for None; raises ValueError for impossible arguments."""
    arguments.check_count("`count`", count)
    arguments.check_count("`batch_size`", batch_size)
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
        network = self.players[self.generator_player]
        if getattr(network, "output_shape", None) is None:  # a subclass of keras.Model does not know it
            return tuple(self.sample(1, seed=0).shape[1:])
        return example_shape(network, self.generator_player)

    # Hooks.

    def find_prior(self, prior):
        """Returns a prior of the generator's inputs, given itself or its name; raises ValueError for anything else."""
        shapes = getattr(self.players[self.generator_player], "input_shape", None)
        first = shapes[0] if isinstance(shapes, list) else shapes
        dim = first[1] if isinstance(first, tuple) and len(first) == 2 else None
        found = priors.get(prior, dim)
        if dim is not None and dim != getattr(found, "dim", dim):
            raise ValueError(f"The {self.generator_player} takes {dim} latents, but its prior has {found.dim}.")
        return found

    def check(self, data, whole=False):
        check_images(keras.utils.unpack_x_y_sample_weight(data)[0], self.data_shape)

    def check_inputs(self, x):
        """Raises ValueError for arrays that are no latents (N, prior.dim), with a context if `sample` takes labels."""
        if not given_data.is_arrays(x) and not isinstance(x, (list, tuple)):
            return  # a dataset
        latents = x[0] if isinstance(x, (list, tuple)) else x
        if self.is_conditional and latents is x or np.shape(latents)[1:] != (self.prior.dim,):
            inputs = (
                f"[latents (N, {self.prior.dim}), labels (N,)]" if self.is_conditional else f"(N, {self.prior.dim})"
            )
            raise ValueError(
                f"`predict` maps latents {inputs} to examples; got {arguments.shown(np.shape(latents))}: take "
                "gan.prior.sample(16, seed=0), or gan.sample(16)."
            )

    def find_faults(self, data):
        return image_faults(keras.utils.unpack_x_y_sample_weight(data)[0])

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

    def sample(self, count=None, labels=None, seed=None, batch_size=256, truncation=None):
        """Returns `count` examples, float32 (count, *data_shape), images in [-1, 1].

        Equal seeds give equal examples; without a seed, each call gives new ones. A conditional variant takes labels:
        one for all examples, or one for each, of which there are then as many by default. A label is the number of a
        class or, where the model has `class_names`, its name. Without labels, the examples are of each class in turn.

        With a `truncation`, the examples are better but less diverse. If the generator has styles, those are
        mean + truncation * (style - mean), so that 1 changes nothing; otherwise normal latents are drawn from
        [-truncation, truncation]. Raises ValueError for a truncation of other generators.
        """
        count = np.size(labels) if count is None and labels is not None else count
        seed = check_request(count, seed, batch_size)
        if truncation is not None:
            return truncated_sample(self, truncation, count, labels, seed, batch_size)
        latents, context = self.prior.sample(count, seed), self.sample_context(count, labels)
        return self.in_batches(self._sampler, latents if context is None else (latents, context), batch_size)

    @functools.cached_property
    def _sampler(self):
        return graph_function(lambda inputs: within_range(self(inputs, training=False)))
