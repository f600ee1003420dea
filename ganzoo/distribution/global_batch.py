"""Computations on the global batch, which `tf.distribute` splits among replicas.

Results do not depend on the number of replicas: noise belongs to an example, and means are over all examples.
"""

from collections.abc import Callable

import tensorflow as tf


def local_rows(draw: Callable[[tf.Tensor], tf.Tensor], count: tf.Tensor) -> tf.Tensor:
    """Returns this replica's rows of noise that is drawn for the whole global batch.

    Every replica draws the same global noise from the same seed and keeps its own part. An example thus gets the same
    noise for any number of replicas. (Keras's `SeedGenerator` gives identical noise to all replicas.)

    Args:
        draw: maps a number of rows to noise (number, ...).
        count: how many rows this replica needs, equally many on each replica.
    """
    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return draw(count)
    first = replica.replica_id_in_sync_group * count
    return draw(count * replica.num_replicas_in_sync)[first : first + count]


def gather_rows(values: tf.Tensor) -> tf.Tensor:
    """Concatenates the rows of all replicas, equally many on each, to the global batch; reverses `local_rows`."""
    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return values
    return replica.all_gather(tf.identity(values), axis=0)  # inputs of a step lack a device, which all_gather needs


def made_in(strategy: tf.distribute.Strategy, variable: tf.Variable) -> bool:
    """Returns whether a variable was created in the strategy's scope, with a copy for each of several replicas."""
    return strategy.num_replicas_in_sync == 1 or isinstance(variable, tf.distribute.DistributedValues)


def replica_id() -> int | tf.Tensor:
    """Returns the index of the current replica, from 0."""
    replica = tf.distribute.get_replica_context()
    return 0 if replica is None else replica.replica_id_in_sync_group


def shared_loss(loss: tf.Tensor) -> tf.Tensor:
    """Divides a loss by the number of replicas, because Keras's optimizers sum the gradients of all replicas."""
    return loss / tf.distribute.get_strategy().num_replicas_in_sync


def global_size(size: int | tf.Tensor) -> tf.Tensor:
    """Returns the number of examples of the global batch, int64, if each replica has `size` of them."""
    return tf.cast(size, tf.int64) * tf.distribute.get_strategy().num_replicas_in_sync


def global_mean(values: tf.Tensor) -> tf.Tensor:
    """Returns the mean of values (N, ...) over the examples of all replicas, with gradients.

    Losses need it for means inside non-linear functions; for others, the mean of each replica suffices.
    """
    return all_reduce_sum(tf.reduce_sum(values, axis=0)) / all_reduce_sum(tf.cast(tf.shape(values)[0], values.dtype))


def masked_mean(values: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    """Returns this replica's share of the mean over those examples whose mask is 1.

    The replicas may have different numbers of such examples: the mean of their shares is the global mean. It is 0 if
    there are no such examples.

    Args:
        values: (N,).
        mask: 0 or 1, or booleans, (N,).
    """
    mask, size = tf.cast(mask, values.dtype), tf.cast(tf.size(values), values.dtype)
    return tf.math.divide_no_nan(
        tf.reduce_sum(values * mask) * all_reduce_sum(size) / size, all_reduce_sum(tf.reduce_sum(mask))
    )


def never_empty(function: Callable, *batches: object) -> object:
    """Calls `function(*batches)`, but pads an empty replica batch with one zero example, and crops the result.

    A replica's part of the last batch may be empty, and TensorFlow's convolutions with a bias fail on empty batches on
    a CPU (oneDNN's). Batches are tensors, structures of tensors, or None.
    """
    if batches[0].shape[0] is not None or tf.distribute.get_strategy().num_replicas_in_sync == 1:
        return function(*batches)
    size = tf.shape(batches[0])[0]
    padding = 1 - tf.minimum(size, 1)

    def filled(part):
        return None if part is None else tf.pad(part, [(0, padding)] + [(0, 0)] * (len(part.shape) - 1))

    return tf.nest.map_structure(lambda part: part[:size], function(*tf.nest.map_structure(filled, batches)))


def evenly_shared(size: tf.Tensor) -> tf.Tensor:
    """Returns whether all replicas have batches of this size, as a scalar bool tensor."""
    size = tf.cast(size, tf.float32)
    replica = tf.distribute.get_replica_context()
    return all_reduce_sum(size) == size * (1 if replica is None else replica.num_replicas_in_sync)


def all_reduce_sum(value: tf.Tensor) -> tf.Tensor:
    """Returns the sum of a value over all replicas, with gradients."""
    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return value
    return replica.all_reduce("SUM", value)


class lazy_property:
    """A `functools.cached_property` without the lock that the latter has before Python 3.12.

    TensorFlow traces replicas in threads, which wait for each other at each reduction. A thread that holds the lock
    while it waits would cause a deadlock.
    """

    def __init__(self, function: Callable):
        self.function = function

    def __get__(self, instance, owner=None):
        value = instance.__dict__[self.function.__name__] = self.function(instance)
        return value
