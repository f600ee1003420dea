"""Partly labelled data: a few labels, equally many of each class."""

import dataclasses
import warnings

import numpy as np

from ganzoo.arguments import check_count
from ganzoo.data.examples import Examples


def keep_labels(examples: Examples, count: int, seed: int = 0) -> Examples:
    """Keeps the labels of `count` examples, equally many of each class, and replaces all others by -1.

    If `count` is not a multiple of the number of classes, a warning names the classes that keep one more.

    Args:
        examples: labelled examples.
        count: how many labels to keep in total.
        seed: of the random choice.

    Raises ValueError if there are no labels, if `count` is less than 1 or more than the number of labelled examples, or
    if a class has too few of them.

    >>> from ganzoo import data
    >>> int((keep_labels(data.examples("digits"), 50).labels >= 0).sum())
    50
    """
    if examples.labels is None:
        raise ValueError(f"There are no labels in {examples.name!r}, so {count} cannot be kept; choose labelled data.")
    known = int(np.sum(examples.labels >= 0))
    if not 1 <= check_count("count", count, least=0) <= known:
        raise ValueError(f"Cannot keep {count} labels of {examples.name!r}: choose a number from 1 to {known}.")
    random = np.random.default_rng(seed)
    parts = np.full(examples.num_classes, count // examples.num_classes)
    more = np.sort(random.permutation(examples.num_classes)[: count % examples.num_classes])
    parts[more] += 1
    labels = np.full_like(examples.labels, -1)
    for label, part in enumerate(parts):
        members = np.flatnonzero(examples.labels == label)
        if len(members) < part:
            raise ValueError(
                f"Class {label} of {examples.name!r} has {len(members)} labels, fewer than its part, {part} of "
                f"{count}; keep fewer labels."
            )
        labels[random.choice(members, part, replace=False)] = label
    if len(more):
        warnings.warn(
            f"{count} labels cannot be divided equally among {examples.num_classes} classes: classes "
            f"{', '.join(map(str, more))} keep {parts.max()} labels each, and the others {parts.min()}.",
            stacklevel=2,
        )
    return dataclasses.replace(examples, labels=labels)
