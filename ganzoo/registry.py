"""A registry of values by name, which refuses duplicates and suggests the nearest name for an unknown one."""

import difflib
from collections.abc import Iterable
from typing import TypeVar

Value = TypeVar("Value")


def nearest(kind: str, name: str, known: Iterable[str], plural: str | None = None, most: int | None = None) -> str:
    """Returns the error message for an unknown name, which suggests the nearest known name and lists all of them.

    It lists the first `most` of them, if that is given.
    """
    known = sorted(known)
    close = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
    guess = f"; did you mean {close[0]!r}?" if close else "."
    more = f" and {len(known) - most} more" if most and len(known) > most else ""
    listed = (", ".join(known[:most]) or "none") + more
    return f"Unknown {kind} {name!r}{guess} Known {plural or kind + 's'}: {listed}."


class Registry:
    """A mapping from names to values of one `kind`, such as "variant".

    Looking up an unknown name raises ValueError.

    >>> flavours = Registry("flavour")
    >>> @flavours.register
    ... def vanilla():
    ...     return "plain"
    >>> flavours["vanilla"]()
    'plain'
    >>> flavours["vanila"]
    Traceback (most recent call last):
    ValueError: Unknown flavour 'vanila'; did you mean 'vanilla'? Known flavours: vanilla.
    """

    def __init__(self, kind: str):
        self.kind = kind
        self._values = {}

    def register(self, value: Value, name: str | None = None) -> Value:
        """Adds a value and returns it, so that `register` can decorate a function.

        The name is `value.__name__` by default. Raises ValueError if it is taken.
        """
        name = name or value.__name__
        if name in self._values and not _in_notebook(self._values[name], value):
            raise ValueError(f"The {self.kind} {name!r} is already registered; choose another name.")
        self._values[name] = value
        return value

    def names(self) -> list[str]:
        """Returns all names, sorted."""
        return sorted(self._values)

    def find(self, name: str) -> str:
        """Returns the registered name that a user means: "DCGAN" and "WGAN-GP" are "dcgan" and "wgan_gp".

        Raises ValueError if there is none.
        """
        plain = name if name in self._values else str(name).lower().replace("-", "_")
        if plain not in self._values:
            raise ValueError(nearest(self.kind, name, self._values))
        return plain

    def __getitem__(self, name: str) -> object:
        return self._values[self.find(name)]

    def __contains__(self, name: object) -> bool:
        return name in self._values


def _in_notebook(old, new):
    """Returns whether both values were defined at a prompt or in a notebook, where a cell may run twice."""
    return getattr(old, "__module__", None) == getattr(new, "__module__", None) == "__main__"
