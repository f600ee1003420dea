"""Batches that travel to the device several at once, as each trip may take as long as a small batch's step."""

import tensorflow as tf

AT_MOST = 2**26  # bytes of a block: two are in memory, and one on the device


def fitting(dataset):
    """How many batches fit into a block; None where there can be none, for their shapes are not known or differ."""
    if not isinstance(dataset, tf.data.Dataset):
        return None
    specs = tf.nest.flatten(dataset.element_spec)
    if not all(isinstance(spec, tf.TensorSpec) and spec.shape.is_fully_defined() for spec in specs):
        return None
    return AT_MOST // max(1, sum(spec.shape.num_elements() * spec.dtype.size for spec in specs))


def blocks(dataset, count):
    """`dataset` with so many batches of it in each element, (count, N, ...), or in the last those that are left."""
    return dataset.batch(count).prefetch(1)


def batch_of(block, index):
    """The batch at that place of a block."""
    return tf.nest.map_structure(lambda part: part[index], block)


def for_each(block, function):
    """Calls `function` with each batch of a block, one after the other, in a graph."""

    def next_one(done):
        function(batch_of(block, done))
        return done + 1

    count = tf.shape(tf.nest.flatten(block)[0])[0]
    tf.while_loop(lambda done: done < count, next_one, [tf.constant(0)], parallel_iterations=1)
