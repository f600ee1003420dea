"""A check of arguments that the callbacks share."""

from ganzoo.arguments import check_count


def at_least_one(name: str, value: int) -> int:
    """Returns `value` as an int; raises ValueError unless it is an integer of at least 1."""
    return check_count(f"`{name}`", value)
