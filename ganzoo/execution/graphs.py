"""Functions that TensorFlow traces to graphs."""

import functools

import tensorflow as tf


def graph_function(function, **options):
    """Returns a `tf.function` for tensors of any size; errors in hooks stay as they are, without autograph.

    It is of a new object, as TensorFlow counts together the traces of all functions that share their code, and would
    warn of those of several models.
    """
    return tf.function(functools.partial(function), reduce_retracing=True, autograph=False, **options)
