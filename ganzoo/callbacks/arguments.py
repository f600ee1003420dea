"""A check that the callbacks share."""


def at_least_one(name, value):
    """`value`, if it is a whole number of at least 1; raises ValueError otherwise."""
    if value != int(value) or value < 1:
        raise ValueError(f"`{name}` must be a whole number of at least 1, got {value}.")
    return int(value)
