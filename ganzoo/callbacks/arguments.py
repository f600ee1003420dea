"""A check of arguments that the callbacks share."""


def at_least_one(name: str, value: float) -> int:
    """Returns `value` as an int; raises ValueError unless it is a whole number of at least 1."""
    if value != int(value) or value < 1:
        raise ValueError(f"`{name}` must be a whole number of at least 1, got {value}.")
    return int(value)
