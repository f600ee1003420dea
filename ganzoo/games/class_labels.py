"""Integer labels: checks with a cure, and the labels that samples are asked for."""

import keras
import numpy as np
import tensorflow as tf


def check_classes(num_classes):
    """Refuses a number of classes that is none: raises ValueError unless it is an int of at least 2."""
    if not isinstance(num_classes, (int, np.integer)) or num_classes < 2:
        raise ValueError(f"num_classes is the number of classes, an int of at least 2; got {num_classes!r}.")
    return int(num_classes)


def examples_and_labels(data):
    """A batch (x, y) as float32 examples and labels, int32 where they are integers, None where there are none."""
    examples, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
    if labels is not None and tf.as_dtype(labels.dtype).is_integer:
        labels = tf.cast(labels, tf.int32)
    return tf.cast(examples, tf.float32), labels


def check_labels(labels, count, num_classes, lowest=0, some=False):
    """Refuses labels that are no `count` integers from `lowest` to num_classes - 1; raises ValueError with the cure.

    -1, where `lowest` allows it, stands for no label; with `some`, not all may be that.
    """
    if labels is None:
        raise ValueError("Labels are missing: the dataset must yield (x, y), with y the classes as integers (N,).")
    labels = np.asarray(labels)
    if labels.shape != (count,) or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"Labels must be {count} integers of shape ({count},); got {labels.dtype} of shape {labels.shape} (one-hot "
            "labels become integers by argmax over the last axis, a column of them by y[:, 0])."
        )
    missing = lowest == 0 and bool(np.any(labels == -1))
    if count and (labels.min() < lowest or labels.max() >= num_classes):
        raise ValueError(
            f"Labels must be from {lowest} to {num_classes - 1} for num_classes={num_classes}; these go from "
            f"{labels.min()} to {labels.max()}{' (-1, for no label, is for semi-supervised variants)' * missing}."
        )
    if some and count and labels.max() < 0:
        raise ValueError("All labels are -1, for unlabelled: label some, or take a variant that needs no labels.")


def wanted(labels, count, num_classes):
    """The labels (count,) of samples, from one integer for all, a list or an array; None takes each in turn."""
    if labels is None:
        labels = np.arange(count) % num_classes
    labels = np.asarray(labels)
    labels = np.full(count, labels) if labels.ndim == 0 else labels
    check_labels(labels, count, num_classes)
    return tf.constant(labels, tf.int32)
