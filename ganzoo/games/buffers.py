"""Images that a model keeps as weights: they are saved with it, and every replica holds the same."""

from collections.abc import Sequence

import keras
import tensorflow as tf

from ganzoo.arguments import check_count
from ganzoo.distribution.global_batch import local_rows
from ganzoo.random_numbers import uniform


class ImageBuffer(keras.layers.Layer):
    """Keeps up to `size` images of one shape, float32. `count` says how many there are.

    Whatever changes the buffer must be given the whole global batch, the same on every replica.
    """

    def __init__(self, size: int, shape: Sequence[int], initializer="zeros", **arguments):
        super().__init__(**{**arguments, "dtype": "float32", "trainable": False})
        self.size, self.shape = check_count("The number of images that are kept", size), tuple(shape)
        own = {"trainable": False, "aggregation": "only_first_replica"}
        self.images = self.add_weight(name="images", shape=(self.size, *self.shape), initializer=initializer, **own)
        self.count = self.add_weight(name="count", shape=(), dtype="int32", initializer="zeros", **own)
        self.built = True

    def store(self, images, sources):
        """Puts images[sources[i]] into place i of the buffer, unless that source (size,) is no index of `images`."""
        count = tf.shape(images)[0]
        valid = (sources >= 0) & (sources < count)
        new = tf.gather(images, tf.clip_by_value(sources, 0, count - 1))
        self.images.assign(tf.where(valid[:, None, None, None], new, self.images.value))
        self.count.assign(tf.minimum(self.size, self.count.value + count))

    def get_config(self):
        return {**super().get_config(), "size": self.size, "shape": self.shape}


@keras.saving.register_keras_serializable("ganzoo")
class RealImageBuffer(ImageBuffer):
    """The first real images that a model was trained on, to sample from; noise in [-1, 1] before training.

    It stands in for a prior over the images that a generator translates.
    """

    def __init__(self, size: int, shape: Sequence[int], **arguments):
        super().__init__(size, shape, keras.initializers.RandomUniform(-1, 1), **arguments)

    def update(self, images: tf.Tensor) -> None:
        """Keeps the first of the images (N, *shape), as many as there is still room for."""
        self.store(images, tf.range(self.size) - self.count.value)

    def sample(self, count: int, seed) -> tf.Tensor:
        """Draws `count` of the images without replacement; past `size`, they repeat in the same order."""
        order = tf.argsort(uniform((self.size,), seed))
        return tf.gather(self.images.value, tf.gather(order, tf.range(count) % self.size))


@keras.saving.register_keras_serializable("ganzoo")
class FakeHistory(ImageBuffer):
    """Fakes of earlier steps that a discriminator is shown again: Shrivastava et al. (2017).

    As in the code of Zhu et al. (2017): while it is not full, it stores every new fake. Then each new fake, with
    probability one half, replaces an old one, and the discriminator is shown that one instead.
    """

    def show(self, images: tf.Tensor, seed) -> tf.Tensor:
        """Returns this replica's fakes (N, *shape), some of them replaced by old ones. Changes nothing."""
        places = local_rows(lambda total: self._exchanges(total, seed), tf.shape(images)[0])
        return tf.where((places >= 0)[:, None, None, None], tf.gather(self.images.value, tf.maximum(places, 0)), images)

    def update(self, images: tf.Tensor, seed) -> None:
        """Stores those of the global batch of fakes (N, *shape) in whose place `show`, with this seed, has old ones."""
        count = tf.shape(images)[0]
        owners = tf.math.unsorted_segment_max(tf.range(count), self._exchanges(count, seed), self.size)
        self.store(images, tf.where(self._is_full(), owners, tf.range(self.size) - self.count.value))

    def _is_full(self):
        return self.count.value >= self.size

    def _exchanges(self, count, seed):
        """Returns, for each of `count` new fakes, the place of the old one that it replaces, or -1 for none.

        If two fakes of a batch draw the same place, the first one gets it.
        """
        draws, indices = uniform((count, 2), seed), tf.range(count)
        places = tf.cast(draws[:, 0] * self.size, tf.int32)
        wanted = self._is_full() & (draws[:, 1] < 0.5)
        owners = tf.math.unsorted_segment_min(tf.where(wanted, indices, count), places, self.size)
        return tf.where(wanted & (tf.gather(owners, places) == indices), places, -1)
