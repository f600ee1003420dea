"""A tf.data pipeline of batches, whose order depends only on a seed."""

import math

import numpy as np
import tensorflow as tf

from ganzoo.arguments import check_count, check_number
from ganzoo.data.examples import Examples
from ganzoo.data.image_pairs import ImagePairs


def batches(
    examples: Examples | ImagePairs,
    batch_size: int,
    seed: int = 0,
    labels: bool = False,
    start: int | None = None,
    shuffle: bool = True,
    drop_remainder: bool = True,
    labelled_share: float = 0.2,
) -> tf.data.Dataset:
    """Returns a prefetching data set of shuffled batches, for `fit`.

    It yields x, float32 (batch_size, *examples.shape): images in [-1, 1] (uint8 is converted by x / 127.5 - 1), or
    vectors. For `ImagePairs`, it yields {"a": x, "b": x}; if `labels` is true, (x, y), where y is int32 (batch_size,).

    Args:
        examples: what the batches are made of.
        batch_size: examples per batch.
        seed: of the order, which does not depend on `tf.random.set_seed`.
        labels: whether to yield labels.
        start: if None, the data set is one epoch, and each iteration over it has another order. If it is a training
            step, counted from 0, the data set is endless and begins with the batch of that step, a pure function of
            (seed, step), so that an interrupted run continues exactly.
        shuffle: whether to shuffle. False suits evaluation, together with `drop_remainder=False`.
        drop_remainder: whether to drop a smaller last batch of an epoch.
        labelled_share: the share of each batch that is reserved for labelled examples, in turn and evenly spread, if
            only some examples have labels and batches are shuffled. Otherwise, a batch from 60,000 images with 100
            labels would rarely contain a labelled one. 0 reserves nothing.

    Raises ValueError if `batch_size`, `start` or `labelled_share` is out of range, or if there are no labels to yield,
    and TypeError if a number has another type.

    >>> from ganzoo import data
    >>> one, other = (next(iter(batches(data.examples("digits"), 10, start=7))) for _ in range(2))
    >>> bool((one == other).numpy().all())  # step 7 always has the same batch
    True
    """
    count = len(examples)
    _check(examples, batch_size, seed, labels, start, drop_remainder, labelled_share)
    steps_per_epoch = count // batch_size if drop_remainder else -(-count // batch_size)
    labelled = np.flatnonzero(examples.labels >= 0) if labels and shuffle else ()
    kept = math.ceil(labelled_share * batch_size) if 0 < len(labelled) < count else 0
    pairs = isinstance(examples, ImagePairs)
    parts = (examples.a, examples.b) if pairs else (examples,)
    orders = len(parts) if pairs and not examples.paired else 1
    with tf.device("CPU"):  # tensors that all batches share, without copies in a graph or on an accelerator
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
    options.experimental_optimization.apply_default_optimizations = False  # they would copy all data into a graph
    options.autotune.enabled = False  # its sleeping thread can delay the end of a `fit` by the time that it took
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA  # splits each batch
    return places.map(rows_of).map(look_up).prefetch(2).with_options(options)


def _floats(images):
    if images.dtype != tf.uint8:
        return images
    return tf.cast(images, tf.float32) * (1 / 127.5) - 1  # a graph would convert a division by 127.5 to this


def _check(examples, batch_size, seed, labels, start, drop_remainder, labelled_share):
    count = len(examples)
    check_count("batch_size", batch_size)
    check_count("seed", seed, least=2**32 - 2**63, most=2**63 - 1)
    if start is not None:
        check_count("start", start, least=0, most=2**62)
    if batch_size > count and drop_remainder:
        raise ValueError(
            f"A batch of {batch_size} is larger than {examples.name!r}, which has {count} examples; "
            f"choose a batch_size of at most {count}."
        )
    if labels and examples.labels is None:
        raise ValueError(
            f"There are no labels in {examples.name!r}; choose labelled data, or a variant without labels."
        )
    check_number("labelled_share", labelled_share, "from 0 to 1")


def _one_epoch(steps_per_epoch):
    """Returns pairs (epoch, index in the epoch) of one epoch. Each iteration has another random number as `epoch`."""
    # `Dataset.random` would also depend on the global seed.
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
    """Returns endless pairs (epoch, index in the epoch) of the training steps from `start` on."""
    return tf.data.Dataset.counter(start).map(lambda step: (step // steps_per_epoch, step % steps_per_epoch))


def _shuffled(rows, count, seed, epoch):
    """Applies the permutation of (seed, epoch) to `rows`, without computing the whole permutation."""
    # The hash is needed because `index_shuffle` returns similar permutations for neighbouring seeds.
    pair = tf.stack([tf.constant(seed, tf.int64), epoch])
    key = tf.random.stateless_uniform((2,), pair, minval=None, maxval=None, dtype=tf.int64)
    return tf.random.experimental.index_shuffle(rows, key, tf.constant(count - 1, tf.int64))
