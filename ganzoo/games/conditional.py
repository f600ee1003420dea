"""Mirza & Osindero (2014): both players know the label."""

import tensorflow as tf

from ganzoo.games.class_labels import check_classes, check_labels, examples_and_labels, wanted
from ganzoo.games.gan import GAN


class ConditionalGAN(GAN):
    """min_G max_D E log D(x, y) + E log(1 - D(G(z, y), y)), y the label of the real example in whose place the fake is.

    The dataset yields (x, y), y integers (N,) in [0, num_classes). The generator takes [latents, y], the discriminator
    [images, y], with y one-hot (N, num_classes).
    """

    is_conditional = True

    def __init__(self, generator, discriminator, prior, num_classes, **settings):
        super().__init__(generator, discriminator, prior, **settings)
        self.num_classes = check_classes(num_classes)

    def unpack(self, data):
        return examples_and_labels(data)

    def check(self, data, whole=False):
        super().check(data, whole)
        real, labels = examples_and_labels(data)
        check_labels(labels, len(real), self.num_classes)

    def synthesize(self, latents, context, training):
        return self.generator([latents, tf.one_hot(context, self.num_classes)], training=training)

    def discriminate(self, images, context, training):
        return self.discriminator([images, tf.one_hot(context, self.num_classes)], training=training)

    def sample_context(self, count, labels):
        return wanted(labels, count, self.num_classes)

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}
