"""The Fréchet distance between Gaussians fitted to features, Heusel et al. (2017): FID if the features are Inception's.

The features may come in batches, whose mean and covariance `Moments` accumulates.
"""

import numpy as np
from numpy.typing import ArrayLike

from ganzoo.arguments import check_count
from ganzoo.metrics.inputs import as_features


class Moments:
    """The mean (D,) and covariance (D, D) of features that arrive in batches, in float64 (Chan et al., 1979).

    >>> moments = Moments()
    >>> for batch in ([[0.0], [2.0]], [[4.0]]):
    ...     moments.update(batch)
    >>> moments.mean.tolist(), moments.covariance.tolist()
    ([2.0], [[4.0]])
    """

    def __init__(self):
        self.count, self.mean, self._scatter = 0, 0.0, 0.0

    def update(self, features: ArrayLike) -> None:
        """Adds a batch of features (N, D). Raises ValueError as `as_features` does, and if D changes."""
        (features,) = as_features(features)
        if self.count and features.shape[1] != len(self.mean):
            raise ValueError(
                f"All batches of features must be (N, D) with the same D, got {len(self.mean)} and {features.shape[1]}."
            )
        mean, count = features.mean(axis=0), self.count + len(features)
        difference = mean - self.mean
        between = np.outer(difference, difference) * (self.count * len(features) / count)
        self._scatter = self._scatter + (features - mean).T @ (features - mean) + between
        self.mean = self.mean + difference * (len(features) / count)
        self.count = count

    @property
    def covariance(self) -> np.ndarray:
        """The unbiased estimate (D, D), divided by N - 1. Raises ValueError for fewer than 2 examples."""
        if self.count < 2:
            raise ValueError(f"A covariance needs at least 2 examples, got {self.count}: use more examples.")
        return self._scatter / (self.count - 1)


def frechet_distance(real: ArrayLike | Moments, generated: ArrayLike | Moments) -> float:
    """Computes |m_r - m_g|^2 + tr(C_r + C_g - 2 (C_r C_g)^(1/2)) of features (N, D) or their `Moments`.

    As usual for FID, this is the square of the distance. It decreases with the number of examples, so compare only
    results for the same number. The trace of the matrix root is computed as the sum of the singular values of
    C_r^(1/2) C_g^(1/2), which avoids complex numbers and allows singular covariances. These occur if N is not greater
    than D, and then the result depends on N more than on the samples: use more examples.
    The definition is that of pytorch-fid and clean-fid.

    >>> round(frechet_distance([[-1.0], [1.0]], [[2.0], [4.0]]), 6)  # means 3 apart, equal variances
    9.0
    """
    if _are_few(real, generated):
        return _distance_of_few(*as_features(real, generated, least=2))
    real, generated = (one if isinstance(one, Moments) else _moments(one) for one in (real, generated))
    if np.shape(real.mean) != np.shape(generated.mean):
        raise ValueError(
            f"Expected features with the same D, got {np.size(real.mean)} real and {np.size(generated.mean)} generated."
        )
    shared = np.linalg.svd(_root(real.covariance) @ _root(generated.covariance), compute_uv=False).sum()
    between = np.sum((real.mean - generated.mean) ** 2)
    return float(max(between + np.trace(real.covariance) + np.trace(generated.covariance) - 2 * shared, 0))


def _are_few(*sets):
    """Returns whether all are arrays, with fewer examples in all than features."""
    arrays = all(isinstance(one, np.ndarray) and one.ndim == 2 for one in sets)
    return arrays and sum(map(len, sets)) < sets[0].shape[1]


def _distance_of_few(real, generated):
    """Computes the same from fewer examples than features, without the covariances, which would be larger matrices.

    The nonzero singular values of C_r^(1/2) C_g^(1/2) are those of the products of all centred real and generated
    features.
    """
    between = np.sum((real.mean(axis=0) - generated.mean(axis=0)) ** 2)
    real, generated = ((one - one.mean(axis=0)) / np.sqrt(len(one) - 1) for one in (real, generated))
    shared = np.linalg.svd(real @ generated.T, compute_uv=False).sum()
    return float(max(between + np.sum(real**2) + np.sum(generated**2) - 2 * shared, 0))


def frechet_infinity(
    real: ArrayLike | Moments, generated: ArrayLike, points: int = 15, seed: int = 0
) -> tuple[float, dict[int, float]]:
    """Estimates the distance that infinitely many samples would have, Chong & Forsyth (2020), FID_infinity.

    The distance of N samples exceeds that of infinitely many by about c / N, and c depends on the generator, so that
    even the order of two generators may depend on N. Distances of random subsets are fitted by a line in 1 / N, which
    is extended to 1 / N = 0. The real examples, whose number has an effect of its own, stay the same. The line fits
    where N is greater than the number D of features.

    Args:
        real: features (M, D) or their `Moments`.
        generated: features (N, D), of which subsets of N / 10 to N are drawn.
        points: the number of subsets, at least 2.
        seed: of the subsets.

    Returns the estimate, which can be negative for few samples, and {number of samples: distance}.

    Raises ValueError as `frechet_distance` does, and if there are fewer than 20 samples.

    >>> one, other = np.random.default_rng(0).normal(size=(2, 4000, 8))
    >>> limit, distances = frechet_infinity(one, other)
    >>> limit < distances[4000] < distances[400]
    True
    """
    if len(generated) < 20:
        raise ValueError(f"An extrapolation needs at least 20 samples, got {len(generated)}: use more.")
    real = real if isinstance(real, Moments) else _moments(real)
    counts = np.linspace(len(generated) / 10, len(generated), check_count("points", points, least=2)).astype(int)
    random = np.random.default_rng(seed)
    subsets = [random.choice(len(generated), count, replace=False) for count in counts]
    distances = [frechet_distance(real, np.asarray(generated)[np.sort(subset)]) for subset in subsets]
    _, limit = np.polyfit(1 / counts, distances, 1)
    return float(limit), dict(zip(counts.tolist(), distances, strict=True))


def _root(covariance):
    values, directions = np.linalg.eigh(covariance)
    return (directions * np.sqrt(np.maximum(values, 0))) @ directions.T


def _moments(features, batch_size=5000):
    moments = Moments()
    parts = [features]
    if isinstance(features, np.ndarray) and features.ndim == 2:  # each part is copied as float64
        parts = np.array_split(features, max(1, len(features) // batch_size))
    for part in parts:
        moments.update(part)
    return moments
