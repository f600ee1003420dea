"""Springenberg (2016): a discriminator that is sure of the class of real examples, and unsure of fakes."""

import keras
import tensorflow as tf

from ganzoo.distribution.global_batch import global_mean
from ganzoo.execution.batches import batch_size
from ganzoo.games.semi_supervised import SemiSupervisedGAN


class CatGAN(SemiSupervisedGAN):
    """D is a classifier of K classes alone: p(y | x) is the softmax of its logits, H the entropy in nats.

        L_D = E_x H[p(y | x)] - E_G H[p(y | x)] - marginal * H[E_x p(y | x)] + supervised * -E log p(y | x)
        L_G = cross_entropy * E_G H[p(y | x)] - marginal * H[E_G p(y | x)]

    D tells one class for each real example, uses all classes alike, and tells none for a fake; G makes fakes of one
    class each, of all classes alike. With scores s(x) = -H[p(y | x)], the conditional entropies are the objective's, by
    default Wasserstein's. The marginal ones are over the global batch, as is what else `SemiSupervisedGAN` can add.

    The dataset yields (x, y) as there, or x alone, to find `num_classes` clusters; all may be without a label.
    `accuracy`, 0 without labels, says nothing of clusters, which come in any order.
    """

    def __init__(self, generator, discriminator, prior, num_classes, objective="wasserstein", marginal=1.0, **settings):
        super().__init__(generator, discriminator, prior, num_classes, objective, **settings)
        self.marginal = marginal

    def unpack(self, data):
        return super().unpack(_labelled(data))

    def check(self, data, whole=False):
        super().check(_labelled(data))

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


def _labelled(data):
    """The batch (x, y), y all -1 where there is none."""
    real, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
    return data if labels is not None else (real, tf.fill([batch_size(real)], -1))
