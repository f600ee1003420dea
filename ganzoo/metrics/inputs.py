"""What formulas take: rows of numbers, as many features in each."""

import numpy as np


def as_features(*sets, least=1):
    """Each set as float64 (N, D).

    Raises ValueError, in one sentence, for another rank, unlike numbers of features, fewer than `least` examples, and
    NaN or infinite numbers.
    """
    arrays = [np.asarray(one, "float64") for one in sets]
    shapes = [array.shape for array in arrays]
    if any(len(shape) != 2 for shape in shapes) or len({shape[1] for shape in shapes}) > 1:
        raise ValueError(f"Expected features (N, D), of one length D, got shapes {', '.join(map(str, shapes))}.")
    if min(shape[0] for shape in shapes) < least:
        raise ValueError(
            f"At least {least} examples are needed on each side, got {', '.join(str(shape[0]) for shape in shapes)}: "
            "take more of them."
        )
    if not all(np.isfinite(array).all() for array in arrays):
        raise ValueError(
            "Features hold NaN or infinite numbers: the generator has diverged; take an earlier checkpoint."
        )
    return arrays
