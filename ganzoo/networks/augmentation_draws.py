"""Random numbers for augmentation, one for each image of a batch."""

from collections.abc import Callable, Iterator

import tensorflow as tf

from ganzoo import random_numbers

BLOCK = 32
"""How many numbers are drawn for each image at once: with many small draws a training step would take long to trace."""


class ImageDraws:
    """Draws float32 numbers (N, 1, 1, 1), all independent of each other. They are the same with and without XLA.

    Args:
        seed: an int or a pair of ints, such as `keras.random.SeedGenerator.next` returns.
        count: N, the number of images.
    """

    def __init__(self, seed: random_numbers.Seed, count: int | tf.Tensor):
        uniform_seed, normal_seed, self._noise_seed = random_numbers.split(seed, 3)
        self._uniforms = _rows(random_numbers.uniform, count, uniform_seed)
        self._normals = _rows(random_numbers.normal, count, normal_seed)

    def uniform(self, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
        """Draws numbers that are uniform in [low, high)."""
        return low + (high - low) * next(self._uniforms)

    def normal(self, deviation: float = 1.0) -> tf.Tensor:
        """Draws normal numbers with mean 0 and this standard deviation."""
        return deviation * next(self._normals)

    def below(self, count: int) -> tf.Tensor:
        """Draws whole numbers from 0 to count - 1."""
        return tf.floor(count * next(self._uniforms))

    def sign(self) -> tf.Tensor:
        """Draws 1 or -1."""
        return 1 - 2 * self.below(2)

    def sometimes(self, probability: float | tf.Tensor, values: float | tf.Tensor, otherwise: float) -> tf.Tensor:
        """Keeps the value of each image with this probability, and replaces it by `otherwise` elsewhere."""
        return tf.where(next(self._uniforms) < probability, values, otherwise)

    def noise(self, images: tf.Tensor) -> tf.Tensor:
        """Returns standard normal noise of the shape and type of the images, the same at each call."""
        return tf.cast(random_numbers.normal(tf.shape(images), self._noise_seed), images.dtype)


def _rows(draw: Callable, count: int | tf.Tensor, seed: tf.Tensor) -> Iterator[tf.Tensor]:
    while True:
        yield from tf.unstack(draw((BLOCK, count, 1, 1, 1), seed))
        seed = random_numbers.fold_in(seed, 1)
