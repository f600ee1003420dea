"""Names of classes: a game that has them keeps them in its file, takes them as labels, and shows them in pictures."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ganzoo.arguments import shown
from ganzoo.registry import nearest

MOST_LISTED = 10
"""How many of the known names an error lists."""


def check_class_names(names: Sequence[str] | None, num_classes: int | None = None) -> tuple[str, ...] | None:
    """Returns the names of `num_classes` classes, or of any number for None, as a tuple; None for no names.

    Raises ValueError unless there is one string for each class, and no two are equal or one is empty.

    >>> check_class_names(["cat", "dog"], 3)
    Traceback (most recent call last):
    ValueError: There are 2 class_names for num_classes=3: give one for each class, in the order of the labels.
    """
    if names is None:
        return None
    names = names.tolist() if isinstance(names, np.ndarray) else names
    if not isinstance(names, (list, tuple)) or not names or not all(isinstance(one, str) and one for one in names):
        raise ValueError(f"class_names are texts, one for each class, such as ('cat', 'dog'); got {shown(names)}.")
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise ValueError(f"{times} class_names are {shown(name)}: give each class a name of its own.")
    if num_classes not in (None, len(names)):
        raise ValueError(
            f"There are {len(names)} class_names for num_classes={shown(num_classes)}: give one for each class, in the "
            "order of the labels."
        )
    return tuple(str(one) for one in names)


def number_of(name: str, names: Sequence[str] | None) -> int:
    """Returns the number of the class with this name; raises ValueError, with the nearest known name, for another.

    >>> number_of("dgo", ("cat", "dog"))
    Traceback (most recent call last):
    ValueError: Unknown class 'dgo'; did you mean 'dog'? Known classes: cat, dog.
    """
    if not names:
        raise ValueError(
            "The names of the classes are unknown, so labels are integers: give those, or set the model's class_names; "
            f"got {shown(name)}."
        )
    if name not in names:
        raise ValueError(nearest("class", name, names, "classes", MOST_LISTED))
    return names.index(name)


def numbered(labels: ArrayLike | None, names: Sequence[str] | None) -> ArrayLike | None:
    """Returns labels with the number of a class in place of its name, and leaves all others as they are."""
    if isinstance(labels, np.ndarray) and labels.dtype.kind in "OU":
        labels = labels.tolist()
    if isinstance(labels, (list, tuple)):
        return [numbered(label, names) for label in labels]
    return number_of(labels, names) if isinstance(labels, str) else labels


class HasClasses:
    """Mixed into a game whose data have classes: `num_classes`, and `class_names`, a tuple or None.

    Names play no part in the game, so that a model may get them, or others, at any time.
    """

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """The names of the classes, in the order of the labels."""
        return self._class_names

    @class_names.setter
    def class_names(self, names):
        self._class_names = check_class_names(names, self.num_classes)

    def get_config(self):
        names = None if self.class_names is None else list(self.class_names)
        return {**super().get_config(), "num_classes": self.num_classes, "class_names": names}
