"""The means that `fit` and `evaluate` report, declared before anything is traced."""

import keras
import tensorflow as tf


class Logs:
    """Means by name, in one variable of a Keras metric. No Keras object itself, so that no checkpoint holds them."""

    def __init__(self):
        self.names, self.metrics = [], []

    def declare(self, names):
        self.names, self.metrics = list(names), [_Sums(len(names))]

    def update(self, values, size):
        """Takes {name: mean of a batch of `size`}, or {name: (values, weights)} for means over some of the examples.

        A replica may have got none of the last few examples: what it calls their mean is NaN, and left out.
        """
        means, weights = zip(*(_weighted(values[name], size) for name in self.names), strict=True)
        self.metrics[0].update_state(tf.stack(means), tf.stack(weights))

    def sums(self):
        """What this replica summed up, (2, number of logs): totals, and the weights to divide by."""
        return tf.identity(self.metrics[0].sums.value)

    def results(self, sums):
        """{name: scalar} from the sums of all replicas' sums."""
        return dict(zip(self.names, tf.unstack(tf.math.divide_no_nan(*tf.unstack(sums))), strict=True))

    @property
    def seen(self):
        """How many examples were counted since the epoch, or the evaluation, began: a scalar tensor."""
        if not self.metrics:
            return tf.constant(0.0)
        return self.sums()[1, self.names.index("loss")] * tf.distribute.get_strategy().num_replicas_in_sync


class _Sums(keras.metrics.Metric):
    """The weighted sums of so many means, and of their weights: `sums`, (2, count)."""

    def __init__(self, count):
        super().__init__("float32", name="logs")
        self.sums = self.add_variable((2, count), "zeros")

    def update_state(self, means, weights):
        totals = tf.where(weights > 0, means * weights, 0)
        self.sums.assign_add(tf.stack([totals, weights]))

    def result(self):
        return tf.math.divide_no_nan(*tf.unstack(self.sums.value))


def _weighted(value, size):
    """The mean (a scalar) and the weight of what was logged."""
    if not isinstance(value, tuple):
        return tf.cast(value, "float32"), tf.cast(size, "float32")
    values, weights = (tf.cast(part, "float32") for part in value)
    total = tf.reduce_sum(weights)
    return tf.math.divide_no_nan(tf.reduce_sum(tf.where(weights > 0, values, 0) * weights), total), total
