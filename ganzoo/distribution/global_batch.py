"""What belongs to an example of the global batch, and what to a replica of `tf.distribute`."""

import tensorflow as tf


def local_rows(draw, count):
    """This replica's `count` rows of `draw(global_count)`, noise drawn for the whole global batch.

    Every replica draws the same global noise from the same seed and keeps its own part, so noise belongs to an example,
    whatever the number of replicas. (Keras's `SeedGenerator` gives identical noise to all of them.)
    """
    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return draw(count)
    first = replica.replica_id_in_sync_group * count
    return draw(count * replica.num_replicas_in_sync)[first : first + count]


def gather_rows(values):
    """The global batch (N, ...) of which each replica has its `values`, all equally many, in the order of `rows`."""
    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return values
    return replica.all_gather(tf.identity(values), axis=0)  # a step's own input has no device, which this needs


def made_in(strategy, variable):
    """Whether a variable is the strategy's: where there are several replicas, one with a copy for each."""
    return strategy.num_replicas_in_sync == 1 or isinstance(variable, tf.distribute.DistributedValues)


def replica_id():
    """Which replica this is, from 0."""
    replica = tf.distribute.get_replica_context()
    return 0 if replica is None else replica.replica_id_in_sync_group


def shared_loss(loss):
    """A replica's part of the global loss: Keras optimizers sum the gradients of all replicas."""
    return loss / tf.distribute.get_strategy().num_replicas_in_sync


def global_mean(values):
    """The mean over axis 0 of all replicas' `values` (N, ...), with gradients: for means inside non-linear terms."""
    return all_reduce_sum(tf.reduce_sum(values, axis=0)) / all_reduce_sum(tf.cast(tf.shape(values)[0], values.dtype))


def masked_mean(values, mask):
    """This replica's part of the mean of `values` (N,) where `mask` (N,) is 1, else 0: the replicas' mean of it.

    They may hold different numbers of those examples; 0 where none holds one.
    """
    mask, size = tf.cast(mask, values.dtype), tf.cast(tf.size(values), values.dtype)
    return tf.math.divide_no_nan(
        tf.reduce_sum(values * mask) * all_reduce_sum(size) / size, all_reduce_sum(tf.reduce_sum(mask))
    )


def never_empty(function, *batches):
    """`function(*batches)`; a replica that got none of the last few examples puts in zeros, and cuts them off again.

    Without any, TensorFlow's convolutions with a bias fail on a CPU (oneDNN's). A batch may be None.
    """
    if batches[0].shape[0] is not None or tf.distribute.get_strategy().num_replicas_in_sync == 1:
        return function(*batches)
    size = tf.shape(batches[0])[0]
    none = 1 - tf.minimum(size, 1)

    def filled(part):
        return None if part is None else tf.pad(part, [(0, none)] + [(0, 0)] * (len(part.shape) - 1))

    return tf.nest.map_structure(lambda part: part[:size], function(*tf.nest.map_structure(filled, batches)))


def evenly_shared(size):
    """Whether all replicas have batches of this `size`, a scalar bool tensor."""
    size = tf.cast(size, tf.float32)
    replica = tf.distribute.get_replica_context()
    return all_reduce_sum(size) == size * (1 if replica is None else replica.num_replicas_in_sync)


def all_reduce_sum(value):
    """The sum of all replicas' `value`, with gradients."""
    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return value
    return replica.all_reduce("SUM", value)


class lazy_property:
    """`functools.cached_property` without the lock that it has before Python 3.12.

    Replicas are traced in threads that wait for each other at each reduction: one that waits there with the lock in its
    hands would wait for ever.
    """

    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner=None):
        value = instance.__dict__[self.function.__name__] = self.function(instance)
        return value
