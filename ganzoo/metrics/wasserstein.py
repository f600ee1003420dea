"""Rabin et al. (2011): the Wasserstein distance of projections on random lines, which in one dimension is sorting."""

import numpy as np
from scipy.stats import wasserstein_distance

from ganzoo.metrics.inputs import as_features


def sliced_wasserstein(real, generated, directions=256, seed=0):
    """The mean W_1, over random unit directions, of the projections of features (N, D) and (M, D); in their units.

    0 where both are alike, but for the noise of finite numbers. The distance of Laplacian patches of Karras et al.
    (2018), which bears the same name, is another.

    >>> points = np.random.default_rng(0).normal(size=(500, 1))
    >>> round(sliced_wasserstein(points, points + 2), 6)
    2.0
    """
    real, generated = as_features(real, generated)
    lines = np.random.default_rng(seed).standard_normal((real.shape[1], directions))
    lines /= np.linalg.norm(lines, axis=0)
    pairs = zip((real @ lines).T, (generated @ lines).T, strict=True)
    return float(np.mean([wasserstein_distance(*pair) for pair in pairs]))
