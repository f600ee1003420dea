"""Integer class labels: checks of those that a dataset yields, and the labels of the examples that `sample` returns."""

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from ganzoo.execution.batches import as_floats
from ganzoo.games.class_names import check_class_names, numbered

MOST_CLASSES = 100_000
"""Of which the one-hot labels of a batch still fit into memory."""


def check_num_classes(num_classes: int | None, class_names: Sequence[str] | None = None) -> int:
    """Returns the number of classes, by default that of their names.

    Raises ValueError unless it is an int from 2 to MOST_CLASSES, and there are as many names, if there are any.

    >>> check_num_classes(None, ("cat", "dog"))
    2
    """
    names = check_class_names(class_names, num_classes)
    num_classes = len(names) if names and num_classes is None else num_classes
    if not isinstance(num_classes, (int, np.integer)) or not 2 <= num_classes <= MOST_CLASSES:
        raise ValueError(
            f"num_classes is the number of classes, an int of at least 2 and at most {MOST_CLASSES}; got "
            f"{num_classes!r}."
        )
    return int(num_classes)


def unpack_labelled(data) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Splits a batch (x, y) into float32 examples and labels: int32 if they are integers, None if there are none."""
    examples, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
    if labels is not None and tf.as_dtype(labels.dtype).is_integer:
        labels = tf.cast(labels, tf.int32)
    return as_floats(examples), labels


def check_labels(
    labels: ArrayLike | None, count: int, num_classes: int, lowest: int = 0, some_labelled: bool = False
) -> None:
    """Checks that the labels are `count` integers from `lowest` to num_classes - 1.

    A `lowest` of -1 allows -1 for an example without a label; with `some_labelled`, not all of them may be -1.

    Raises:
        ValueError: with the cure, for labels that are missing, of another shape or dtype, or out of range.
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
    if some_labelled and count and labels.max() < 0:
        raise ValueError("All labels are -1, which means unlabelled: label some, or use a variant without labels.")


def label_faults(labels: tf.Tensor, num_classes: int, lowest: int = 0) -> dict[str, tf.Tensor]:
    """Returns which labels of a batch (N,) are not from `lowest` to num_classes - 1, as `Game.find_faults` does."""
    labels = tf.cast(labels, tf.int64)
    sentence = (
        f"{{}} of {{}} labels in later batches are not from {lowest} to {num_classes - 1}: count the classes from 0, "
        f"or create the model with a larger num_classes than {num_classes}."
    )
    return {sentence: (labels < lowest) | (labels >= num_classes)}


def requested_labels(
    labels: ArrayLike | None, count: int, num_classes: int, class_names: Sequence[str] | None = None
) -> tf.Tensor:
    """Returns the labels (count,) of examples to be sampled, int32.

    Args:
        labels: one integer or name for all of them, or one for each; None uses each class in turn.
        count: the number of examples.
        num_classes: the number of classes.
        class_names: their names, if they have any.

    Raises ValueError for labels that are not `count` names or integers from 0 to num_classes - 1.
    """
    if labels is None:
        labels = np.arange(count) % num_classes
    labels = np.asarray(numbered(labels, class_names))
    labels = np.full(count, labels) if labels.ndim == 0 else labels
    check_labels(labels, count, num_classes)
    return tf.constant(labels, tf.int32)
