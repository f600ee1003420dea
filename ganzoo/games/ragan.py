"""Relativistic average GANs, Jolicoeur-Martineau (2018): the discriminator compares real examples with fakes."""

import typing

import keras
import tensorflow as tf

from ganzoo.distribution.global_batch import global_mean
from ganzoo.games.gan import GAN
from ganzoo.games.outputs import mean_scores
from ganzoo.losses.objectives import Objective
from ganzoo.priors import Prior


class RelativisticGAN(GAN):
    """A game in which each score counts relative to the mean score of the other kind over the global batch.

        L_D = L(s(x) - E s(G(z)), s(G(z)) - E s(x))        L_G = L(s(G(z)) - E s(x), s(x) - E s(G(z)))

    L(real, fake) is the discriminator's loss of the objective, so both players learn from real examples and fakes. It
    is RaSGAN with the objective "minimax" or "non_saturating", and RaLSGAN with "least_squares": with the paper's
    targets, 1 and -1, scores twice as large have four times these losses and a constant, and so play the same game. A
    score alone means nothing, so `value` is not logged, and `real_score` and `fake_score` are raw.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        prior: Prior,
        objective: str | Objective = "minimax",
        **settings: typing.Any,
    ):
        super().__init__(generator, discriminator, prior, objective, **settings)
        if self.top_k is not None:
            raise ValueError("top_k ranks fakes alone, but these scores are relative to real examples: leave it out.")

    def generator_adversarial_terms(self, play):
        real, fake = _relative_scores(play)
        return {"generator_adversarial": self.objective.discriminator(fake, real)}

    def discriminator_adversarial_terms(self, play):
        return {"discriminator_adversarial": self.objective.discriminator(*_relative_scores(play))}

    def extra_logs(self, play):
        return mean_scores(play)


def _relative_scores(play) -> tuple[tf.Tensor, tf.Tensor]:
    real, fake = play.real_scores, play.fake_scores
    return real - global_mean(fake), fake - global_mean(real)
