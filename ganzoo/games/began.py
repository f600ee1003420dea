"""Berthelot et al. (2017): how much an autoencoder heeds fakes is steered, so that neither player wins."""

import dataclasses

import tensorflow as tf

from ganzoo.distribution.global_batch import global_mean
from ganzoo.games.gan import GAN
from ganzoo.games.outputs import check_outputs
from ganzoo.losses import objectives


class BEGAN(GAN):
    """L_D = L(x) - k L(G(z))    L_G = L(G(z))    k <- clip(k + gain * (gamma L(x) - L(G(z))), 0, 1), k = 0 at first

    L is the mean absolute error of an autoencoder, over the global batch. In equilibrium L(G(z)) = gamma L(x): a low
    `gamma` favours good samples, a high one diverse ones. The discriminator returns {"scores": (N, 1), "codes": (N,
    D)}, a score being -L of one example. The objective defines G's part alone: Wasserstein's is L(G(z)). Further logs:
    `k`, and `convergence`, L(x) + |gamma L(x) - L(G(z))|, which falls as training goes well.
    """

    def __init__(self, generator, discriminator, prior, objective="wasserstein", gamma=0.75, gain=0.001, **settings):
        objective = dataclasses.replace(objectives.get(objective), readout=tf.identity, value=None)  # no probability
        super().__init__(generator, discriminator, prior, objective, **settings)
        check_outputs(discriminator, scores=1, codes=None)
        self.gamma, self.gain = gamma, gain
        self.k = self.add_weight(
            name="k", shape=(), initializer="zeros", trainable=False, aggregation="only_first_replica"
        )

    def discriminator_adversarial_terms(self, play):
        loss = self.k.value * tf.reduce_mean(play.fake_scores) - tf.reduce_mean(play.real_scores)
        return {"discriminator_adversarial": loss}

    def after_turn(self, turn, play):
        if "discriminator" not in turn.players:
            return
        loss, fake_loss = _losses(play)
        moved = self.k.value + self.gain * (self.gamma * loss - fake_loss)
        self.k.assign(tf.clip_by_value(moved, 0.0, 1.0))

    def extra_logs(self, play):
        loss, fake_loss = _losses(play)
        return super().extra_logs(play) | {
            "convergence": loss + tf.abs(self.gamma * loss - fake_loss),
            "k": self.k.value,
        }

    def get_config(self):
        return {**super().get_config(), "gamma": self.gamma, "gain": self.gain}


def _losses(play):
    """L(x) and L(G(z)), of the global batch."""
    return -global_mean(play.real_scores)[0], -global_mean(play.fake_scores)[0]
