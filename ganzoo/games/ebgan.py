"""Energy-based GANs, Zhao et al. (2017): the discriminator is an autoencoder whose error is low for real data."""

import typing

import keras
import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.distribution.global_batch import all_reduce_sum
from ganzoo.games.gan import GAN
from ganzoo.games.outputs import check_outputs, mean_scores
from ganzoo.losses.objectives import Margin, Objective
from ganzoo.priors import Prior


class EBGAN(GAN):
    """A game over the energy E of an example, the discriminator's reconstruction error. The losses are

        L_D = E(x) + max(0, margin - E(G(z)))    L_G = E(G(z)) + pulling_away * PT

    averaged over the batch. PT, the pulling-away term, is the mean squared cosine between the codes of two fakes, over
    all pairs of the global batch. The discriminator returns {"scores": (N, 1), "codes": (N, D)}; a score is -E, so that
    a high one means "real" as elsewhere. The objective provides the generator's loss alone: that of "wasserstein" is
    E(G(z)).

    Args:
        margin: the energy up to which D raises that of fakes.
        pulling_away: the weight of PT, .1 in the paper; 0 leaves it out.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        prior: Prior,
        objective: str | Objective = "wasserstein",
        margin: float = 1.0,
        pulling_away: float = 0.1,
        **settings: typing.Any,
    ):
        super().__init__(generator, discriminator, prior, objective, **settings)
        check_outputs(discriminator, scores=1, codes=None)
        self.margin, self.pulling_away = check_number("margin", margin), check_number("pulling_away", pulling_away)

    def generator_adversarial_terms(self, play):
        terms = super().generator_adversarial_terms(play)
        if self.pulling_away:
            codes = tf.cast(play.fake_outputs["codes"], tf.float32)
            terms["pulling_away"] = self.pulling_away * mean_squared_cosine(codes)
        return terms

    def discriminator_adversarial_terms(self, play):
        loss = Margin(self.margin)(play.real_scores, play.fake_scores)
        return {"discriminator_adversarial": loss}

    def extra_logs(self, play):
        return mean_scores(play)

    def get_config(self):
        return {**super().get_config(), "margin": self.margin, "pulling_away": self.pulling_away}


def mean_squared_cosine(codes: tf.Tensor) -> tf.Tensor:
    """Computes the mean of cos^2 over all pairs of different rows of all replicas' codes (N, D); 0 for a single row.

    If S holds the rows scaled to length 1, the sum over all pairs is |S S^T|^2 = |S^T S|^2, and S^T S is a sum over
    rows, which replicas can reduce.
    """
    unit = tf.math.l2_normalize(codes, axis=1)
    pairs = tf.reduce_sum(tf.square(all_reduce_sum(tf.matmul(unit, unit, transpose_a=True))))
    diagonal = all_reduce_sum(tf.reduce_sum(tf.square(tf.reduce_sum(tf.square(unit), axis=1))))
    count = all_reduce_sum(tf.cast(tf.shape(codes)[0], tf.float32))
    return tf.math.divide_no_nan(pairs - diagonal, count * (count - 1))
