"""Random numbers that depend only on a seed: an int, or a pair of ints (an int64 tensor of shape (2,)).

TensorFlow's stateless integers are the same with and without XLA, but its stateless floats differ. The functions here
compute floats from the integers in the same way as TensorFlow's own kernels, so a step that XLA compiles starts from
the same latents.

>>> uniform((2, 3), seed=1).shape, normal((2, 3), seed=1).shape
(TensorShape([2, 3]), TensorShape([2, 3]))
"""

import math
import numbers
import random

import numpy as np
import tensorflow as tf

Seed = int | tf.Tensor

LEVELS = 2**23
"""The number of equally spaced float32 values in [0, 1) that are drawn."""


def as_seed(seed: Seed) -> tf.Tensor:
    """Returns a seed as an int64 tensor of shape (2,)."""
    return tf.stack([tf.cast(seed, tf.int64), 0]) if np.ndim(seed) == 0 else tf.cast(seed, tf.int64)


def new_seed() -> int:
    """Returns a seed from Python's `random`."""
    return random.randrange(2**31)


def seed_or_new(seed: Seed | None) -> Seed:
    """Returns the seed or, for None, one from Python's `random`.

    Raises ValueError unless the seed is None, a 64-bit int or a pair of 64-bit ints.
    """
    if seed is None:
        return new_seed()
    parts = [seed] if np.ndim(seed) == 0 else list(seed)
    if len(parts) not in (1, 2) or not all(map(_is_int64, parts)):
        raise ValueError(f"A seed is an int of at most 64 bits, or None to draw one; got {seed!r}.")
    return seed


def check_seed(seed: int | None) -> int:
    """Returns the seed of a run, a new one for None; raises ValueError unless it is None or a 64-bit int."""
    if np.ndim(seed) or not (seed is None or _is_int64(seed)):
        raise ValueError(f"The seed is an int of at most 64 bits, or None to draw one; got {seed!r}.")
    return new_seed() if seed is None else int(seed)


def _is_int64(number):
    if tf.is_tensor(number):
        return number.dtype.is_integer
    is_int = isinstance(number, numbers.Integral) and not isinstance(number, bool)
    return is_int and -(2**63) <= number < 2**63


def uniform(shape: tuple, seed: Seed, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
    """Draws float32 numbers, uniform in [low, high)."""
    return _levels(shape, seed) * ((high - low) / LEVELS) + low


def normal(shape: tuple, seed: Seed) -> tf.Tensor:
    """Draws float32 numbers from the standard normal distribution, by the method of Box and Muller (1958)."""
    count = tf.reduce_prod(shape)
    first, second = tf.unstack(_levels(((count + 1) // 2, 2), seed), axis=1)
    radius = tf.sqrt(-2 * tf.math.log(tf.maximum(first / LEVELS, 1e-7)))
    angle = second * (2 * math.pi / LEVELS)
    pairs = tf.stack([radius * tf.sin(angle), radius * tf.cos(angle)], axis=1)
    return tf.reshape(tf.reshape(pairs, (-1,))[:count], shape)


def _levels(shape, seed):
    """Draws whole numbers in [0, LEVELS), as float32."""
    bits = tf.random.stateless_uniform(shape, as_seed(seed), None, None, tf.int32, alg="philox")
    return tf.cast(bits & (LEVELS - 1), tf.float32)


def integers(shape: tuple, seed: Seed, below: int) -> tf.Tensor:
    """Draws int32 numbers, uniform in [0, below)."""
    return tf.random.stateless_uniform(shape, as_seed(seed), 0, below, tf.int32, alg="philox")


def split(seed: Seed, count: int = 2) -> list[tf.Tensor]:
    """Derives `count` new seeds from a seed."""
    return tf.unstack(tf.random.split(as_seed(seed), count, alg="philox"))


def fold_in(seed: Seed, number: int | tf.Tensor) -> tf.Tensor:
    """Derives a new seed from a seed and an integer."""
    return tf.random.experimental.stateless_fold_in(as_seed(seed), tf.cast(number, tf.int64), alg="philox")
