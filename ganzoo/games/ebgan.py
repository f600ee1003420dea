"""Zhao et al. (2017): the discriminator is an autoencoder, and its error an energy, low where data are."""

import dataclasses

import tensorflow as tf

from ganzoo.distribution.global_batch import all_reduce_sum
from ganzoo.games.gan import GAN
from ganzoo.games.outputs import check_outputs
from ganzoo.losses import objectives


class EBGAN(GAN):
    """L_D = E(x) + max(0, margin - E(G(z)))    L_G = E(G(z)) + pulling_away * PT, means over the batch

    PT is the mean, over pairs of different fakes of the global batch, of the squared cosine between their codes. The
    discriminator returns {"scores": (N, 1), "codes": (N, D)}, a score being -E, so that here too a
    high one means "real". The objective defines G's part alone: Wasserstein's is E(G(z)).
    """

    def __init__(
        self, generator, discriminator, prior, objective="wasserstein", margin=1.0, pulling_away=0.1, **settings
    ):
        objective, of_margin = objectives.get(objective), objectives.Margin(margin)
        objective = dataclasses.replace(objective, discriminator=of_margin, readout=tf.identity, value=None)
        super().__init__(generator, discriminator, prior, objective, **settings)
        check_outputs(discriminator, scores=1, codes=None)
        self.margin, self.pulling_away = margin, pulling_away

    def generator_adversarial_terms(self, play):
        terms = super().generator_adversarial_terms(play)
        if self.pulling_away:
            terms["pulling_away"] = self.pulling_away * similarity(tf.cast(play.fake_outputs["codes"], tf.float32))
        return terms

    def get_config(self):
        return {**super().get_config(), "margin": self.margin, "pulling_away": self.pulling_away}


def similarity(codes):
    """The mean of cos^2 over pairs of different rows of all replicas' codes (N, D); 0 where there is one row alone.

    With S the rows brought to length 1, the sum over all pairs is |S S^T|^2 = |S^T S|^2, and S^T S a sum over rows.
    """
    unit = tf.math.l2_normalize(codes, axis=1)
    pairs = tf.reduce_sum(tf.square(all_reduce_sum(tf.matmul(unit, unit, transpose_a=True))))
    with_itself = all_reduce_sum(tf.reduce_sum(tf.square(tf.reduce_sum(tf.square(unit), axis=1))))
    count = all_reduce_sum(tf.cast(tf.shape(codes)[0], tf.float32))
    return tf.math.divide_no_nan(pairs - with_itself, count * (count - 1))
