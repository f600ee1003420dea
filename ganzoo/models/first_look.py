"""A look at the first batch, before any time is spent on tracing or training."""

import functools
import itertools
import warnings

import numpy as np
import tensorflow as tf

from ganzoo.distribute import evenly_shared

EMPTY = "The dataset is empty: it needs at least one batch (batch_size may exceed the number of examples)."
UNEVEN = (
    "cannot be shared out evenly among the replicas: choose a batch_size that is a multiple of their number, and drop "
    "the remainder."
)


def first_look(function, inspect, strategy):
    """Keras's train or test `function(iterator)`, with a call of `inspect` before the first batch goes in.

    It gets the batch, or each replica's part of it.

    Raises ValueError where there is no batch at all.
    """

    @functools.wraps(function)
    def looking(iterator):
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
    return looking


def check_images(images, data_shape):
    """Refuses what is no (N, *data_shape) of finite floats, in [-1, 1] for images: a batch, or a whole array.

    Raises ValueError with one sentence that names the cure.
    """
    shape = getattr(images, "shape", None)
    if shape is None or tuple(shape[1:]) != tuple(data_shape):
        raise ValueError(
            f"The model was made for data_shape={tuple(data_shape)}, but the data has shape {shape and tuple(shape)}: "
            "create it with the data's shape, or resize the data."
        )
    if shape[0] == 0:
        raise ValueError(EMPTY)
    if not tf.as_dtype(images.dtype).is_floating:
        raise ValueError(
            f"The data is {tf.as_dtype(images.dtype).name}: it must be float, with images in [-1, 1]; "
            "map 8-bit images with x / 127.5 - 1."
        )
    low, high = np.min(images), np.max(images)  # NaN if there is one
    if not np.isfinite([low, high]).all():
        raise ValueError("The data holds NaN or infinite values: remove those examples first.")
    if len(data_shape) == 3 and (low < -1.001 or high > 1.001):
        raise ValueError(
            f"Images must be in [-1, 1], but these go from {low:g} to {high:g}: map them with x / 127.5 - 1 "
            "where they are in [0, 255], with 2 * x - 1 where they are in [0, 1]."
        )
    if len(data_shape) == 3 and 0 <= low < high <= 1:
        warnings.warn(
            f"Images are taken to be in [-1, 1], and these go from {low:g} to {high:g}: if black is 0, map them with "
            "2 * x - 1.",
            stacklevel=2,
        )


def batch_size(batch):
    """The number of examples in a batch, or in a replica's part of one: an int where it is fixed, else a tensor."""
    first = tf.nest.flatten(batch)[0]
    return tf.shape(first)[0] if first.shape[0] is None else first.shape[0]


def check_shares(batch, shares):
    """`batch`, refused if its size is no multiple of `shares`, the number of discriminator steps.

    Raises ValueError, or, in a graph that takes batches of any size, InvalidArgumentError before any weight moves.
    There, a batch of which the replicas have unequal parts is refused too.
    """
    size = batch_size(batch)
    cure = (
        f"is not divisible by discriminator_steps={shares}, and each of the steps takes its own share: choose a "
        f"batch_size that is a multiple of {shares}, and drop the remainder."
    )
    if not tf.is_tensor(size):
        if size % shares:
            raise ValueError(f"A batch of {size} {cure}")
        return batch
    checks = [
        tf.debugging.assert_equal(size % shares, 0, f"The last batch {cure}"),
        tf.debugging.assert_equal(evenly_shared(size), True, f"The last batch {UNEVEN}"),
    ]
    with tf.control_dependencies(checks):
        return tf.nest.map_structure(lambda part: None if part is None else tf.identity(part), batch)


def check_parts(parts):
    """Raises ValueError where the replicas' parts of a batch are of unequal sizes."""
    sizes = [int(batch_size(part)) for part in parts]
    if len(set(sizes)) > 1:
        raise ValueError(f"A batch of {sum(sizes)} {UNEVEN}")


def share(structure, index, shares):
    """Every `shares`-th example from `index` on: the same examples on any number of replicas."""
    if shares == 1:
        return structure

    rows = tf.range(index, batch_size(structure), shares)  # gathered, as part[index::shares] is slow on a CPU
    return tf.nest.map_structure(lambda part: None if part is None else tf.gather(part, rows), structure)
