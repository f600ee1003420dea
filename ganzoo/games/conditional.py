"""Conditional GANs, Mirza & Osindero (2014): both players are given the label."""

import typing
from collections.abc import Sequence

import keras
import tensorflow as tf

from ganzoo.games.class_labels import (
    check_labels,
    check_num_classes,
    label_faults,
    requested_labels,
    unpack_labelled,
)
from ganzoo.games.class_names import HasClasses
from ganzoo.games.gan import GAN
from ganzoo.priors import Prior


class ConditionalGAN(HasClasses, GAN):
    """The game min_G max_D E log D(x, y) + E log(1 - D(G(z, y), y)), where each fake has the label of a real example.

    The dataset yields (x, y), with integers y (N,) in [0, num_classes). The generator takes [latents, y] and the
    discriminator [images, y], with y one-hot (N, num_classes).

    Args:
        class_names: the names of the classes, in the order of the labels. They are kept in the model's file, `sample`
            takes them as labels, and pictures show them. Recipes need no num_classes if there are names.
    """

    is_conditional = True

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        prior: Prior,
        num_classes: int,
        class_names: Sequence[str] | None = None,
        **settings: typing.Any,
    ):
        super().__init__(generator, discriminator, prior, **settings)
        self.num_classes = check_num_classes(num_classes)
        self.class_names = class_names

    def unpack(self, data):
        return unpack_labelled(data)

    def check(self, data, whole=False):
        super().check(data, whole)
        real, labels = unpack_labelled(data)
        check_labels(labels, len(real), self.num_classes)

    def find_faults(self, data):
        return super().find_faults(data) | label_faults(data[1], self.num_classes)

    def synthesize(self, latents, context, training):
        return self.generator([latents, tf.one_hot(context, self.num_classes)], training=training)

    def discriminate(self, images, context, training):
        return self.discriminator([images, tf.one_hot(context, self.num_classes)], training=training)

    def sample_context(self, count, labels):
        return requested_labels(labels, count, self.num_classes, self.class_names)
