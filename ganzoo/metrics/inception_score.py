"""The formula of the Inception score of Salimans et al. (2016), for the probabilities of any classifier.

Samples score high if each clearly belongs to one class, and all classes are equally frequent.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import rel_entr

from ganzoo.arguments import check_count


def classifier_score(probabilities: ArrayLike, splits: int = 10) -> tuple[float, float]:
    """Computes exp E_x KL(p(y | x) || p(y)); returns its mean and standard deviation over parts of the samples.

    The score lies between 1 and the number of classes K. It uses no real data, and one clear image of each class is
    enough to reach K. The computation follows the paper's code, part i of n being
    the samples from i N // n on.

    Args:
        probabilities: p(y | x) of generated examples, (N, K). p(y) is the mean over a part.
        splits: the number of parts.

    Raises ValueError if there are fewer examples than splits, or if the rows are not probabilities, and TypeError or
    ValueError if `splits` is not a positive integer.

    >>> classifier_score([[1, 0], [0, 1]] * 10)  # certain, and both classes are equally frequent
    (2.0, 0.0)
    """
    probabilities = np.asarray(probabilities, "float64")
    if (
        probabilities.ndim != 2
        or probabilities.min(initial=0) < 0
        or not np.allclose(probabilities.sum(axis=1), 1, atol=1e-3)
    ):
        raise ValueError(f"Expected probabilities (N, K) that sum to 1, got an array of shape {probabilities.shape}.")
    if len(probabilities) < check_count("splits", splits):
        raise ValueError(
            f"{splits} splits need at least {splits} examples, got {len(probabilities)}: use more, or fewer splits."
        )
    scores, count = [], len(probabilities)
    for index in range(splits):
        part = probabilities[index * count // splits : (index + 1) * count // splits]
        divergences = rel_entr(part, part.mean(axis=0)).sum(axis=1)
        scores.append(np.exp(divergences.mean()))
    return float(np.mean(scores)), float(np.std(scores))
