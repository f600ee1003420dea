"""What a variant's terms may ask for."""

import tensorflow as tf

from ganzoo.distribute import computed_once, never_empty
from ganzoo.draws import fold_in


class Round:
    """One round: a batch, the latents drawn beside it and what the players make of both, each computed on first use."""

    def __init__(self, gan, real, context, seed, training):
        self.gan, self.real, self.context, self.seed, self.training = gan, real, context, seed, training

    @computed_once
    def latents(self):
        return self.gan.sample_latents(self.real, self.context, self.seed)

    def seed_for(self, number):
        """A seed for what else is drawn in this round, another one for each number."""
        return fold_in(self.seed + [0, 1], number)

    @computed_once
    def fake(self):
        with self.gan.averaged("generator", self.training):
            return never_empty(self._synthesize, self.latents, self.context)

    @computed_once
    def real_outputs(self):
        return self._outputs(self.real)

    @computed_once
    def fake_outputs(self):
        return self._outputs(self.fake)

    @property
    def real_scores(self):
        return self._scores(self.real_outputs)

    @property
    def fake_scores(self):
        return self._scores(self.fake_outputs)

    def score(self, images):
        """The discriminator's scores of any images in this round's context, for penalties."""
        return self._scores(self._outputs(images))

    def _outputs(self, images):
        with self.gan.averaged("discriminator", self.training):
            return never_empty(self._discriminate, images, self.context)

    def _synthesize(self, latents, context):
        return self.gan.synthesize(latents, context, self.training)

    def _discriminate(self, images, context):
        return self.gan.discriminate(images, context, self.training)

    def _scores(self, outputs):
        return tf.cast(self.gan.scores(outputs), tf.float32)
