"""Odena et al. (2017): the label is not shown to the discriminator but asked of it."""

import tensorflow as tf

from ganzoo.games.classification import Classifying
from ganzoo.games.conditional import ConditionalGAN
from ganzoo.games.outputs import check_outputs


class ACGAN(Classifying, ConditionalGAN):
    """Both players want the class C of real examples and of fakes to be told from the image alone.

        L_D = -L_S + real_class * E_x -log P(C = y | x) + fake_class * E_z -log P(C = y | G(z, y))
        L_G = adversarial + generator_class * E_z -log P(C = y | G(z, y))

    -L_S and the adversarial term are the objective's, by default non-saturating. The dataset yields (x, y), y integers
    (N,) in [0, num_classes). The generator takes [latents, y one-hot], the discriminator images alone, and returns
    {"scores": (N, 1), "logits": (N, num_classes)}. Logs: `accuracy` too, on real images.
    """

    def __init__(
        self,
        generator,
        discriminator,
        prior,
        num_classes,
        objective="non_saturating",
        real_class=1.0,
        fake_class=1.0,
        generator_class=1.0,
        **settings,
    ):
        super().__init__(generator, discriminator, prior, num_classes, objective=objective, **settings)
        check_outputs(discriminator, scores=1, logits=num_classes)
        self.real_class, self.fake_class, self.generator_class = real_class, fake_class, generator_class

    def discriminate(self, images, context, training):
        return self.discriminator(images, training=training)

    def logits(self, outputs):
        return tf.cast(outputs["logits"], tf.float32)

    def generator_terms(self, play):
        told = self.generator_class * self._errors(play.fake_outputs, play)
        return super().generator_terms(play) | {"generator_class": told}

    def discriminator_terms(self, play):
        return super().discriminator_terms(play) | {
            "real_class": self.real_class * self._errors(play.real_outputs, play),
            "fake_class": self.fake_class * self._errors(play.fake_outputs, play),
        }

    def _errors(self, outputs, play):
        """The mean cross-entropy of the classes, in nats."""
        errors = tf.nn.sparse_softmax_cross_entropy_with_logits(play.context, self.logits(outputs))
        return tf.reduce_mean(errors)

    def get_config(self):
        names = ("real_class", "fake_class", "generator_class")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
