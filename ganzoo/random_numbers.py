"""Random numbers that follow from a seed alone: an int, or a pair of ints (an int64 tensor of shape (2,)).

TensorFlow's stateless draws of integers are the same compiled by XLA or not, but XLA makes other floats of them. Here
floats are made of the integers as TensorFlow's own kernels make them, so that a compiled step starts from the same
latents.

>>> uniform((2, 3), seed=1).shape, normal((2, 3), seed=1).shape
(TensorShape([2, 3]), TensorShape([2, 3]))
"""

import math

import numpy as np
import tensorflow as tf

BELOW = 2**23


def as_seed(seed):
    """The int64 pair that stands for a seed."""
    return tf.stack([tf.cast(seed, tf.int64), 0]) if np.ndim(seed) == 0 else tf.cast(seed, tf.int64)


def uniform(shape, seed, low=0.0, high=1.0):
    """float32 in [low, high)."""
    return _whole(shape, seed) * ((high - low) / BELOW) + low


def normal(shape, seed):
    """float32 from the standard normal, by the transformation of Box and Muller (1958)."""
    count = tf.reduce_prod(shape)
    first, second = tf.unstack(_whole(((count + 1) // 2, 2), seed), axis=1)
    radius = tf.sqrt(-2 * tf.math.log(tf.maximum(first / BELOW, 1e-7)))
    angle = second * (2 * math.pi / BELOW)
    pairs = tf.stack([radius * tf.sin(angle), radius * tf.cos(angle)], axis=1)
    return tf.reshape(tf.reshape(pairs, (-1,))[:count], shape)


def _whole(shape, seed):
    """Whole numbers in [0, BELOW), float32."""
    bits = tf.random.stateless_uniform(shape, as_seed(seed), None, None, tf.int32, alg="philox")
    return tf.cast(bits & (BELOW - 1), tf.float32)


def integers(shape, seed, below):
    """int32 in [0, below)."""
    return tf.random.stateless_uniform(shape, as_seed(seed), 0, below, tf.int32, alg="philox")


def split(seed, count=2):
    """`count` other seeds, as a list."""
    return tf.unstack(tf.random.split(as_seed(seed), count, alg="philox"))


def fold_in(seed, number):
    """Another seed for each number."""
    return tf.random.experimental.stateless_fold_in(as_seed(seed), tf.cast(number, tf.int64), alg="philox")
