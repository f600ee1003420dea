"""The means that `fit` and `evaluate` report, declared before anything is traced."""

import keras
import tensorflow as tf


class Logs:
    """Keras's mean metrics by name. No Keras object itself, so that no checkpoint holds them."""

    def __init__(self):
        self.means = {}

    def declare(self, names):
        for name in names:
            if name not in self.means:
                self.means[name] = keras.metrics.Mean(name=name)

    def update(self, values, size):
        """Takes {name: mean of a batch of `size`}, or {name: (values, weights)} for means over some of the examples.

        A replica may have got none of the last few examples: what it calls their mean is NaN, and left out.
        """
        for name, value in values.items():
            mean, weight = value if isinstance(value, tuple) else (value, size)
            self.means[name].update_state(tf.where(weight > 0, mean, 0), weight)

    def sums(self):
        """What this replica summed up, (2, number of logs): totals, and the weights to divide by."""
        return tf.stack([(mean.total.value, mean.count.value) for mean in self.means.values()], axis=1)

    def results(self, sums):
        """{name: scalar} from the sums of all replicas' sums."""
        return dict(zip(self.means, tf.unstack(tf.math.divide_no_nan(*tf.unstack(sums))), strict=True))

    @property
    def seen(self):
        """How many examples were counted since the epoch, or the evaluation, began: a scalar tensor."""
        if not self.means:
            return tf.constant(0.0)
        return self.means["loss"].count.value * tf.distribute.get_strategy().num_replicas_in_sync
