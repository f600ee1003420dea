"""Binkowski et al. (2018): the maximum mean discrepancy of features; KID, if those are Inception's."""

import numpy as np
from sklearn.metrics.pairwise import polynomial_kernel

from ganzoo.metrics.inputs import as_features


def kernel_distance(real, generated, subsets=100, size=1000, seed=0):
    """Mean and standard deviation of the unbiased MMD^2 under the kernel (x.y / D + 1)^3, over random subsets.

    Features (N, D); each of the `subsets` takes `size` examples of either side, without repetition. Its mean does not
    depend on the number of examples; it is below 0 as often as not where both are alike. As in the paper's code.

    Raises ValueError for fewer examples than `size` on a side.

    >>> near, far = np.random.default_rng(0).normal(size=(2, 2000, 4)) + [[[0]], [[1]]]
    >>> mean, deviation = kernel_distance(near, far)
    >>> mean > 10 * deviation
    True
    """
    real, generated = as_features(real, generated, least=max(size, 2))
    random = np.random.default_rng(seed)
    found = [
        squared_discrepancy(*(one[random.choice(len(one), size, replace=False)] for one in (real, generated)))
        for _ in range(subsets)
    ]
    return float(np.mean(found)), float(np.std(found))


def squared_discrepancy(real, generated):
    """The unbiased estimate of MMD^2 from features (M, D) and (N, D): pairs of an example with itself are left out."""
    within = 0.0
    for one in (real, generated):
        kernel = polynomial_kernel(one, degree=3, coef0=1)
        within += (kernel.sum() - np.trace(kernel)) / (len(one) * (len(one) - 1))
    return within - 2 * polynomial_kernel(real, generated, degree=3, coef0=1).mean()
