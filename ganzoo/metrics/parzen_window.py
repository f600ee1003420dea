"""Goodfellow et al. (2014), section 5: the log-likelihood of test data under a Parzen window of samples."""

import numpy as np
from scipy.special import logsumexp
from sklearn.metrics.pairwise import euclidean_distances

from ganzoo.metrics.inputs import as_features

SIGMAS = np.logspace(-1, 0, 10)
"""The grid of that paper's code: .1 to 1. Another one gives another number."""


def parzen(test, generated, validation, sigma_grid=SIGMAS):
    """{"log_likelihood", "standard_error", "sigma"} of `test` (N, D), in nats, float64.

    As the code of that paper has it (parzen_ll.py): sigma is the one of `sigma_grid` with the highest mean on
    `validation`; the standard error is over the test data. The paper's protocol is 10,000 samples, pixels in [0, 1],
    the first 1,000 validation images for sigma, 10,000 test images.

    What to beware of (Theis et al., 2016): in 784 dimensions 10,000 samples are far too few for a density; the centres
    of k-means score higher than real images do; pixels in another range add D log of its width. It says whether two
    runs of one protocol differ, not more.

    >>> pixels = np.random.default_rng(0).uniform(size=(300, 4))
    >>> found = parzen(pixels[:100], pixels[100:200], validation=pixels[200:])
    >>> bool(found["sigma"] in SIGMAS), found["standard_error"] < 0.2
    (True, True)
    """
    test, generated, validation = as_features(test, generated, validation)
    sigma = np.asarray(sigma_grid)[log_densities(validation, generated, sigma_grid).mean(axis=1).argmax()]
    found = log_densities(test, generated, [sigma])[0]
    return {
        "log_likelihood": float(found.mean()),
        "standard_error": float(found.std() / np.sqrt(len(found))),
        "sigma": float(sigma),
    }


def log_densities(points, samples, sigmas, block=500):
    """log of the mean of N(sample, sigma^2 I) over all samples (M, D), at `points` (N, D): (number of sigmas, N).

    A block of points at a time: 500 x 10,000 distances take 40 MB, and as much again while they are summed.
    """
    sigmas, found = np.asarray(sigmas, "float64")[:, np.newaxis], []
    for start in range(0, len(points), block):
        squares = euclidean_distances(points[start : start + block], samples, squared=True)
        found.append([logsumexp(-squares / (2 * sigma**2), axis=1) for sigma in sigmas])
    constant = np.log(len(samples)) + points.shape[1] * np.log(sigmas * np.sqrt(2 * np.pi))
    return np.concatenate(found, axis=1) - constant
