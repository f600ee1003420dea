"""InfoGAN, Chen et al. (2016): some latents are codes that a head of the discriminator predicts from the image."""

import typing

import keras
import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.games.gan import GAN
from ganzoo.games.outputs import check_outputs
from ganzoo.losses.objectives import Objective
from ganzoo.priors import Codes


class InfoGAN(GAN):
    """The game min_{G,Q} max_D V(D, G) - lambda L_I(G, Q), where Q, a head of D, predicts the codes c of the fakes.

    L_I = E log Q(c | G(z, c)) + H(c) is a lower bound of the mutual information of codes and images. Both players
    minimise

        categorical * sum over categorical codes of E -log Q(c | G)       Q a softmax
        continuous * sum over continuous codes of E (c - m(G))^2 / 2      Q a normal of mean m(G) and variance 1

    which is -L_I without its constants; the variance is fixed, as in the paper's code for MNIST. The prior is a
    `priors.Codes`. The discriminator returns {"scores": (N, 1), "codes": (N, D)}, where "codes" are the logits of each
    categorical code, followed by the means of the continuous codes.

    Args:
        categorical, continuous: the weight of the loss of the codes of that kind.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        prior: Codes,
        objective: str | Objective = "non_saturating",
        categorical: float = 1.0,
        continuous: float = 0.1,
        **settings: typing.Any,
    ):
        super().__init__(generator, discriminator, prior, objective, **settings)
        check_outputs(discriminator, scores=1, codes=prior.dim - prior.noise.dim)
        self.categorical = check_number("categorical", categorical)
        self.continuous = check_number("continuous", continuous)

    def generator_terms(self, play):
        return super().generator_terms(play) | self._information_terms(play, "generator")

    def discriminator_terms(self, play):
        return super().discriminator_terms(play) | self._information_terms(play, "discriminator")

    def _information_terms(self, play, player):
        _, *choices, values = self.prior.split(play.latents)
        parameters = tf.cast(play.fake_outputs["codes"], tf.float32)
        *logits, means = tf.split(parameters, [*self.prior.categories, self.prior.continuous], axis=-1)
        terms = {}
        if choices:
            pairs = zip(choices, logits, strict=True)
            errors = sum(tf.nn.softmax_cross_entropy_with_logits(*pair) for pair in pairs)
            terms[f"{player}_categorical"] = self.categorical * tf.reduce_mean(errors)
        if self.prior.continuous:
            squares = tf.reduce_sum(tf.square(values - means), axis=-1)
            terms[f"{player}_continuous"] = self.continuous * 0.5 * tf.reduce_mean(squares)
        return terms

    def get_config(self):
        return {**super().get_config(), "categorical": self.categorical, "continuous": self.continuous}
