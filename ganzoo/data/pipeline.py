"""A tf.data pipeline of batches, whose order depends only on a seed."""

import math

import numpy as np
import tensorflow as tf

from ganzoo.arguments import check_count, check_number
from ganzoo.data.examples import Examples
from ganzoo.data.image_pairs import ImagePairs
from ganzoo.data.mapped import MappedImages
from ganzoo.execution.batches import as_floats

READERS = 2
"""How many batches are read at a time."""


def batches(
    examples: Examples | ImagePairs,
    batch_size: int,
    seed: int = 0,
    labels: bool = False,
    start: int | None = None,
    shuffle: bool = True,
    drop_remainder: bool = True,
    labelled_share: float = 0.2,
    flip: bool = False,
    as_bytes: bool = False,
    context: tf.distribute.InputContext | None = None,
) -> tf.data.Dataset:
    """Returns a prefetching data set of shuffled batches, for `fit`.

    It yields x, float32 (batch_size, *examples.shape): images in [-1, 1] (uint8 is converted by x / 127.5 - 1), or
    vectors. For `ImagePairs`, it yields {"a": x, "b": x}; if `labels` is true, (x, y), where y is int32 (batch_size,).
    Of examples in a file, only those of the next batches are in memory.

    Args:
        examples: what the batches are made of.
        batch_size: examples per batch.
        seed: of the order and the flips, which do not depend on `tf.random.set_seed`.
        labels: whether to yield labels.
        start: if None, the data set is one epoch, and each iteration over it has another order. If it is a training
            step, counted from 0, the data set is endless and begins with the batch of that step, a pure function of
            (seed, step), so that an interrupted run continues exactly.
        shuffle: whether to shuffle. False suits evaluation, together with `drop_remainder=False`.
        drop_remainder: whether to drop a smaller last batch of an epoch.
        labelled_share: the share of each batch that is reserved for labelled examples, in turn and evenly spread, if
            only some examples have labels and batches are shuffled. Otherwise, a batch from 60,000 images with 100
            labels would rarely contain a labelled one. 0 reserves nothing.
        flip: whether to mirror each image, left to right, with probability 1/2. Paired images are mirrored together.
        as_bytes: whether to yield uint8 images as they are. `fit` and `evaluate` convert them on the device that they
            use, so batches take a quarter of the memory, and a quarter of the time to reach an accelerator.
        context: of one machine among several, to yield only what its replicas take of each batch, one after the other;
            see `shared_batches`. `drop_remainder` must be true.

    Raises ValueError if `batch_size`, `start` or `labelled_share` is out of range, if there are no labels to yield, if
    vectors are to be flipped, or if the machines cannot share batches evenly; and TypeError if a number has another
    type.

    >>> from ganzoo import data
    >>> one, other = (next(iter(batches(data.examples("digits"), 10, start=7))) for _ in range(2))
    >>> bool((one == other).numpy().all())  # step 7 always has the same batch
    True
    """
    count = len(examples)
    _check(examples, batch_size, seed, labels, start, drop_remainder, labelled_share, flip)
    steps_per_epoch = count // batch_size if drop_remainder else -(-count // batch_size)
    labelled = np.flatnonzero(examples.labels >= 0) if labels and shuffle else ()
    kept = math.ceil(labelled_share * batch_size) if 0 < len(labelled) < count else 0
    orders = 2 if isinstance(examples, ImagePairs) and not examples.paired else 1  # in which rows are taken
    read = _reader(examples, labels, flip, as_bytes)
    readers = READERS if any(isinstance(part.images, MappedImages) for part in _parts(examples)) else None

    def rows_of(epoch, index):
        rows = tf.range(index * batch_size, tf.minimum((index + 1) * batch_size, count))
        if drop_remainder:
            rows = tf.ensure_shape(rows, (batch_size,))
        size = tf.size(rows)
        mirrored = _mirrored(size, orders, seed, epoch, index) if flip else tf.zeros((orders, size), bool)
        if shuffle:  # the second order has a seed that no user can give
            found = [_shuffled(rows, count, seed - (order << 32), epoch) for order in range(orders)]
        else:
            found = [rows] * orders
        if kept:
            slots = tf.range(kept) * size // kept
            turns = (index * kept + tf.range(kept, dtype=tf.int64)) % len(labelled)
            turns = tf.gather(labelled, _shuffled(turns, len(labelled), seed, epoch))
            found[0] = tf.tensor_scatter_nd_update(found[0], slots[:, tf.newaxis], turns)
        return tf.stack(found), tf.ensure_shape(mirrored, (orders, rows.shape[0]))

    places = _one_epoch(steps_per_epoch) if start is None else _steps(start, steps_per_epoch)
    chosen = places.map(rows_of)
    if context is not None:
        chosen = _own_rows(chosen, context, batch_size)
    return chosen.map(read, num_parallel_calls=readers).prefetch(2).with_options(_options())


def shared_batches(
    strategy: tf.distribute.Strategy, examples: Examples | ImagePairs, batch_size: int, **arguments: object
) -> tf.data.Dataset | tf.distribute.DistributedDataset:
    """Returns `batches`; on several machines, distributed so that each reads and converts only its part of each batch.

    The examples of a step are the same as on one machine.

    Raises ValueError as `batches` does, and if the replicas of several machines cannot share a batch evenly.
    """
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return batches(examples, batch_size, **arguments)
    return strategy.distribute_datasets_from_function(
        lambda context: batches(examples, batch_size, context=context, **arguments)
    )


def _parts(examples):
    return (examples.a, examples.b) if isinstance(examples, ImagePairs) else (examples,)


def _reader(examples, labels, flip, as_bytes):
    """Returns a function of a graph from rows (orders, N) and booleans, which to mirror, to a batch."""
    parts = _parts(examples)
    gathers = [_gather(part, flip, as_bytes) for part in parts]
    with tf.device("CPU"):
        table = tf.constant(examples.labels) if labels else None

    def read(rows, mirrored):
        orders, found = rows.shape[0], []
        for index, (part, gather) in enumerate(zip(parts, gathers, strict=True)):  # of which both may have one order
            found.append(gather(rows[index % orders] % len(part), mirrored[index % orders]))
        if len(parts) == 2:
            return dict(zip("ab", found, strict=True))
        return (found[0], tf.gather(table, rows[0])) if labels else found[0]

    return read


def _gather(examples, flip, as_bytes):
    """Returns a function of a graph from rows (N,) and booleans to images, read from the memory or from a file."""
    images = examples.images
    if isinstance(images, MappedImages):

        def read(rows, mirrored):
            return images.batch(rows, mirrored if flip else None)

        def take(rows, mirrored):
            found = tf.numpy_function(read, [rows, mirrored], images.dtype)
            found = tf.ensure_shape(found, (rows.shape[0], *examples.shape))
            return found if as_bytes else as_floats(found)

        return take
    with tf.device("CPU"):  # one tensor that all batches share, without copies in a graph or on an accelerator
        table = tf.constant(images)

    def look_up(rows, mirrored):
        found = tf.gather(table, rows)
        found = _flipped(found, mirrored) if flip else found
        return found if as_bytes else as_floats(found)

    return look_up


def _check(examples, batch_size, seed, labels, start, drop_remainder, labelled_share, flip):
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
    if flip and len(examples.shape) != 3:
        raise ValueError(f"Only images can be flipped, but {examples.name!r} has vectors; leave out `flip`.")


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
    return tf.random.experimental.index_shuffle(rows, _key(seed, epoch), tf.constant(count - 1, tf.int64))


def _mirrored(count, orders, seed, epoch, index):
    """Draws booleans (orders, count) for a batch, always the same ones for the same place in an epoch."""
    key = _key(seed, epoch)
    return tf.random.stateless_uniform((orders, count), tf.stack([key[0], key[1] ^ index])) < 0.5


def _key(seed, epoch):
    pair = tf.stack([tf.constant(seed, tf.int64), epoch])
    return tf.random.stateless_uniform((2,), pair, minval=None, maxval=None, dtype=tf.int64)


def _own_rows(chosen, context, batch_size):
    """Returns those rows of each batch that belong to this machine: a data set with one element for each replica."""
    machines, replicas = context.num_input_pipelines, context.num_replicas_in_sync
    if batch_size % replicas:
        raise ValueError(
            f"A batch of {batch_size} cannot be shared out evenly among {replicas} replicas: choose a multiple of "
            f"{replicas}."
        )
    own, share = replicas // machines, batch_size // replicas
    first = context.input_pipeline_id * own * share

    def split(part):
        part = part[:, first : first + own * share]
        return tf.transpose(tf.reshape(part, (-1, own, share)), (1, 0, 2))

    return chosen.map(lambda rows, mirrored: (split(rows), split(mirrored))).unbatch()


def _flipped(images, mirrored):
    return tf.where(mirrored[:, tf.newaxis, tf.newaxis, tf.newaxis], tf.reverse(images, [2]), images)


def _options():
    options = tf.data.Options()
    options.experimental_optimization.apply_default_optimizations = False  # they would copy all data into a graph
    options.autotune.enabled = False  # its sleeping thread can delay the end of a `fit` by the time that it took
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA  # splits each batch
    return options
