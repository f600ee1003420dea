"""How realistic samples are, and how much of the data they cover: two pairs of metrics by nearest neighbours."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.neighbors import NearestNeighbors

from ganzoo.metrics.inputs import as_features


def precision_recall(real: ArrayLike, generated: ArrayLike, neighbours: int = 3) -> dict:
    """Returns {"precision", "recall"} of features (N, D) and (M, D), Kynkaanniemi et al. (2019).

    The manifold of a set is the union of balls around its examples, each of which reaches to the example's k-th nearest
    neighbour in the set. Precision is the share of generated examples that lie in the real manifold; recall is the
    share of real examples that lie in the generated manifold.

    Args:
        real, generated: features (N, D) and (M, D).
        neighbours: k, which must be less than N and M.

    >>> wide, tight = np.random.default_rng(0).normal(size=(2, 500, 2)) * [[[1]], [[0.1]]]
    >>> found = precision_recall(wide, tight)
    >>> found["precision"] > 0.9, found["recall"] < 0.2
    (True, True)
    """
    real, generated = as_features(real, generated, least=neighbours + 1)
    return {
        "precision": float(_counts(generated, real, neighbours).astype(bool).mean()),
        "recall": float(_counts(real, generated, neighbours).astype(bool).mean()),
    }


def density_coverage(real: ArrayLike, generated: ArrayLike, neighbours: int = 5) -> dict:
    """Returns {"density", "coverage"} of features (N, D) and (M, D), Naeem et al. (2020).

    Only real examples have balls here, so that outliers among the samples do not count as coverage. Density is the mean
    number of real balls that contain a generated example, divided by k: its expectation is 1 if both distributions are
    equal, and it may exceed 1. Coverage is the share of real balls that contain at least one generated example.

    Args:
        real, generated: features (N, D) and (M, D).
        neighbours: k, which must be less than N and M.

    >>> wide, tight = np.random.default_rng(0).normal(size=(2, 500, 2)) * [[[1]], [[0.1]]]
    >>> density_coverage(wide, tight)["coverage"] < 0.2 < density_coverage(wide, wide)["coverage"]
    True
    """
    real, generated = as_features(real, generated, least=neighbours + 1)
    nearest = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(generated).kneighbors(real)[0][:, 0]
    return {
        "density": float(_counts(generated, real, neighbours).mean() / neighbours),
        "coverage": float((nearest <= radii(real, neighbours)).mean()),
    }


def radii(points: np.ndarray, neighbours: int) -> np.ndarray:
    """Returns the distance (N,) from each of the points (N, D) to its k-th nearest neighbour among the others."""
    search = NearestNeighbors(n_neighbors=neighbours, algorithm="brute").fit(points)
    return search.kneighbors()[0][:, -1]


def _counts(points, centres, neighbours, block=1000):
    """Returns how many of the balls around `centres` contain each of the points, (N,)."""
    reach = radii(centres, neighbours)
    blocks = (points[start : start + block] for start in range(0, len(points), block))
    return np.concatenate([(euclidean_distances(one, centres) <= reach).sum(axis=1) for one in blocks])
