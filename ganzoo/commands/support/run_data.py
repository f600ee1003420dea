"""The data of a run, as its configuration names them."""

import dataclasses
import warnings

import tensorflow as tf

from ganzoo import data, metrics
from ganzoo.commands.support import cli
from ganzoo.commands.support.config import Config
from ganzoo.commands.support.data_flags import Dataset
from ganzoo.files import as_path
from ganzoo.zoo import variants

FEWEST = 100
"""The fewest images on which a run measures by itself."""


@dataclasses.dataclass(frozen=True)
class Inputs:
    """What a run trains on, and what it is tested with, if with anything.

    `metrics` are the names of the suite's metrics, `holdout` is the number of examples that are held out, and `found`
    that of all examples, these included.
    """

    examples: data.Examples
    tests: tf.data.Dataset | None
    suite: metrics.Suite | None
    metrics: tuple[str, ...]
    holdout: int
    found: int


def load_inputs(config: Config) -> Inputs:
    """Reads the data of a run, and trains or loads what its metrics need.

    Raises ValueError if the metric of the best checkpoint is not among those that are measured.
    """
    dataset, test, holdout = dataset_of(config), None, config.holdout or 0
    names = (config.keep_best,) if config.keep_best and config.metrics is None else config.metrics
    if config.test_every or names:
        everything, test, holdout = dataset.both(config.data_shape)
    else:
        everything = dataset.train(config.data_shape)
    if names is None and _is_own_images(config.dataset, everything):
        everything, test, holdout = _with_tests(dataset, everything) if test is None else (everything, test, holdout)
        names = _default_names(test)
    if holdout and config.holdout is None:
        print(f"There is no split 'test' of {config.dataset}, so {holdout:,} images are held out of the training.")
    examples = select_examples(everything, config)
    tests = test_batches(config, test) if config.test_every else None
    suite = metrics.Suite(names, everything, test, verbose=cli.verbosity()) if names else None
    if config.keep_best and config.keep_best not in (measured := suite.keys if suite else ["none"]):
        raise ValueError(
            f"--keep_best={config.keep_best} is not measured in this run, which measures {', '.join(measured)}: choose "
            "one of these, or add it to --metrics."
        )
    return Inputs(examples, tests, suite, tuple(names or ()), holdout, len(everything) + holdout)


def _is_own_images(dataset, examples):
    """Returns whether the data are single images from a folder or a file of the user's."""
    is_path = as_path(dataset).exists()
    return is_path and isinstance(examples, data.Examples) and len(examples.shape) == 3


def _with_tests(dataset, train):
    """Returns (train, test, number held out), without tests if no images may be held out, or too few."""
    try:
        found = dataset.both(train.shape)
    except data.NoSplitError:
        return train, None, dataset.holdout or 0
    return found if len(found[1]) >= FEWEST else (train, None, dataset.holdout or 0)


def _default_names(test):
    """Returns the names of metrics for a run on a user's own images that names none, and prints them."""
    if test is None:
        return ()
    names = metrics.default_names(dataclasses.replace(test, labels=None, num_classes=None, class_names=None))
    print(
        f"Measures {', '.join(names)} on {len(test):,} images, every --test_every epochs or 10 times in the run; "
        "--metrics names others, --metrics=none none."
    )
    return tuple(names)


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
