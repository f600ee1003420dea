"""How realistic samples are, and how much of the data they cover: two pairs of metrics by nearest neighbours."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist

from ganzoo.arguments import check_count
from ganzoo.metrics.inputs import as_features


def precision_recall(real: ArrayLike, generated: ArrayLike, neighbours: int = 3) -> dict:
    """Returns {"precision", "recall"} of features (N, D) and (M, D), Kynkaanniemi et al. (2019).

    The manifold of a set is the union of balls around its examples, each of which reaches to the example's k-th nearest
    neighbour in the set. Precision is the share of generated examples that lie in the real manifold; recall is the
    share of real examples that lie in the generated manifold. As in the authors' code, the balls are closed: they
    contain the examples at exactly their radius.

    Args:
        real, generated: features (N, D) and (M, D).
        neighbours: k, which must be less than N and M.

    >>> wide, tight = np.random.default_rng(0).normal(size=(2, 500, 2)) * [[[1]], [[0.1]]]
    >>> found = precision_recall(wide, tight)
    >>> found["precision"] > 0.9, found["recall"] < 0.2
    (True, True)
    """
    real, generated = as_features(real, generated, least=check_count("neighbours", neighbours) + 1)
    return {"precision": _covered(generated, real, neighbours), "recall": _covered(real, generated, neighbours)}


def density_coverage(real: ArrayLike, generated: ArrayLike, neighbours: int = 5) -> dict:
    """Returns {"density", "coverage"} of features (N, D) and (M, D), Naeem et al. (2020).

    Only real examples have balls here, so that outliers among the samples do not count as coverage. Density is the mean
    number of real balls that contain a generated example, divided by k: its expectation is 1 if both distributions are
    equal, and it may exceed 1. Coverage is the share of real balls that contain at least one generated example. As in
    the authors' code (generative-evaluation-prdc), the balls are open: they do not contain the examples at exactly
    their radius. The ball of an example with k copies is therefore empty.

    Args:
        real, generated: features (N, D) and (M, D).
        neighbours: k, which must be less than N and M.

    >>> wide, tight = np.random.default_rng(0).normal(size=(2, 500, 2)) * [[[1]], [[0.1]]]
    >>> density_coverage(wide, tight)["coverage"] < 0.2 < density_coverage(wide, wide)["coverage"]
    True
    """
    real, generated = as_features(real, generated, least=check_count("neighbours", neighbours) + 1)
    reach = radii(real, neighbours)
    contained = _for_rows(lambda squares: np.sum(squares < reach, axis=1), generated, real)
    nearest = _for_rows(lambda squares: squares.min(axis=1), real, generated)
    return {"density": float(contained.mean() / neighbours), "coverage": float((nearest < reach).mean())}


def _covered(points, centres, neighbours):
    """Returns the share of the points that lie in at least one closed ball around one of the centres."""
    reach = radii(centres, neighbours)
    return float(_for_rows(lambda squares: np.any(squares <= reach, axis=1), points, centres).mean())


def radii(points: np.ndarray, neighbours: int) -> np.ndarray:
    """Returns the squared distance (N,) from each of the points (N, D) to its k-th nearest neighbour among the others.

    Examples that are equal to a point count as neighbours at distance 0.
    """
    return _for_rows(lambda squares: np.partition(squares, neighbours, axis=1)[:, neighbours], points, points)


def _for_rows(function, points, centres, block=100):
    """Applies a function to the squared distances from all `centres` to blocks of `points`, and joins its results.

    Each distance is a sum of squared differences, and depends on the two examples alone. Equal distances are thus equal
    to the last bit, as products of matrices, which are faster, would not be.
    """
    blocks = [points[start : start + block] for start in range(0, len(points), block)]
    with ThreadPoolExecutor() as pool:
        return np.concatenate(list(pool.map(lambda rows: function(cdist(rows, centres, "sqeuclidean")), blocks)))
