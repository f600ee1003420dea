"""The log-likelihood of test data under a Parzen window of samples, Goodfellow et al. (2014), section 5."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp
from sklearn.metrics.pairwise import euclidean_distances

from ganzoo.metrics.inputs import as_features

SIGMAS = np.logspace(-1, 0, 10)
"""The grid in the paper's code, from .1 to 1. Another grid gives other results."""


def parzen(test: ArrayLike, generated: ArrayLike, validation: ArrayLike, sigma_grid: ArrayLike = SIGMAS) -> dict:
    """Returns the mean log-likelihood of `test` in nats, as {"log_likelihood", "standard_error", "sigma"}.

    The density is a mixture of Gaussians N(sample, sigma^2 I) over all samples. As in the paper's code (parzen_ll.py),
    `sigma` is the value of `sigma_grid` with the highest mean log-likelihood on `validation`, and the standard error is
    that of the mean over the test data. The paper uses 10,000 samples, pixels in [0, 1], the first 1,000 validation
    images to choose sigma, and 10,000 test images.

    Interpret the result with care (Theis et al., 2016): in 784 dimensions, 10,000 samples are far too few to estimate a
    density; the centres of k-means score higher than real images; and pixels in a range that is c times as wide lower
    the result by D log c. It tells whether two runs of the same protocol differ, and no more.

    Args:
        test, generated, validation: features (N, D), (M, D) and (K, D).
        sigma_grid: the standard deviations to choose from.

    >>> pixels = np.random.default_rng(0).uniform(size=(300, 4))
    >>> found = parzen(pixels[:100], pixels[100:200], validation=pixels[200:])
    >>> bool(found["sigma"] in SIGMAS), found["standard_error"] < 0.2
    (True, True)
    """
    test, generated, validation = as_features(test, generated, validation)
    sigma_grid = np.asarray(sigma_grid, "float64")
    if sigma_grid.ndim != 1 or sigma_grid.size == 0 or not (sigma_grid > 0).all():
        raise ValueError(f"`sigma_grid` must be a list of positive numbers, got {sigma_grid.tolist()}.")
    sigma = sigma_grid[log_densities(validation, generated, sigma_grid).mean(axis=1).argmax()]
    likelihoods = log_densities(test, generated, [sigma])[0]
    return {
        "log_likelihood": float(likelihoods.mean()),
        "standard_error": float(likelihoods.std() / np.sqrt(len(likelihoods))),
        "sigma": float(sigma),
    }


def log_densities(points: np.ndarray, samples: np.ndarray, sigmas: ArrayLike, block: int = 500) -> np.ndarray:
    """Returns the log of the mean of N(sample, sigma^2 I) over the samples, (number of sigmas, N).

    Args:
        points: where to evaluate the density, (N, D).
        samples: the centres, (M, D).
        sigmas: one or more standard deviations.
        block: how many points are evaluated together. 500 x 10,000 distances take 40 MB, and twice that while they are
            summed.
    """
    sigmas, logs = np.asarray(sigmas, "float64")[:, np.newaxis], []
    for start in range(0, len(points), block):
        squares = euclidean_distances(points[start : start + block], samples, squared=True)
        logs.append([logsumexp(-squares / (2 * sigma**2), axis=1) for sigma in sigmas])
    constant = np.log(len(samples)) + points.shape[1] * np.log(sigmas * np.sqrt(2 * np.pi))
    return np.concatenate(logs, axis=1) - constant
