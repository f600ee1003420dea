"""Partly labelled data: a few labels, the same number of each class."""

import dataclasses
import warnings

import numpy as np


def keep_labels(examples, count, seed=0):
    """`examples` of which only `count` keep their label, the others get -1: as many of each class, drawn from `seed`.

    Where `count` is no multiple of the number of classes, a warning says which classes got one label more.

    Raises ValueError where there are no labels, `count` is below 1 or above the number of labelled examples, or a class
    has too few examples for its part.

    >>> from ganzoo import data
    >>> int((keep_labels(data.examples("digits"), 50).labels >= 0).sum())
    50
    """
    if examples.labels is None:
        raise ValueError(f"There are no labels in {examples.name!r}, of which to keep {count}; choose labelled data.")
    known = int(np.sum(examples.labels >= 0))
    if not 1 <= count <= known:
        raise ValueError(f"A budget of {count} labels of {examples.name!r} must be from 1 to its {known} labels.")
    random = np.random.default_rng(seed)
    parts = np.full(examples.num_classes, count // examples.num_classes)
    more = np.sort(random.permutation(examples.num_classes)[: count % examples.num_classes])
    parts[more] += 1
    labels = np.full_like(examples.labels, -1)
    for label, part in enumerate(parts):
        members = np.flatnonzero(examples.labels == label)
        if len(members) < part:
            raise ValueError(
                f"Class {label} of {examples.name!r} has {len(members)} labels, fewer than its part {part} of a budget "
                f"of {count}; choose a smaller budget."
            )
        labels[random.choice(members, part, replace=False)] = label
    if len(more):
        warnings.warn(
            f"{count} labels do not divide by {examples.num_classes} classes: {parts.max()} for each of "
            f"{', '.join(map(str, more))}, {parts.min()} for each of the others.",
            stacklevel=2,
        )
    return dataclasses.replace(examples, labels=labels)
