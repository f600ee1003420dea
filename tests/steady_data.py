"""Importing this turns tf.data's autotuning off, in the tests' process or in one that they start.

The thread of an iterator sleeps for ever longer, up to a minute, and whoever lets go of the iterator, Python's garbage
collector, say, waits for it: tests took twice their time.
"""

import tensorflow as tf
from tensorflow.python.data.ops import dataset_ops

_STEADY = tf.data.Options()
_STEADY.autotune.enabled = False
dataset_ops.DatasetV2._apply_debug_options = lambda dataset: dataset.with_options(_STEADY)
