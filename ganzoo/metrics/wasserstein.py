"""The sliced Wasserstein distance, Rabin et al. (2011): in one dimension, optimal transport amounts to sorting."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import wasserstein_distance

from ganzoo.arguments import check_count
from ganzoo.metrics.inputs import as_features


def sliced_wasserstein(real: ArrayLike, generated: ArrayLike, directions: int = 256, seed: int = 0) -> float:
    """Returns the mean W_1 distance between projections onto random lines, in the units of the features.

    It is 0 for equal distributions, apart from sampling noise. Karras et al. (2018) use the same name for another
    metric, which compares patches of Laplacian pyramids.

    Args:
        real, generated: features (N, D) and (M, D).
        directions: the number of random unit vectors.
        seed: of the directions.

    >>> points = np.random.default_rng(0).normal(size=(500, 1))
    >>> round(sliced_wasserstein(points, points + 2), 6)
    2.0
    """
    real, generated = as_features(real, generated)
    check_count("directions", directions)
    lines = np.random.default_rng(seed).standard_normal((real.shape[1], directions))
    lines /= np.linalg.norm(lines, axis=0)
    pairs = zip((real @ lines).T, (generated @ lines).T, strict=True)
    return float(np.mean([wasserstein_distance(*pair) for pair in pairs]))
