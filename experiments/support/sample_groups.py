"""Groups of samples, as flags name them: class:7+thick, thin, 3,17,20 or class:7+3,17,20."""

import dataclasses
import re

from ganzoo import latent


@dataclasses.dataclass(frozen=True)
class Group:
    """Samples of a `label`, or any, with `attributes`; or those with `indices`."""

    text: str
    label: int | None
    attributes: tuple
    indices: tuple


def parse(text):
    """The Group that a text names; raises ValueError for one that names none."""
    words = [word.strip() for word in text.split("+")]
    labels = [int(word[6:]) for word in words if re.fullmatch(r"class:\d+", word)]
    lists = [tuple(map(int, word.split(","))) for word in words if re.fullmatch(r"\d+(,\d+)*", word)]
    attributes = tuple(word for word in words if word in latent.ATTRIBUTES)
    if len(labels) + len(lists) + len(attributes) < len(words) or len(labels) > 1 or len(lists) + bool(attributes) > 1:
        raise ValueError(
            f"A group is class:7, {', '.join(latent.ATTRIBUTES)}, some of them as class:7+thick, or indices of samples "
            f"as 3,17,20; got {text!r}."
        )
    return Group(text, labels[0] if labels else None, attributes, lists[0] if lists else ())


def labels(gan, groups):
    """The label with which each of the groups {a, b, c} and the "result" are made; None for an unconditional variant.

    Raises ValueError where a - b + c leaves no label.
    """
    given = {name: group.label for name, group in groups.items()}
    if not gan.is_conditional:
        for group in groups.values():
            if group.indices and group.label is not None:
                raise ValueError(
                    f"{gan.name} is unconditional: its samples have no class; leave it out of {group.text}."
                )
        return dict.fromkeys([*groups, "result"])
    if None in given.values():
        raise ValueError(
            f"{gan.name} is conditional: each group names its label, as class:7, class:7+thick or class:7+3,17,20."
        )
    if given["b"] not in (given["a"], given["c"]):
        raise ValueError("Of the labels, a - b + c leaves one only if b has that of a or of c: choose another class.")
    return given | {"result": given["c"] if given["a"] == given["b"] else given["a"]}


def indices(group, samples, probabilities=None, apart_from=()):
    """Which of the samples (M, H, W, C) are in the group, a list; without `probabilities`, its label is not asked for.

    Raises ValueError where there are too few.
    """
    if not group.indices:
        label = None if probabilities is None else group.label
        return latent.exemplars(samples, label, group.attributes, probabilities, apart_from=apart_from).tolist()
    if max(group.indices) >= len(samples):
        raise ValueError(f"There are {len(samples)} samples, and no number {max(group.indices)}: draw more.")
    return list(group.indices)
