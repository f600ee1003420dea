"""Checks of the features that the formulas take."""

import numpy as np
from numpy.typing import ArrayLike


def as_features(*sets: ArrayLike, least: int = 1) -> list[np.ndarray]:
    """Returns each set of features as a float64 array (N, D).

    Raises ValueError if a set is not of rank 2, if D is 0 or the sets differ in it, and if a set has fewer than `least`
    examples, NaN or infinite values.
    """
    try:
        arrays = [np.asarray(one, "float64") for one in sets]
    except (TypeError, ValueError) as error:
        raise ValueError("Expected features of shape (N, D), but a set has other things than numbers.") from error
    shapes = [array.shape for array in arrays]
    if any(len(shape) != 2 or shape[1] == 0 for shape in shapes) or len({shape[1] for shape in shapes}) > 1:
        raise ValueError(
            f"Expected features of shape (N, D) with the same D, at least 1, got shapes {', '.join(map(str, shapes))}."
        )
    if min(shape[0] for shape in shapes) < least:
        raise ValueError(
            f"Each set needs at least {least} examples, got {' and '.join(str(shape[0]) for shape in shapes)}: "
            "use more examples."
        )
    if not all(np.isfinite(array).all() for array in arrays):
        raise ValueError(
            "The features contain NaN or infinite values because the generator has diverged: use an earlier checkpoint."
        )
    return arrays
