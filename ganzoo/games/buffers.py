"""Images that a model keeps, as weights: they are saved with it, and all replicas hold the same."""

import keras
import tensorflow as tf

from ganzoo.random_numbers import fold_in, uniform


class Memory(keras.layers.Layer):
    """Room for `size` images of `shape`, float32, of which the first `count` are there; before that, noise in [-1, 1].

    What it takes in must be the whole global batch, the same on every replica.
    """

    def __init__(self, size, shape, **arguments):
        super().__init__(**{**arguments, "dtype": "float32", "trainable": False})
        self.size, self.shape = size, tuple(shape)
        own = {"trainable": False, "aggregation": "only_first_replica"}
        noise = keras.initializers.RandomUniform(-1, 1)
        self.images = self.add_weight(name="images", shape=(size, *self.shape), initializer=noise, **own)
        self.count = self.add_weight(name="count", shape=(), dtype="int32", initializer="zeros", **own)
        self.built = True

    def fill(self, images):
        """Keeps the first of `images` (N, *shape), as many as there is room for; gives the places (N,) of all, some of
        them beyond the end."""
        size, start = tf.shape(images)[0], tf.identity(self.count.value)  # as it was
        source = tf.range(self.size) - start
        new = tf.gather(images, tf.clip_by_value(source, 0, size - 1))
        self._put((source >= 0) & (source < size), new)
        self.count.assign(tf.minimum(self.size, start + size))
        return start + tf.range(size)

    def _put(self, where, images):
        """Has `images` (size, *shape) in those places (size,)."""
        self.images.assign(tf.where(where[:, None, None, None], images, self.images.value))

    def get_config(self):
        return {**super().get_config(), "size": self.size, "shape": self.shape}


@keras.saving.register_keras_serializable("ganzoo")
class Album(Memory):
    """A prior for generators that start from images: real pairs [a | b] (H, W, 2C), the first that were trained on."""

    def sample(self, count, seed):
        """`count` pairs, the halves of which are drawn independently; beyond `size` they come again."""
        rows = tf.range(count) % self.size
        halves = enumerate(tf.split(self.images.value, 2, axis=-1))
        return tf.concat([tf.gather(half, tf.gather(self._order(seed, part), rows)) for part, half in halves], -1)

    def _order(self, seed, part):
        return tf.argsort(uniform((self.size,), fold_in(seed, part)))


@keras.saving.register_keras_serializable("ganzoo")
class Pool(Memory):
    """Shrivastava et al. (2017), as in the code of Zhu et al. (2017): fakes of earlier steps, to be shown again."""

    def exchange(self, images, seed):
        """(N, *shape) -> (N, *shape): each new image, or, with probability one half, an old one whose place it takes.

        Until it is full, the pool takes in all, and gives them back. Where two of a batch draw the same place, the
        first gets it, and the other is shown itself.
        """
        places, indices = self.fill(images), tf.range(tf.shape(images)[0])
        draws = uniform((tf.shape(images)[0], 2), seed)
        slots = tf.cast(draws[:, 0] * self.size, tf.int32)
        wants = (places >= self.size) & (draws[:, 1] < 0.5)
        owners = tf.math.unsorted_segment_min(tf.where(wants, indices, tf.size(indices)), slots, self.size)
        takes = wants & (tf.gather(owners, slots) == indices)
        shown = tf.where(takes[:, None, None, None], tf.gather(self.images.value, slots), images)
        self._put(owners < tf.size(indices), tf.gather(images, tf.minimum(owners, tf.size(indices) - 1)))
        return shown
