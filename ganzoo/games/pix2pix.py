"""Isola et al. (2017): translation learnt from images of one domain and what each becomes in the other."""

import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.distribution.global_batch import gather_rows
from ganzoo.games.gan import GAN
from ganzoo.games.image_translation import ImageTranslation
from ganzoo.games.sampling import check_request


class Pix2Pix(ImageTranslation, GAN):
    """G from A to B, in batches {"a": images, "b": images} that belong together; D tells (a, b) from (a, G(a)).

    The real examples are those of B, in the context of those of A, which are G's latents too: the paper's G learnt to
    ignore noise. With |.| the mean absolute difference, G minimises

        generator_adversarial + l1 * |G(a) - b|        where the second term is logged as l1

    Args:
        generator: a built Keras model from images (N, H, W, C) of A to images of B, in [-1, 1].
        discriminator: a built Keras model from {"a": images, "b": images} to scores (N, ...), one for each patch, for
            instance.
        prior: a `RealImageBuffer`, which keeps the first images of A that the game is trained on, for `sample`.
        l1: weight of that term; 0 leaves it out.
    """

    targets = ("b",)

    def __init__(self, generator, discriminator, prior, objective="non_saturating", l1=100.0, **settings):
        super().__init__(generator, discriminator, prior, objective, **settings)
        self.l1 = check_number("l1", l1)

    def unpack(self, data):
        pairs, _ = super().unpack(data)
        return pairs["b"], pairs["a"]

    def sample_latents(self, real, context, seed):
        return context

    def discriminate(self, images, context, training):
        return self.discriminator({"a": context, "b": images}, training=training)

    def generator_adversarial_terms(self, play):
        terms = super().generator_adversarial_terms(play)
        if self.l1:
            terms["l1"] = self.l1 * tf.reduce_mean(tf.abs(play.fake - play.real))
        return terms

    def after_turn(self, turn, play):
        if "discriminator" in turn.players:
            self.prior.update(gather_rows(play.context))
        super().after_turn(turn, play)

    def call(self, inputs, training=False):
        """Maps {"a": images} to {"b": their translations}."""
        with self.averaged("generator", training):
            return {"b": self.synthesize(inputs["a"], None, training)}

    def sample(self, count, labels=None, seed=None, batch_size=256):
        """Returns {"a": images that the model keeps, "b": their translations}, float32 (count, H, W, C)."""
        seed = check_request(count, seed, batch_size)
        self.sample_context(count, labels)
        images = self.prior.sample(count, seed)
        return {"a": images.numpy(), "b": self.translate(images, batch_size=batch_size)}

    def get_config(self):
        return {**super().get_config(), "l1": self.l1}
