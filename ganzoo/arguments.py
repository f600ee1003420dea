"""Checks of arguments: a wrong one is refused in one sentence that names it and says what it may be."""

import math
import numbers
import reprlib

RANGES = {
    "of any size": lambda value: True,
    "above 0": lambda value: value > 0,
    "of at least 0": lambda value: value >= 0,
    "from 0 to 1": lambda value: 0 <= value <= 1,
    "from 0 to below 1": lambda value: 0 <= value < 1,
}


LARGEST_COUNT = 2**31 - 1


def shown(value: object) -> str:
    """Returns a value as text for an error: on one line, and shortened if it is long."""
    return " ".join(reprlib.repr(value).split())


def check_count(name: str, value: object, least: int = 1, most: int = LARGEST_COUNT) -> int:
    """Returns `value` as an int; raises ValueError unless it is an integer, of NumPy for instance, in that range.

    >>> check_count("width", 0)
    Traceback (most recent call last):
    ValueError: width must be an integer of at least 1; got 0.
    """
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} must be an integer of at least {least}; got {shown(value)}.")
    if value > most:
        raise ValueError(f"{name} must be an integer of at most {most}; got {shown(value)}.")
    return int(value)


def check_number(name: str, value: object, allowed: str = "of at least 0") -> float:
    """Returns `value` as a float; raises ValueError unless it is a finite number in the range, one of `RANGES`.

    >>> check_number("dropout", 1.5, "from 0 to below 1")
    Traceback (most recent call last):
    ValueError: dropout must be a number from 0 to below 1; got 1.5.
    """
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not RANGES[allowed](value):
        raise ValueError(f"{name} must be a number {allowed}; got {shown(value)}.")
    return float(value)


def check_pair(name: str, value: object, allowed: str = "of at least 0") -> tuple[float, float]:
    """Returns two numbers that `check_number` accepts, of which one may stand for both.

    >>> check_pair("dropout", 0.5, "from 0 to below 1")
    (0.5, 0.5)
    """
    both = value if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2:
        raise ValueError(f"{name} must be two numbers, or one for both; got {shown(value)}.")
    return check_number(name, both[0], allowed), check_number(name, both[1], allowed)


def check_counts(name: str, values: object, least: int = 1) -> tuple[int, ...]:
    """Returns a tuple of integers that `check_count` accepts; raises ValueError for anything else.

    >>> check_counts("units", (128, 0))
    Traceback (most recent call last):
    ValueError: Each of units must be an integer of at least 1; got 0.
    """
    if not isinstance(values, (tuple, list)):
        raise ValueError(f"{name} must be a tuple of integers; got {values!r}.")
    return tuple(check_count(f"Each of {name}", value, least) for value in values)
