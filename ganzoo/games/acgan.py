"""Auxiliary classifier GANs, Odena et al. (2017): the discriminator predicts the label from the image."""

import typing

import keras
import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.games.classification import ClassifierMixin
from ganzoo.games.conditional import ConditionalGAN
from ganzoo.games.outputs import check_outputs
from ganzoo.losses.objectives import Objective
from ganzoo.priors import Prior


class ACGAN(ClassifierMixin, ConditionalGAN):
    """A game in which both players want the class C of real examples and of fakes to be predicted from the image:

        L_D = -L_S + real_class * E_x -log P(C = y | x) + fake_class * E_z -log P(C = y | G(z, y))
        L_G = adversarial + generator_class * E_z -log P(C = y | G(z, y))

    -L_S and the adversarial term are those of the objective, by default non-saturating. The dataset yields (x, y), with
    integers y (N,) in [0, num_classes). The generator takes [latents, y one-hot]; the discriminator takes images alone
    and returns {"scores": (N, 1), "logits": (N, num_classes)}. `accuracy` on real images is logged as well.

    Args:
        real_class: the weight of the classification of real examples in D's loss.
        fake_class: the weight of the classification of fakes in D's loss.
        generator_class: the weight of the classification of fakes in G's loss.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        prior: Prior,
        num_classes: int,
        objective: str | Objective = "non_saturating",
        real_class: float = 1.0,
        fake_class: float = 1.0,
        generator_class: float = 1.0,
        **settings: typing.Any,
    ):
        super().__init__(generator, discriminator, prior, num_classes, objective=objective, **settings)
        check_outputs(discriminator, scores=1, logits=num_classes)
        self.real_class = check_number("real_class", real_class)
        self.fake_class = check_number("fake_class", fake_class)
        self.generator_class = check_number("generator_class", generator_class)

    def discriminate(self, images, context, training):
        return self.discriminator(images, training=training)

    def logits(self, outputs):
        return tf.cast(outputs["logits"], tf.float32)

    def generator_terms(self, play):
        loss = self.generator_class * self._cross_entropy(play.fake_outputs, play)
        return super().generator_terms(play) | {"generator_class": loss}

    def discriminator_terms(self, play):
        return super().discriminator_terms(play) | {
            "real_class": self.real_class * self._cross_entropy(play.real_outputs, play),
            "fake_class": self.fake_class * self._cross_entropy(play.fake_outputs, play),
        }

    def _cross_entropy(self, outputs, play):
        """Returns the mean cross-entropy of the predicted classes, in nats."""
        errors = tf.nn.sparse_softmax_cross_entropy_with_logits(play.context, self.logits(outputs))
        return tf.reduce_mean(errors)

    def get_config(self):
        names = ("real_class", "fake_class", "generator_class")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
