"""Batches: how many examples they hold, how they divide into shares, and checks before each one is used."""

import itertools

import tensorflow as tf

from ganzoo.distribution.global_batch import all_reduce_sum, evenly_shared
from ganzoo.execution.refusals import require

EMPTY = "The dataset is empty: it needs at least one batch (batch_size may exceed the number of examples)."
UNEVEN = (
    "cannot be shared out evenly among the replicas: choose a batch_size that is a multiple of their number, and drop "
    "the remainder."
)


def batch_size(batch):
    """The number of examples in a batch, or in a replica's part of one: an int where it is fixed, else a tensor."""
    first = tf.nest.flatten(batch)[0]
    return tf.shape(first)[0] if first.shape[0] is None else first.shape[0]


def as_floats(examples):
    """Returns examples as float32: images (N, H, W, C) of uint8 are mapped from [0, 255] to [-1, 1]."""
    examples = tf.convert_to_tensor(examples)
    floats = tf.cast(examples, tf.float32)
    is_bytes = examples.dtype == tf.uint8 and examples.shape.rank == 4
    return floats * (1 / 127.5) - 1 if is_bytes else floats  # TensorFlow divides by 127.5 like this


def take_share(structure, index, shares):
    """Returns every `shares`-th example from `index` on, which are the same examples on any number of replicas."""
    if shares == 1:
        return structure
    places = tf.range(index, batch_size(structure), shares)  # part[index::shares] would be slow on a CPU
    return tf.nest.map_structure(lambda part: None if part is None else tf.gather(part, places), structure)


def check_divisible(batch, shares):
    """Returns the batch; refuses it if its size is not a multiple of `shares`, into which the game divides it.

    Raises ValueError; or, in a graph that takes batches of any size, InvalidArgumentError before any weight moves. Such
    a graph also refuses a batch of which the replicas have unequal parts.
    """
    size = batch_size(batch)
    if not tf.is_tensor(size):
        if size % shares:
            raise ValueError(f"A batch of {size} {indivisible(shares)}")
        return batch
    divisible = require(size % shares == 0, f"The last batch, of {{}} examples, {indivisible(shares)}", size)
    return passed(batch, [divisible, require(evenly_shared(size), f"The last batch {UNEVEN}")])


def indivisible(shares):
    """Returns what is wrong with a batch that does not divide into this many shares, and what cures it."""
    return (
        f"is not divisible by {shares}, into how many shares the game divides it (discriminator_steps, for instance): "
        f"choose a batch_size that is a multiple of {shares}, and drop the remainder."
    )


def check_examples(batch, find_faults):
    """Returns the batch; refuses it, as `check_divisible` does, if any of its examples, on any replica, has a fault.

    `find_faults` maps the batch to {sentence: booleans (N,)}, which say which examples have the fault; the sentence has
    two places, for the number of these and of all examples.
    """
    checks = []
    for sentence, faulty in find_faults(batch).items():
        count = all_reduce_sum(tf.math.count_nonzero(faulty, dtype=tf.int32))
        checks.append(require(count == 0, sentence, count, all_reduce_sum(tf.size(faulty))))
    return passed(batch, checks)


def passed(batch, checks):
    """Returns the batch as tensors that exist only after the checks, operations of the graph, have passed."""
    if tf.executing_eagerly():
        return batch
    with tf.control_dependencies(checks):
        return tf.nest.map_structure(lambda part: None if part is None else tf.identity(part), batch)


def after(batch):
    """Returns a context in which every operation of a graph waits for the batch, and for the checks that it passed."""
    return tf.control_dependencies([part for part in tf.nest.flatten(batch) if part is not None])


def check_parts(parts):
    """Raises ValueError where the replicas' parts of a batch are of unequal sizes."""
    sizes = [int(batch_size(part)) for part in parts]
    if len(set(sizes)) > 1:
        raise ValueError(f"A batch of {sum(sizes)} {UNEVEN}")


def before_first_batch(function, inspect, strategy):
    """Wraps Keras's train or test `function(iterator)` so that `inspect` sees the first batch before it is used.

    `inspect` is called with the batch, or with each replica's part of it.

    Raises ValueError if there is no batch at all.
    """

    def checked(iterator):
        nonlocal seen
        if not seen:
            batches = iter(iterator)
            try:
                first = next(batches)
            except StopIteration:
                raise ValueError(EMPTY) from None
            inspect(*strategy.experimental_local_results(first))
            seen, iterator = True, itertools.chain([first], batches)
        return function(iterator)

    seen = False
    return checked
