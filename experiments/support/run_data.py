"""The data of a run, as its configuration names them."""

import dataclasses
import warnings

import tensorflow as tf

from experiments.support.config import Config
from experiments.support.data_flags import Dataset
from ganzoo import data
from ganzoo.zoo import variants


def dataset_of(config: Config) -> Dataset:
    """Returns the data set of a run, of which the splits can be read."""
    return Dataset(config.dataset, config.crop, config.holdout, config.skip_broken, config.cache_dir)


def load_both(config: Config) -> tuple[data.Examples, data.Examples]:
    """Returns the training examples of a run, the first `config.examples` with `config.labels` labels, and the tests"""
    train, test, _ = dataset_of(config).both(config.data_shape)
    return select_examples(train, config), test


def select_examples(examples: data.Examples, config: Config) -> data.Examples:
    """Returns the part of a whole training split that a run trains on."""
    if config.examples is not None:
        if config.examples > len(examples):
            raise ValueError(
                f"--examples={config.examples} is more than the {len(examples)} of {config.dataset!r}: choose fewer."
            )
        examples = examples.head(config.examples)
    if config.labels is None:
        return examples
    if not has_classes(config):
        raise ValueError(
            f"{config.variant} takes no labels: leave out --labels={config.labels}, or choose a variant such as sgan."
        )
    if config.labels == 0:
        return dataclasses.replace(examples, labels=None, num_classes=None)
    with warnings.catch_warnings(record=True) as caught:
        examples = data.keep_labels(examples, config.labels, config.seed)
    for warning in caught:
        print(warning.message)
    return examples


def test_batches(config: Config, test: data.Examples) -> tf.data.Dataset:
    """Returns batches of the `test` examples in their order; the last batch may be smaller."""
    return data.batches(test, 500, labels=takes_labels(config), shuffle=False, drop_remainder=False)


def takes_labels(config: Config) -> bool:
    """Returns whether the run trains on pairs (x, y)."""
    return has_classes(config) and config.labels != 0


def has_classes(config: Config) -> bool:
    """Returns whether the run knows classes: the variant needs them, or the settings give their number or names."""
    given = (config.settings.get(name) for name in ("num_classes", "class_names"))
    return variants.needs_classes(config.variant) or any(setting is not None for setting in given)
