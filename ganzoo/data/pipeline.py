"""From examples in memory to a tf.data pipeline whose order follows from a seed alone."""

import math

import numpy as np
import tensorflow as tf

from ganzoo.data.image_pairs import ImagePairs


def batches(
    examples, batch_size, seed=0, labels=False, start=None, shuffle=True, drop_remainder=True, labelled_share=0.2
):
    """A tf.data.Dataset of batches of `examples`, prefetched.

    Yields x, float32 (batch_size, *examples.shape): images in [-1, 1] (uint8 as x / 127.5 - 1), vectors as they are. Of
    `ImagePairs`, it yields {"a": x, "b": x}.
    With `labels=True` it yields (x, y), where y is int32 (batch_size,). Where some examples have no label (-1) and the
    order is shuffled, `labelled_share` of a batch's places, evenly spread, are given to labelled examples in turn: a
    batch drawn from 60,000 images of which 100 are labelled would hardly ever hold one. 0 gives them no such places.

    With `start=None` the data set is one epoch, shuffled anew at every iteration; the n-th iteration follows from
    `seed` alone, whatever `tf.random.set_seed` was given. With `start=step` it is endless and begins with the batch of
    training step `step`, counted from 0: a pure function of (seed, step), so that an interrupted run goes on exactly.

    `drop_remainder=False` keeps a smaller last batch; with `shuffle=False` that is a pass for evaluation.

    Raises ValueError where `batch_size`, `start` or `labelled_share` is out of range, or where labels are asked of
    examples without any.

    >>> from ganzoo import data
    >>> one, other = (next(iter(batches(data.examples("digits"), 10, start=7))) for _ in range(2))
    >>> bool((one == other).numpy().all())  # the batch of step 7, whenever it is asked for
    True
    """
    count = len(examples)
    _check(examples, batch_size, labels, start, drop_remainder, labelled_share)
    steps_per_epoch = count // batch_size if drop_remainder else -(-count // batch_size)
    labelled = np.flatnonzero(examples.labels >= 0) if labels and shuffle else ()
    kept = math.ceil(labelled_share * batch_size) if 0 < len(labelled) < count else 0
    pairs = isinstance(examples, ImagePairs)
    parts = (examples.a, examples.b) if pairs else (examples,)
    orders = len(parts) if pairs and not examples.paired else 1
    with tf.device("CPU"):  # as tensors, shared by all batches and never copied into a graph or onto an accelerator
        images = [tf.constant(part.images) for part in parts]
        table = tf.constant(examples.labels) if labels else None

    def rows_of(epoch, index):
        rows = tf.range(index * batch_size, tf.minimum((index + 1) * batch_size, count))
        if drop_remainder:
            rows = tf.ensure_shape(rows, (batch_size,))
        if shuffle:
            found = [_shuffled(rows, count, seed - (order << 32), epoch) for order in range(orders)]
        else:
            found = [rows] * orders
        if kept:
            places = tf.range(kept) * tf.size(rows) // kept
            turns = (index * kept + tf.range(kept, dtype=tf.int64)) % len(labelled)
            turns = tf.gather(labelled, _shuffled(turns, len(labelled), seed, epoch))
            found = [tf.tensor_scatter_nd_update(found[0], places[:, tf.newaxis], turns)]
        return tf.stack(found)

    def look_up(rows):
        found = [_floats(tf.gather(part, rows[index % orders] % len(part))) for index, part in enumerate(images)]
        if pairs:
            return dict(zip("ab", found, strict=True))
        return (found[0], tf.gather(table, rows[0])) if labels else found[0]

    places = _one_epoch(steps_per_epoch) if start is None else _steps(start, steps_per_epoch)
    options = tf.data.Options()
    options.experimental_optimization.apply_default_optimizations = False  # they would write all the data into a graph
    options.autotune.enabled = False  # its sleeping thread can make a `fit` end late, by as long as it took
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA  # rows of each batch
    return places.map(rows_of).map(look_up).prefetch(2).with_options(options)


def _floats(images):
    if images.dtype != tf.uint8:
        return images
    return tf.cast(images, tf.float32) * (1 / 127.5) - 1  # a graph would turn a division by 127.5 into this


def _check(examples, batch_size, labels, start, drop_remainder, labelled_share):
    count = len(examples)
    if batch_size < 1:
        raise ValueError(f"A batch holds at least one example, got batch_size={batch_size}; choose 1 or more.")
    if batch_size > count and drop_remainder:
        raise ValueError(
            f"A batch of {batch_size} is larger than {examples.name!r} with its {count} examples; "
            f"choose a batch_size of at most {count}."
        )
    if labels and examples.labels is None:
        raise ValueError(
            f"There are no labels in {examples.name!r}; choose labelled data, or a variant that takes no labels."
        )
    if not 0 <= labelled_share <= 1:
        raise ValueError(f"The share of labelled examples in a batch is from 0 to 1, got {labelled_share}; choose 0.2.")
    if start is not None and start < 0:
        raise ValueError(f"Training steps count from 0, got start={start}; choose 0 or more.")


def _one_epoch(steps_per_epoch):
    """Pairs (epoch, index in the epoch) of one epoch, with another random number for `epoch` at every iteration."""
    # `Dataset.random` itself would mix in the global seed.
    numbers = tf.raw_ops.RandomDatasetV2(
        seed=tf.constant(1, tf.int64),
        seed2=tf.constant(1, tf.int64),
        seed_generator=tf.raw_ops.DummySeedGenerator(),
        rerandomize_each_iteration=True,
        output_types=[tf.int64],
        output_shapes=[()],
    )
    epochs = tf.data.experimental.from_variant(numbers, tf.TensorSpec((), tf.int64))
    indices = tf.data.Dataset.range(steps_per_epoch)
    places = epochs.take(1).flat_map(lambda epoch: indices.map(lambda index: (epoch, index)))
    return places.apply(tf.data.experimental.assert_cardinality(steps_per_epoch))


def _steps(start, steps_per_epoch):
    """Pairs (epoch, index in the epoch) of the training steps from `start` on, without end."""
    return tf.data.Dataset.counter(start).map(lambda step: (step // steps_per_epoch, step % steps_per_epoch))


def _shuffled(rows, count, seed, epoch):
    """Where the permutation of (seed, epoch) takes `rows`; nothing of the size of the data is drawn or stored."""
    # Hashed, because `index_shuffle` gives neighbouring seeds permutations that are too much alike.
    pair = tf.stack([tf.constant(seed, tf.int64), epoch])
    key = tf.random.stateless_uniform((2,), pair, minval=None, maxval=None, dtype=tf.int64)
    return tf.random.experimental.index_shuffle(rows, key, tf.constant(count - 1, tf.int64))
