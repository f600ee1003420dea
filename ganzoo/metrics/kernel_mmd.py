"""The maximum mean discrepancy of features, Binkowski et al. (2018): KID if the features are Inception's."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics.pairwise import polynomial_kernel

from ganzoo.arguments import check_count
from ganzoo.metrics.inputs import as_features


def kernel_distance(
    real: ArrayLike, generated: ArrayLike, subsets: int = 100, size: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """Computes the unbiased MMD^2 under the kernel (x.y / D + 1)^3; returns its mean and standard deviation.

    Both are taken over random subsets. The mean does not depend on the number of examples; where both distributions are
    equal, it is negative about half of the time. The computation follows the paper's code.

    Args:
        real, generated: features (N, D) and (M, D).
        subsets: how many subsets are drawn.
        size: how many examples of each set a subset holds, drawn without replacement; at least 2.
        seed: of the subsets.

    Raises ValueError if a set has fewer than `size` examples, and ValueError or TypeError for bad numbers of subsets or
    examples.

    >>> near, far = np.random.default_rng(0).normal(size=(2, 500, 4)) + [[[0]], [[1]]]
    >>> mean, deviation = kernel_distance(near, far, subsets=20, size=400)
    >>> mean > 10 * deviation
    True
    """
    check_count("subsets", subsets)
    real, generated = as_features(real, generated, least=check_count("size", size, least=2))
    random = np.random.default_rng(seed)
    estimates = [
        squared_discrepancy(*(one[random.choice(len(one), size, replace=False)] for one in (real, generated)))
        for _ in range(subsets)
    ]
    return float(np.mean(estimates)), float(np.std(estimates))


def squared_discrepancy(real: np.ndarray, generated: np.ndarray) -> float:
    """Returns the unbiased estimate of MMD^2 from features (M, D) and (N, D), without pairs of equal indices."""
    within = 0.0
    for one in (real, generated):
        kernel = polynomial_kernel(one, degree=3, coef0=1)
        within += (kernel.sum() - np.trace(kernel)) / (len(one) * (len(one) - 1))
    return within - 2 * polynomial_kernel(real, generated, degree=3, coef0=1).mean()
