"""How much of what is generated is real, and how much of the real is generated, by nearest neighbours of features."""

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.neighbors import NearestNeighbors

from ganzoo.metrics.inputs import as_features


def precision_recall(real, generated, neighbours=3):
    """{"precision", "recall"} of features (N, D) and (M, D), Kynkaanniemi et al. (2019).

    A side's manifold is the union of balls round its examples that reach to the k-th nearest other one. Precision is
    the share of generated examples in the real manifold, recall that of real ones in the generated manifold.

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


def density_coverage(real, generated, neighbours=5):
    """{"density", "coverage"} of features (N, D) and (M, D), Naeem et al. (2020), with balls round real examples only.

    Density is the mean number of real balls that hold a generated example, over k (1 on the average where both are
    alike, and it may be more), so that an outlier's large ball counts little. Coverage is the share of real balls that
    hold a generated example.

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


def radii(points, neighbours):
    """The distance (N,) of each of the points (N, D) to its k-th nearest other one."""
    search = NearestNeighbors(n_neighbors=neighbours, algorithm="brute").fit(points)
    return search.kneighbors()[0][:, -1]


def _counts(points, centres, neighbours, block=1000):
    """How many balls round the centres hold each of the points, (N,)."""
    reach = radii(centres, neighbours)
    blocks = (points[start : start + block] for start in range(0, len(points), block))
    return np.concatenate([(euclidean_distances(one, centres) <= reach).sum(axis=1) for one in blocks])
