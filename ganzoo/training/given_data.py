"""Prepares the data that users pass to `fit` and `evaluate`, and refuses endless datasets without a step count."""

import tensorflow as tf

SAMPLE_WEIGHTS = "Every example counts alike: leave out sample_weight and class_weight, or repeat examples instead."


def training_data(model, x, arguments: dict):
    """Returns the x that Keras's `fit` takes, and replaces validation_data among its arguments likewise.

    Raises ValueError if examples are weighted, if `x` is missing or of a wrong type, or if a dataset never ends and no
    number of steps is given.
    """
    if any(arguments.get(name) is not None for name in ("sample_weight", "class_weight")):
        raise ValueError(SAMPLE_WEIGHTS)
    if x is None or isinstance(x, (list, tuple, str)):
        raise ValueError(
            "`fit` takes an array, a dataset or examples of ganzoo.data, and labels as a second array; got "
            f"{'nothing' if x is None else f'a {type(x).__name__}'}."
        )
    held_out = arguments.get("validation_data")
    if is_examples(held_out):
        arguments["validation_data"] = held_out.as_dataset(labels=takes_labels(model), training=False)
    if is_examples(x):
        x = x.as_dataset(arguments.pop("batch_size", None), takes_labels(model))
    check_ends(x, arguments.get("steps_per_epoch"), "steps_per_epoch")
    check_ends(arguments.get("validation_data"), arguments.get("validation_steps"), "validation_steps")
    return x


def test_data(model, arguments: dict) -> dict:
    """Returns the arguments that Keras's `evaluate` takes; raises ValueError for endless data without `steps`."""
    if is_examples(arguments.get("x")):
        batch_size = arguments.pop("batch_size", None)
        arguments["x"] = arguments["x"].as_dataset(batch_size, takes_labels(model), training=False)
    check_ends(arguments.get("x"), arguments.get("steps"), "steps")
    return arguments


def is_examples(data) -> bool:
    """Returns whether data are `Examples` or `ImagePairs` of ganzoo.data."""
    return hasattr(data, "as_dataset")


def takes_labels(model) -> bool:
    """Returns whether a model is trained on (x, y)."""
    return hasattr(model, "num_classes")


def check_ends(data, steps: int | None, argument: str) -> None:
    """Raises ValueError for a dataset that is known to be endless if `steps`, the value of `argument`, is None."""
    endless = isinstance(data, tf.data.Dataset) and int(data.cardinality()) == tf.data.INFINITE_CARDINALITY
    if endless and steps is None:
        raise ValueError(f"The dataset never ends: say with {argument} how many of its batches to take.")
