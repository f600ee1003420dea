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

    def update(self, values):
        """Takes {name: scalar}, or {name: (values, weights)} for means over some of the examples."""
        for name, value in values.items():
            self.means[name].update_state(*(value if isinstance(value, tuple) else (value,)))

    @property
    def batches(self):
        """How many batches went into the means since the epoch, or the evaluation, began: a scalar tensor."""
        return self.means["loss"].count.value if self.means else tf.constant(0.0)
