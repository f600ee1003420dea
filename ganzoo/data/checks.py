"""Checks of arguments that are numbers."""

import numbers

LARGEST = 2**31 - 1


def as_integer(name: str, value: object, least: int = 1, most: int = LARGEST) -> int:
    """Returns an argument as an int.

    Raises TypeError unless it is an integer, which a bool is not, and ValueError unless it is from `least` to `most`.

    >>> as_integer("batch_size", 0)
    Traceback (most recent call last):
    ValueError: `batch_size` must be at least 1, got 0; choose 1 or more.
    """
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"`{name}` must be an integer, got {value!r}; choose {max(least, 1)}, for instance.")
    if value < least:
        raise ValueError(f"`{name}` must be at least {least}, got {value}; choose {least} or more.")
    if value > most:
        raise ValueError(f"`{name}` must be at most {most}, got {value}; choose a smaller number.")
    return int(value)
