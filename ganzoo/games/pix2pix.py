"""Isola et al. (2017): translation learnt from examples of one domain that have their own in the other."""

import tensorflow as tf

from ganzoo.distribution.global_batch import local_rows
from ganzoo.games.gan import GAN
from ganzoo.games.image_pairs import Translating
from ganzoo.random_numbers import normal


class Pix2Pix(Translating, GAN):
    """G from A to B as a game on pairs [a | b] (N, H, W, 2C), side by side: D tells [a | b] from [a | G(a)].

    The generator maps latents [a | z], z standard normal, to [a | G(a)]; the paper's G learnt to ignore such noise, and
    the zoo's does not look at it. With |.| the mean absolute difference, its loss is

        generator_adversarial + l1 * |G(a) - b|        the second is the term l1

    Args:
        prior: a `models.memory.Album`, from whose pairs `sample` starts: it keeps the first that it is trained on.
        l1: weight of that term; 0 leaves it out.
    """

    targets = ("b",)

    def __init__(self, generator, discriminator, prior, objective="non_saturating", l1=100.0, **settings):
        super().__init__(generator, discriminator, prior, objective, **settings)
        self.l1 = l1

    def sample_latents(self, real, context, seed):
        a, b = tf.split(real, 2, axis=-1)
        noise = local_rows(lambda count: normal((count, *b.shape[1:]), seed), tf.shape(real)[0])
        return tf.concat([a, noise], axis=-1)

    def generator_adversarial_terms(self, play):
        terms = super().generator_adversarial_terms(play)
        if self.l1:
            terms["l1"] = self.l1 * 2 * tf.reduce_mean(tf.abs(play.fake - play.real))  # of halves one is equal
        return terms

    def get_config(self):
        return {**super().get_config(), "l1": self.l1}
