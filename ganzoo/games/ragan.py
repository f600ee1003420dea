"""Jolicoeur-Martineau (2018): is a real example more real than a fake?"""

import dataclasses

import tensorflow as tf

from ganzoo.distribution.global_batch import global_mean
from ganzoo.games.gan import GAN
from ganzoo.losses import objectives


class RelativisticGAN(GAN):
    """Both players' scores are compared with the other kind's mean over the global batch, the relativistic average.

        L_D = L(s(x) - E s(G(z)), s(G(z)) - E s(x))        L_G = L(s(G(z)) - E s(x), s(x) - E s(G(z)))

    L(real, fake) is the objective's loss for D, so that both players learn from real and fake: RaSGAN with "minimax" or
    "non_saturating", RaLSGAN with "least_squares". Scores alone mean nothing, so the logs have no V.
    """

    def __init__(self, generator, discriminator, prior, objective="minimax", **settings):
        objective = dataclasses.replace(objectives.get(objective), readout=tf.identity, value=None)
        super().__init__(generator, discriminator, prior, objective, **settings)

    def generator_adversarial_terms(self, play):
        real, fake = _relative(play)
        return {"generator_adversarial": self.objective.discriminator(fake, real)}

    def discriminator_adversarial_terms(self, play):
        return {"discriminator_adversarial": self.objective.discriminator(*_relative(play))}


def _relative(play):
    real, fake = play.real_scores, play.fake_scores
    return real - global_mean(fake), fake - global_mean(real)
