"""Groups of samples, as flags name them: class:7+thick, class:cat, thin, 3,17,20 or class:7+3,17,20."""

import dataclasses
import re
from collections.abc import Collection, Sequence

import numpy as np

import ganzoo
from ganzoo import latent
from ganzoo.commands.support.labels import parse as parse_label
from ganzoo.games.class_names import numbered


@dataclasses.dataclass(frozen=True)
class Group:
    """A group of samples: those with `indices`, or else those of class `label` (None for any) with `attributes`."""

    text: str
    label: int | None
    attributes: tuple
    indices: tuple


def parse(text: str, class_names: Sequence[str] | None = None) -> Group:
    """Returns the group that a text names; raises ValueError if it names none."""
    words = [word.strip() for word in text.split("+")]
    a_class = "class:.+" if class_names else r"class:\d+"
    labels = [parse_label(word[6:], class_names) for word in words if re.fullmatch(a_class, word)]
    labels = numbered(labels, class_names)
    lists = [tuple(map(int, word.split(","))) for word in words if re.fullmatch(r"\d+(,\d+)*", word)]
    attributes = tuple(word for word in words if word in latent.ATTRIBUTES)
    if len(labels) + len(lists) + len(attributes) < len(words) or len(labels) > 1 or len(lists) + bool(attributes) > 1:
        raise ValueError(
            f"A group is class:7, one of {', '.join(latent.ATTRIBUTES)}, a combination such as class:7+thick, or a "
            f"list of sample indices such as 3,17,20; got {text!r}."
        )
    return Group(text, labels[0] if labels else None, attributes, lists[0] if lists else ())


def labels(gan: ganzoo.GAN, groups: dict[str, Group]) -> dict[str, int | None]:
    """Returns the labels with which the groups {a, b, c} and the "result" are made; None for unconditional variants.

    Raises:
        ValueError: if the labels in a - b + c do not cancel to a single one.
    """
    given = {name: group.label for name, group in groups.items()}
    if not gan.is_conditional:
        for group in groups.values():
            if group.indices and group.label is not None:
                raise ValueError(
                    f"{gan.name} is unconditional, so its samples have no class: leave the class out of {group.text}."
                )
        return dict.fromkeys([*groups, "result"])
    if None in given.values():
        raise ValueError(
            f"{gan.name} is conditional: give each group a label, as class:7, class:7+thick or class:7+3,17,20."
        )
    if given["b"] not in (given["a"], given["c"]):
        raise ValueError("The labels in a - b + c must leave one: choose for b the class of a or of c.")
    return given | {"result": given["c"] if given["a"] == given["b"] else given["a"]}


def indices(
    group: Group, samples: np.ndarray, probabilities: np.ndarray | None = None, excluded: Collection[int] = ()
) -> list[int]:
    """Returns the indices of the samples (M, H, W, C) that form the group.

    Without the class `probabilities` (M, K), the label of the group is ignored.

    Raises:
        ValueError: if there are too few samples.
    """
    if not group.indices:
        label = None if probabilities is None else group.label
        return latent.exemplars(samples, label, group.attributes, probabilities, apart_from=excluded).tolist()
    if max(group.indices) >= len(samples):
        raise ValueError(
            f"There is no sample {max(group.indices)} among the {len(samples)} that were drawn: raise --draws."
        )
    return list(group.indices)
