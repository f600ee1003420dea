"""A dict that refuses duplicates and names what it knows."""

import difflib


def nearest(kind, name, known, plural=None):
    """One sentence for an unknown `name`: the nearest known one, then the list."""
    known = sorted(known)
    close = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
    guess = f"; did you mean {close[0]!r}?" if close else "."
    listed = ", ".join(known) or "none"
    return f"Unknown {kind} {name!r}{guess} Known {plural or kind + 's'}: {listed}."


class Registry:
    """Values by name, for one `kind` of thing (say "variant").

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

    def __init__(self, kind):
        self.kind = kind
        self._values = {}

    def register(self, value, name=None):
        """Adds `value` under `name` (default: its own) and returns it, so that it decorates functions."""
        name = name or value.__name__
        if name in self._values and not _in_notebook(self._values[name], value):
            raise ValueError(f"The {self.kind} {name!r} is registered already; choose another name.")
        self._values[name] = value
        return value

    def names(self):
        return sorted(self._values)

    def __getitem__(self, name):
        if name not in self._values:
            raise ValueError(nearest(self.kind, name, self._values))
        return self._values[name]

    def __contains__(self, name):
        return name in self._values


def _in_notebook(old, new):
    """Whether both were defined at the prompt or in a notebook, where a cell may run twice."""
    return getattr(old, "__module__", None) == getattr(new, "__module__", None) == "__main__"
