"""Random numbers for augmentation, one for each image of a batch."""

import itertools

import tensorflow as tf

from ganzoo import random_numbers


class ImageDraws:
    """Draws float32 numbers (N,), all independent of each other. They are the same with and without XLA.

    Args:
        seed: an int or a pair of ints, such as `keras.random.SeedGenerator.next` returns.
        count: N, the number of images.
    """

    def __init__(self, seed: random_numbers.Seed, count: int | tf.Tensor):
        self._shape = (count,)
        self._seeds = (random_numbers.fold_in(seed, number) for number in itertools.count())

    def uniform(self, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
        """Draws numbers that are uniform in [low, high)."""
        return random_numbers.uniform(self._shape, next(self._seeds), low, high)

    def normal(self, deviation: float = 1.0) -> tf.Tensor:
        """Draws normal numbers with mean 0 and this standard deviation."""
        return deviation * random_numbers.normal(self._shape, next(self._seeds))

    def normal_like(self, images: tf.Tensor) -> tf.Tensor:
        """Draws standard normal noise of the shape and type of the images."""
        return tf.cast(random_numbers.normal(tf.shape(images), next(self._seeds)), images.dtype)

    def below(self, count: int) -> tf.Tensor:
        """Draws whole numbers from 0 to count - 1."""
        return tf.floor(self.uniform(0.0, count))

    def sign(self) -> tf.Tensor:
        """Draws 1 or -1."""
        return 1 - 2 * self.below(2)

    def sometimes(self, probability: float | tf.Tensor, values: float | tf.Tensor, otherwise: float) -> tf.Tensor:
        """Keeps each value, of (N,) or one for all, with this probability, and replaces it by `otherwise` elsewhere."""
        return tf.where(self.uniform() < probability, values, otherwise)


def for_images(numbers: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """Returns one number for each image, (N,), as (N, 1, 1, 1) of the images' type."""
    return tf.cast(numbers, images.dtype)[:, None, None, None]
