"""The means that `fit` and `evaluate` report. `fit` declares their names before a step is traced."""

import typing

import keras
import tensorflow as tf


class Logs:
    """Means by name, whose sums are in one variable of a Keras metric.

    The object is not a Keras layer or metric itself, so that checkpoints do not include it.
    """

    def __init__(self):
        self.names: list[str] = []
        self.metrics: list[keras.metrics.Metric] = []

    def declare(self, names: typing.Iterable[str]) -> None:
        """Sets the names of the logs, and creates the variable with their sums."""
        self.names, self.metrics = list(names), [_Sums(len(names))]

    def update(self, values: dict[str, typing.Any], size: tf.Tensor) -> None:
        """Adds a batch to the means.

        On the last batch of an epoch a replica may have no examples; their mean, NaN, is ignored.

        Args:
            values: {name: mean over the batch}, or {name: (values, weights)} for a weighted mean.
            size: the number of examples in the batch.
        """
        if not self.metrics:  # a step that is called by itself, without `fit`
            with tf.init_scope():
                self.declare(values)
        means, weights = zip(*(_weighted(values[name], size) for name in self.names), strict=True)
        self.metrics[0].update_state(tf.stack(means), tf.stack(weights))

    def sums(self) -> tf.Tensor:
        """Returns the sums of this replica, (2, number of logs): weighted totals, and the weights to divide by."""
        return tf.identity(self.metrics[0].sums.value)

    def results(self, sums: tf.Tensor) -> dict[str, tf.Tensor]:
        """Computes the means, {name: scalar}, from sums that were reduced over replicas."""
        return dict(zip(self.names, tf.unstack(tf.math.divide_no_nan(*tf.unstack(sums))), strict=True))

    @property
    def seen(self) -> tf.Tensor:
        """The number of examples since the epoch, or the evaluation, began: a scalar."""
        if not self.metrics:
            return tf.constant(0.0)
        return self.sums()[1, self.names.index("loss")] * tf.distribute.get_strategy().num_replicas_in_sync


class _Sums(keras.metrics.Metric):
    """The weighted sums of `count` means, and the sums of their weights: `sums`, (2, count)."""

    def __init__(self, count):
        super().__init__("float32", name="logs")
        self.sums = self.add_variable((2, count), "zeros")

    def update_state(self, means, weights):
        totals = tf.where(weights > 0, means * weights, 0)
        self.sums.assign_add(tf.stack([totals, weights]))

    def result(self):
        return tf.math.divide_no_nan(*tf.unstack(self.sums.value))


def _weighted(value, size):
    """Returns the mean and the weight, both scalars, of one logged value."""
    if not isinstance(value, tuple):
        return tf.cast(value, "float32"), tf.cast(size, "float32")
    values, weights = (tf.cast(part, "float32") for part in value)
    total = tf.reduce_sum(weights)
    return tf.math.divide_no_nan(tf.reduce_sum(tf.where(weights > 0, values, 0) * weights), total), total
