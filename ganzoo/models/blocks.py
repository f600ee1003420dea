"""Batches that travel to the device several at once, as each trip may take as long as a small batch's step.

Of a data set that stays there, only the numbers of their rows travel.
"""

import concurrent.futures
import functools

import tensorflow as tf

from ganzoo.tables import Rows, placed

AT_MOST = 2**26  # bytes of a block: two are in memory, and one on the device
KEPT_AT_MOST = 2**30  # bytes of a data set that stays on the device


def fitting(dataset):
    """How many batches fit into a block; None where there can be none, for their shapes are not known or differ."""
    if not isinstance(dataset, tf.data.Dataset):
        return None
    specs = tf.nest.flatten(travelling(dataset).element_spec)
    if not all(isinstance(spec, tf.TensorSpec) and spec.shape.is_fully_defined() for spec in specs):
        return None
    return AT_MOST // max(1, sum(map(size, specs)))


def size(tensor):
    """In bytes."""
    return tensor.shape.num_elements() * tensor.dtype.size


def kept(dataset):
    """The Rows of which a data set is made, if it says so and its tables are small enough to stay; else None."""
    rows = getattr(dataset, "looked_up", None)
    return rows if rows and sum(map(size, tf.nest.flatten(rows.tables))) <= KEPT_AT_MOST else None


def travelling(dataset):
    """What each step needs anew: of a data set that stays on the device the rows, else the batches themselves."""
    return kept(dataset).rows if kept(dataset) else dataset


def blocks(dataset, count, accelerated=False):
    """An iterable of so many batches at once, (count, N, ...), or Rows of them; in the last those that are left."""
    several = travelling(dataset).batch(count).prefetch(1)
    if kept(dataset):
        return OfRows(kept(dataset).tables, several, accelerated)
    return Ahead(several) if accelerated else several


class OfRows:
    """Blocks of rows, with the tables that they are looked up in, which travel once."""

    def __init__(self, tables, rows, accelerated):
        self.tables = tf.nest.map_structure(functools.partial(placed, accelerated=accelerated), tables)
        self.rows = rows

    def __iter__(self):
        return (Rows(self.tables, rows) for rows in self.rows)


class Ahead:
    """Blocks, each copied to the accelerator while steps are taken with the one before it."""

    def __init__(self, blocks):
        self.blocks = blocks

    def __iter__(self):
        return self._each(iter(self.blocks))  # begun now, as other iterators are: each is another shuffle

    @staticmethod
    def _each(blocks):
        def following():
            block = next(blocks, None)
            return None if block is None else tf.nest.map_structure(tf.identity, block)

        with concurrent.futures.ThreadPoolExecutor(1) as copies:
            coming = copies.submit(following)
            while (block := coming.result()) is not None:
                coming = copies.submit(following)
                yield block


def batch_of(block, index):
    """The batch at that place of a block."""
    if isinstance(block, Rows):
        return Rows(block.tables, block.rows[index]).look_up()
    return tf.nest.map_structure(lambda part: part[index], block)


def for_each(block, function):
    """Calls `function` with each batch of a block, one after the other, in a graph."""

    def next_one(done):
        function(batch_of(block, done))
        return done + 1

    count = tf.shape(tf.nest.flatten(block)[-1])[0]  # of Rows the rows
    tf.while_loop(lambda done: done < count, next_one, [tf.constant(0)], parallel_iterations=1)
