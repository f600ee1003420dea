"""Boundary equilibrium GANs, Berthelot et al. (2017): a controller keeps the two players in balance."""

import typing

import keras
import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.distribution.global_batch import global_mean
from ganzoo.games.gan import GAN
from ganzoo.games.outputs import check_outputs, mean_scores
from ganzoo.losses.objectives import Objective
from ganzoo.priors import Prior


class BEGAN(GAN):
    """A game over L, the mean absolute reconstruction error of an autoencoder, over the global batch. The losses are

        L_D = L(x) - k L(G(z))    L_G = L(G(z))    k <- clip(k + gain * (gamma L(x) - L(G(z))), 0, 1), initially 0

    In equilibrium L(G(z)) = gamma L(x): a low `gamma` favours good samples, a high one diverse samples. The
    discriminator returns {"scores": (N, 1), "codes": (N, D)}; a score is -L of one example. The objective provides the
    generator's loss alone: that of "wasserstein" is L(G(z)). Further logs are `k`, and `convergence`,
    L(x) + |gamma L(x) - L(G(z))|, which decreases as training succeeds.

    Args:
        gamma: the diversity of the samples, above 0: the fakes' loss as a share of that of the real examples.
        gain: the rate at which k changes, .001 in the paper.
    """

    directions = GAN.directions | {"convergence": "min"}

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        prior: Prior,
        objective: str | Objective = "wasserstein",
        gamma: float = 0.75,
        gain: float = 0.001,
        **settings: typing.Any,
    ):
        super().__init__(generator, discriminator, prior, objective, **settings)
        check_outputs(discriminator, scores=1, codes=None)
        self.gamma, self.gain = check_number("gamma", gamma), check_number("gain", gain)
        self.k = self.add_weight(
            name="k", shape=(), initializer="zeros", trainable=False, aggregation="only_first_replica"
        )

    def discriminator_adversarial_terms(self, play):
        loss = self.k.value * tf.reduce_mean(play.fake_scores) - tf.reduce_mean(play.real_scores)
        return {"discriminator_adversarial": loss}

    def after_turn(self, turn, play):
        if "discriminator" not in turn.players:
            return
        real_loss, fake_loss = _losses(play)
        moved = self.k.value + self.gain * (self.gamma * real_loss - fake_loss)
        self.k.assign(tf.clip_by_value(moved, 0.0, 1.0))

    def extra_logs(self, play):
        real_loss, fake_loss = _losses(play)
        convergence = real_loss + tf.abs(self.gamma * real_loss - fake_loss)
        return mean_scores(play) | {"convergence": convergence, "k": self.k.value}

    def get_config(self):
        return {**super().get_config(), "gamma": self.gamma, "gain": self.gain}


def _losses(play) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns L(x) and L(G(z)) over the global batch."""
    return -global_mean(play.real_scores)[0], -global_mean(play.fake_scores)[0]
