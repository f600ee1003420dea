"""Salimans et al. (2016): samples should be of clear classes, and of all of them; IS, if Inception tells them."""

import numpy as np
from scipy.special import rel_entr


def classifier_score(probabilities, splits=10):
    """Mean and standard deviation, over `splits` equal parts, of exp E_x KL(p(y | x) || p(y)).

    `probabilities` (N, K) are p(y | x) of generated examples, p(y) is their mean within the part. From 1 to K. It sees
    no real data, and one clear picture of each class is enough for K. As in the paper's code.

    Raises ValueError for fewer examples than splits, and for what are no probabilities.

    >>> classifier_score([[1, 0], [0, 1]] * 10)  # sure of two classes, one as often as the other
    (2.0, 0.0)
    """
    probabilities = np.asarray(probabilities, "float64")
    if (
        probabilities.ndim != 2
        or probabilities.min(initial=0) < 0
        or not np.allclose(probabilities.sum(axis=1), 1, atol=1e-3)
    ):
        raise ValueError(f"Expected probabilities (N, K) that sum to 1, got an array of shape {probabilities.shape}.")
    if len(probabilities) < splits:
        raise ValueError(
            f"{splits} splits need as many examples, got {len(probabilities)}: take more, or fewer splits."
        )
    scores = []
    for part in np.array_split(probabilities, splits):
        divergences = rel_entr(part, part.mean(axis=0)).sum(axis=1)
        scores.append(np.exp(divergences.mean()))
    return float(np.mean(scores)), float(np.std(scores))
