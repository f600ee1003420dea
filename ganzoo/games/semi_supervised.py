"""Semi-supervised GANs, Odena (2016), Salimans et al. (2016): a discriminator that classifies, from a few labels."""

import typing
from collections.abc import Sequence

import keras
import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.distribution.global_batch import global_mean, masked_mean
from ganzoo.games.class_labels import check_labels, check_num_classes, label_faults, unpack_labelled
from ganzoo.games.class_names import HasClasses
from ganzoo.games.classification import ClassifierMixin
from ganzoo.games.gan import GAN
from ganzoo.games.outputs import check_outputs
from ganzoo.losses.objectives import Objective
from ganzoo.priors import Prior


class SemiSupervisedGAN(HasClasses, ClassifierMixin, GAN):
    """A game whose discriminator is a classifier of K classes, with fakes as class K+1, whose logit is fixed at 0:

        p(K+1 | x) = 1 / (1 + sum_k exp l_k(x))
        L_D = supervised * -E log p(y | x, y < K+1) - E_x log(1 - p(K+1 | x)) - E_G log p(K+1 | x)
        L_G = feature_matching * |E_x f(x) - E_G f(x)|^2 + cross_entropy * -E_G log(1 - p(K+1 | x))

    1 - p(K+1 | x) is the sigmoid of the score s(x) = logsumexp_k l_k(x), so all terms but the first of each loss are
    those of the objective, by default non-saturating. Means are over the global batch. The dataset yields (x, y), with
    integers y (N,) in [0, num_classes), or -1 for an x without a label; every x is a real example. The discriminator
    returns {"logits": l (N, num_classes), "features": f (N, D)}. `accuracy` on the labelled examples is logged as well.

    Args:
        supervised: the weight of the classification of labelled examples in D's loss.
        feature_matching: the weight of the squared distance of the mean features in G's loss; 0 leaves it out.
        cross_entropy: the weight of the adversarial term in G's loss; 0 leaves it out.
        class_names: the names of the classes, in the order of the labels, which are kept in the model's file. Recipes
            need no num_classes if there are names.

    Raises ValueError if both `feature_matching` and `cross_entropy` are 0, which leaves the generator without a loss.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        prior: Prior,
        num_classes: int,
        objective: str | Objective = "non_saturating",
        supervised: float = 1.0,
        feature_matching: float = 0.0,
        cross_entropy: float = 1.0,
        class_names: Sequence[str] | None = None,
        **settings: typing.Any,
    ):
        super().__init__(generator, discriminator, prior, objective, **settings)
        self.num_classes = check_num_classes(num_classes)
        self.class_names = class_names
        check_outputs(discriminator, logits=num_classes, features=None)
        self.supervised = check_number("supervised", supervised)
        self.feature_matching = check_number("feature_matching", feature_matching)
        self.cross_entropy = check_number("cross_entropy", cross_entropy)
        if not feature_matching and not cross_entropy:
            raise ValueError("The generator has no loss: give feature_matching or cross_entropy a weight above 0.")

    def unpack(self, data):
        real, labels = unpack_labelled(data)
        return real, tf.cast(labels, tf.int32)

    def check(self, data, whole=False):
        super().check(data, whole)
        real, labels = unpack_labelled(data)
        check_labels(labels, len(real), self.num_classes, lowest=-1, some_labelled=whole)

    def find_faults(self, data):
        return super().find_faults(data) | label_faults(data[1], self.num_classes, lowest=-1)

    def scores(self, outputs):
        return tf.reduce_logsumexp(self.logits(outputs), axis=-1, keepdims=True)

    def logits(self, outputs):
        return tf.cast(outputs["logits"], tf.float32)

    def generator_adversarial_terms(self, play):
        terms = {}
        if self.feature_matching:
            real, fake = (
                tf.cast(outputs["features"], tf.float32) for outputs in (play.real_outputs, play.fake_outputs)
            )
            gap = tf.reduce_sum(tf.square(global_mean(real) - global_mean(fake)))
            terms["feature_matching"] = self.feature_matching * gap
        if self.cross_entropy:
            terms["cross_entropy"] = self.cross_entropy * self.generator_loss(play)
        return terms

    def discriminator_terms(self, play):
        logits, labels = self.logits(play.real_outputs), play.context
        errors = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(labels, 0), logits)
        return {**super().discriminator_terms(play), "supervised": self.supervised * masked_mean(errors, labels >= 0)}

    def get_config(self):
        names = ("supervised", "feature_matching", "cross_entropy")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
