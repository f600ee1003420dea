"""Categorical GANs, Springenberg (2016): the discriminator is certain about real examples, uncertain about fakes."""

import typing

import keras
import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.distribution.global_batch import global_mean
from ganzoo.execution.batches import batch_size
from ganzoo.games.semi_supervised import SemiSupervisedGAN
from ganzoo.losses.objectives import Objective
from ganzoo.priors import Prior


class CatGAN(SemiSupervisedGAN):
    """A game whose discriminator is a classifier of K classes: p(y | x) is the softmax of its logits.

        L_D = E_x H[p(y | x)] - E_G H[p(y | x)] - marginal * H[E_x p(y | x)] + supervised * -E log p(y | x)
        L_G = cross_entropy * E_G H[p(y | x)] - marginal * H[E_G p(y | x)]

    H is the entropy in nats. D assigns each real example to one class, uses all classes equally often, and is uncertain
    about fakes; G makes fakes that belong to one class each, all classes equally often. The conditional entropies are
    the losses of the objective for the scores s(x) = -H[p(y | x)], by default those of "wasserstein". The marginal
    entropies are over the global batch, as are the terms that `SemiSupervisedGAN` provides.

    The dataset yields (x, y) as there, where all labels may be -1, or x alone, to find `num_classes` clusters. The log
    `accuracy` is 0 without labels, and means nothing for clusters, whose order is arbitrary.

    Args:
        marginal: the weight of the marginal entropies in both losses.
        cross_entropy: the weight of the conditional entropy in G's loss.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        prior: Prior,
        num_classes: int,
        objective: str | Objective = "wasserstein",
        marginal: float = 1.0,
        **settings: typing.Any,
    ):
        super().__init__(generator, discriminator, prior, num_classes, objective, **settings)
        self.marginal = check_number("marginal", marginal)

    def unpack(self, data):
        return super().unpack(_with_labels(data))

    def check(self, data, whole=False):
        super().check(_with_labels(data))

    def find_faults(self, data):
        return super().find_faults(_with_labels(data))

    def scores(self, outputs):
        logs = tf.nn.log_softmax(self.logits(outputs))
        return tf.reduce_sum(tf.exp(logs) * logs, axis=-1, keepdims=True)

    def generator_terms(self, play):
        return {**super().generator_terms(play), "generator_marginal": self._marginal(play.fake_outputs)}

    def discriminator_terms(self, play):
        return {**super().discriminator_terms(play), "discriminator_marginal": self._marginal(play.real_outputs)}

    def _marginal(self, outputs):
        mean = global_mean(tf.nn.softmax(self.logits(outputs)))
        return self.marginal * tf.reduce_sum(tf.math.xlogy(mean, mean))

    def get_config(self):
        return {**super().get_config(), "marginal": self.marginal}


def _with_labels(data):
    """Returns the batch as (x, y), with -1 for all labels if it has none."""
    real, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
    return data if labels is not None else (real, tf.fill([batch_size(real)], -1))
