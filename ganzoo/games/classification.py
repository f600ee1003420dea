"""The mixin of games whose discriminator also classifies."""

import functools

import numpy as np
import tensorflow as tf

from ganzoo.execution.batches import as_floats
from ganzoo.execution.graphs import graph_function
from ganzoo.training.model import MultiPlayerModel
from ganzoo.training.validation import check_images


class ClassifierMixin:
    """Adds `classify` and the log `accuracy` to a GAN whose context is labels (N,), with -1 for no label.

    A game that uses it defines `logits`.
    """

    directions = MultiPlayerModel.directions | {"accuracy": "max"}

    def logits(self, outputs) -> tf.Tensor:
        """Returns the class logits (N, num_classes) among the discriminator's outputs."""
        raise NotImplementedError

    def extra_logs(self, play):
        labels = tf.cast(play.context, tf.int32)
        correct = tf.argmax(self.logits(play.real_outputs), axis=-1, output_type=tf.int32) == labels
        accuracy = tf.cast(correct, tf.float32), tf.cast(labels >= 0, tf.float32)
        return super().extra_logs(play) | {"accuracy": accuracy}

    def classify(self, images, batch_size: int = 256) -> np.ndarray:
        """Returns the class probabilities p(y | x), float32 (N, num_classes), of images (N, *data_shape).

        For a discriminator that also detects fakes, they are conditional on the image being real. Raises ValueError for
        images of another shape or range.
        """
        check_images(images, self.data_shape)
        return self.in_batches(self._classifier, as_floats(images), batch_size)

    @functools.cached_property
    def _classifier(self):
        def predict(images):
            with self.averaged("discriminator"):
                return tf.nn.softmax(self.logits(self.discriminate(images, None, training=False)))

        return graph_function(predict)
