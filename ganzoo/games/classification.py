"""What games share whose discriminator also tells classes."""

import functools

import tensorflow as tf

from ganzoo.training.validation import check_images


class Classifying:
    """Mixed into a GAN whose context are labels (N,), -1 for none: accuracy among its logs, and `classify`."""

    def logits(self, outputs):
        """The part of the discriminator's outputs that tells the classes, (N, num_classes)."""
        raise NotImplementedError

    def extra_logs(self, play):
        labels = tf.cast(play.context, tf.int32)
        right = tf.argmax(self.logits(play.real_outputs), axis=-1, output_type=tf.int32) == labels
        return super().extra_logs(play) | {"accuracy": (tf.cast(right, tf.float32), tf.cast(labels >= 0, tf.float32))}

    def classify(self, images, batch_size=256):
        """Probabilities p(y | x) of a real x's classes, float32 (N, num_classes), of images (N, *data_shape)."""
        check_images(images, self.data_shape)
        return self.in_batches(self._classifier, tf.cast(images, tf.float32), batch_size)

    @functools.cached_property
    def _classifier(self):
        def classes(images):
            with self.averaged("discriminator"):
                return tf.nn.softmax(self.logits(self.discriminate(images, None, training=False)))

        return tf.function(classes, reduce_retracing=True, autograph=False)
