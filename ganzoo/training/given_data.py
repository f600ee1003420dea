"""Prepares the data that users pass to `fit` and `evaluate`, and refuses what no training could use."""

import math
import types
from collections.abc import Mapping

import keras
import numpy as np
import tensorflow as tf

from ganzoo.arguments import check_count
from ganzoo.execution.batches import UNEVEN, indivisible
from ganzoo.keras_internals import remainder_of

SAMPLE_WEIGHTS = "Every example counts alike: leave out sample_weight and class_weight, or repeat examples instead."
BATCHES = (tf.data.Dataset, tf.distribute.DistributedDataset, keras.utils.PyDataset, types.GeneratorType)
"""Types of data that yield batches."""
COUNTS = {
    "batch_size": 1,
    "epochs": 0,
    "initial_epoch": 0,
    "steps_per_epoch": 1,
    "steps": 1,
    "validation_steps": 1,
    "validation_batch_size": 1,
}
"""Arguments of `fit` and `evaluate` that are integers or None, and the least value of each."""


def training_data(model, x, y, arguments: dict) -> tuple:
    """Returns the x and y that Keras's `fit` takes, and replaces validation_data among its arguments likewise.

    Raises ValueError if examples are weighted; if `x` is missing or of a wrong type, or arrays hold what the model
    cannot use; if a dataset never ends and no number of steps is given; and if the last batch is known not to divide
    into the model's shares and replicas.
    """
    if any(arguments.get(name) is not None for name in ("sample_weight", "class_weight")):
        raise ValueError(SAMPLE_WEIGHTS)
    check_integers(arguments)
    held_out = arguments.get("validation_data")
    if is_examples(held_out):
        arguments["validation_data"] = held_out.as_dataset(labels=takes_labels(model), training=False)
    elif isinstance(held_out, (tuple, list)):
        check_arrays(model, *keras.utils.unpack_x_y_sample_weight(tuple(held_out))[:2])
    elif held_out is not None:
        arguments["validation_data"], _ = check_arrays(model, held_out, None)
    if is_examples(x):
        x = x.as_dataset(arguments.pop("batch_size", None), takes_labels(model), strategy=model.distribute_strategy)
    x, y = check_arrays(model, x, y, training=True)
    check_ends(x, arguments.get("steps_per_epoch"), "steps_per_epoch")
    check_ends(arguments.get("validation_data"), arguments.get("validation_steps"), "validation_steps")
    if arguments.get("steps_per_epoch") is None:
        check_last_batch(model, x, arguments)
    return x, y


def test_data(model, arguments: dict) -> dict:
    """Returns the arguments that Keras's `evaluate` takes.

    Raises ValueError if the data are missing, or arrays that the model cannot use, or endless without `steps`.
    """
    check_integers(arguments)
    if is_examples(arguments.get("x")):
        batch_size = arguments.pop("batch_size", None)
        arguments["x"] = arguments["x"].as_dataset(batch_size, takes_labels(model), training=False)
    x, y = check_arrays(model, arguments.get("x"), arguments.get("y"))
    check_ends(x, arguments.get("steps"), "steps")
    return arguments | {"x": x, "y": y}


def is_examples(data) -> bool:
    """Returns whether data are `Examples` or `ImagePairs` of ganzoo.data."""
    return hasattr(data, "as_dataset")


def takes_labels(model) -> bool:
    """Returns whether a model is trained on (x, y)."""
    return hasattr(model, "num_classes")


def check_integers(arguments: dict) -> None:
    """Raises ValueError for numbers of epochs, steps or examples that are neither None nor integers in their range."""
    for name, least in COUNTS.items():
        if arguments.get(name) is not None:
            arguments[name] = check_count(name, arguments[name], least)


def check_arrays(model, x, y, training: bool = False) -> tuple:
    """Returns x and y, arrays if they are lists of labels; raises ValueError for arrays that the model cannot use.

    All of an array is in memory and can be checked before any time is spent, unlike a dataset.
    """
    if not is_arrays(x) and not isinstance(x, BATCHES):
        raise ValueError(
            "`fit` and `evaluate` take an array, a dataset or examples of ganzoo.data, and labels as a second array; "
            f"got {'nothing' if x is None else f'a {type(x).__name__}'}."
        )
    specs = tf.nest.flatten(x.element_spec) if isinstance(x, tf.data.Dataset) else []
    if any(getattr(spec, "shape", None) == () for spec in specs):
        raise ValueError("The dataset yields single numbers, not batches of examples: batch it, or give other data.")
    if isinstance(x, types.GeneratorType):
        x = (batch if isinstance(batch, tuple) else (batch,) for batch in x)  # of which Keras wants tuples
    y = np.asarray(y) if isinstance(y, (list, tuple)) else y
    if is_arrays(x):
        model.check(keras.utils.pack_x_y_sample_weight(x, y), whole=training)
    return x, y


def is_arrays(x) -> bool:
    """Returns whether data are arrays, tensors, tables and the like, or a dict of these; no iterable of batches."""
    return isinstance(x, Mapping) or (hasattr(x, "shape") and not isinstance(x, tf.data.Dataset))


def check_ends(data, steps: int | None, argument: str) -> None:
    """Raises ValueError for a dataset that is known to be endless if `steps`, the value of `argument`, is None."""
    endless = isinstance(data, tf.data.Dataset) and int(data.cardinality()) == tf.data.INFINITE_CARDINALITY
    if endless and steps is None:
        raise ValueError(f"The dataset never ends: say with {argument} how many of its batches to take.")


def check_inputs(model, x, batch_size: int | None, steps: int | None) -> None:
    """Raises ValueError for arguments of `predict` that are nothing that the model could map to examples."""
    known = is_arrays(x) or isinstance(x, (*BATCHES, list, tuple))
    if not known or (isinstance(x, (list, tuple, Mapping)) and not x) or tuple(getattr(x, "shape", ()))[:1] == (0,):
        raise ValueError("`predict` takes what the model maps to examples, such as gan.prior.sample(16, seed=0).")
    check_integers({"batch_size": batch_size, "steps": steps})
    check_ends(x, steps, "steps")
    if hasattr(model, "check_inputs"):
        model.check_inputs(x)


def check_last_batch(model, x, arguments: dict) -> None:
    """Raises ValueError if x is known to end in a smaller batch that does not divide into shares and replicas."""
    if is_arrays(x):
        examples, size = len(tf.nest.flatten(x)[0]), arguments.get("batch_size") or 32
        examples = math.floor(examples * (1 - (arguments.get("validation_split") or 0)))  # as Keras rounds
        rest = examples % size if examples > size else 0
    else:
        rest = remainder_of(x)
    replicas = model.distribute_strategy.num_replicas_in_sync
    if rest % replicas:
        raise ValueError(f"The last batch, of {rest} examples, {UNEVEN}")
    if rest // replicas % model.shares:
        raise ValueError(f"The last batch, of {rest} examples, {indivisible(model.shares)}")
