"""What the players of a turn look at: the one argument of every loss."""

import tensorflow as tf

from ganzoo.distribution.global_batch import lazy_property, never_empty
from ganzoo.random_numbers import fold_in


class Round:
    """One share of a batch, and what the networks make of it.

    A game adds what its terms need as `lazy_property`s of a subclass, which it names as its `round_type`: each is
    computed once, on first use.

    Attributes:
        game: the `Game` that is played.
        real: the real examples (N, ...), as the game's `unpack` returned them.
        context: what goes with them, such as labels, or None.
        training: whether layers run in training mode.
        updates: how many moves this turn has had before, over the whole run, an int64 scalar; None in an evaluation.
    """

    def __init__(self, game, real, context, seed, training, updates=None):
        self.game, self.real, self.context = game, real, context
        self.seed, self.training, self.updates = seed, training, updates

    def seed_for(self, number):
        """Returns the seed of this round's `number`-th extra draw."""
        return fold_in(self.seed + [0, 1], number)

    def call(self, player, *inputs):
        """Returns what that player's network makes of the inputs, each (N, ...).

        Outside of training the network uses the averages of its parameters, if it keeps any.
        """
        network = self.game.players[player]
        return self._run(player, lambda *parts, training: network(_one_or_list(parts), training=training), *inputs)

    def _run(self, player, function, *inputs):
        with self.game.averaged(player, self.training):
            return never_empty(lambda *parts: function(*parts, training=self.training), *inputs)


class AdversarialRound(Round):
    """A round of a `GAN`: the latents drawn beside the real examples, the fakes, and what D says of both."""

    @lazy_property
    def latents(self):
        """What the generator starts from, (N, latent_dim)."""
        return self.game.sample_latents(self.real, self.context, self.seed)

    @lazy_property
    def fake(self):
        """The generator's examples, (N, *data_shape)."""
        return self.synthesize(self.latents)

    def with_fakes(self, fake):
        """Returns this round with other fakes, (N, *data_shape), of the same latents, and nothing else computed yet."""
        again = type(self)(self.game, self.real, self.context, self.seed, self.training, self.updates)
        vars(again).update(latents=self.latents, fake=fake)
        return again

    @lazy_property
    def real_outputs(self):
        """The discriminator's outputs for the real examples."""
        return self.discriminate(self.real)

    @lazy_property
    def fake_outputs(self):
        """The discriminator's outputs for the fakes."""
        return self.discriminate(self.fake)

    @property
    def real_scores(self):
        """The scores of the real examples, float32 (N, 1)."""
        return self._scores(self.real_outputs)

    @property
    def fake_scores(self):
        """The scores of the fakes, float32 (N, 1)."""
        return self._scores(self.fake_outputs)

    def score(self, images):
        """Returns the discriminator's scores of any images in this round's context, for penalties."""
        return self._scores(self.discriminate(images))

    def synthesize(self, latents):
        """Returns the generator's examples for any latents in this round's context."""
        return self._run(self.game.generator_player, self.game.synthesize, latents, self.context)

    def discriminate(self, images):
        """Returns the discriminator's outputs for any images in this round's context."""
        return self._run("discriminator", self.game.discriminate, images, self.context)

    def _scores(self, outputs):
        return tf.cast(self.game.scores(outputs), tf.float32)


def _one_or_list(parts):
    return parts[0] if len(parts) == 1 else list(parts)
