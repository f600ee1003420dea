"""Labels as flags name them: texts, which are names of classes or their numbers."""

import re
from collections.abc import Sequence

Label = int | str


def parse(label: Label, names: Sequence[str] | None) -> Label:
    """Returns a number if the label is an integer as text, and no class has that name; else the label as it is."""
    is_number = isinstance(label, str) and label not in (names or ()) and re.fullmatch(r"-?\d+", label)
    return int(label) if is_number else label


def parse_list(labels: Label | Sequence[Label] | None, names: Sequence[str] | None) -> Label | list[Label] | None:
    """Returns such labels for one or a list of them; if the list has only one, that stands for all examples."""
    if not isinstance(labels, (list, tuple)):
        return parse(labels, names)
    found = [parse(label, names) for label in labels]
    return found[0] if len(found) == 1 else found
