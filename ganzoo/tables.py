"""Examples that stay on the device which works with them: what travels there are the numbers of their rows."""

from typing import NamedTuple

import tensorflow as tf

BYTES = (tf.uint8, tf.float16)
ACCELERATED = {tf.uint8: tf.float16, tf.int32: tf.int64}


def placed(table, accelerated):
    """A table on the device that is used here; on an accelerator in another type that holds the same numbers.

    TensorFlow has no kernel for GPUs that gathers bytes, and keeps int32 in the host's memory.
    """
    return tf.identity(tf.cast(table, ACCELERATED.get(table.dtype, table.dtype)) if accelerated else table)


class Rows(NamedTuple):
    """A batch as `rows` of `tables`, or several, or a tf.data.Dataset of them.

    `tables` are (parts,) or (parts, labels): a list of tensors (count, ...), and one (count,). `rows` are (parts, N),
    integers: a batch's examples have their channels from each of the parts at its own rows, and their labels at those
    of the first. Those of several batches are (batches, parts, N). Bytes are uint8, or the same numbers in float16.
    """

    tables: tuple
    rows: object

    def look_up(self):
        """x, float32 (N, ...), with bytes as x / 127.5 - 1; or (x, labels)."""
        parts, *labels = self.tables
        x = tf.concat([tf.gather(part, self.rows[index]) for index, part in enumerate(parts)], axis=-1)
        if x.dtype in BYTES:
            x = tf.cast(x, tf.float32) * (1 / 127.5) - 1  # a division by 127.5, in training's graphs, would become this
        return (x, *(tf.gather(table, self.rows[0]) for table in labels)) if labels else x
