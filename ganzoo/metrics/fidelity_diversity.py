"""How realistic samples are, and how much of the data they cover: two pairs of metrics by nearest neighbours."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist

from ganzoo.arguments import check_count
from ganzoo.metrics.inputs import as_features

BLOCK = 2**23
"""The number of distances that are computed at once."""
ROUNDING = 1e-11
"""A bound of the relative rounding of products of float64, with much to spare."""


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
    reach_of_real, reach_of_generated = radii(real, neighbours), radii(generated, neighbours)
    precise, recalled = np.zeros(len(generated), bool), np.zeros(len(real), bool)
    limits = (lambda *_: reach_of_real, lambda rows, _: reach_of_generated[rows, None])
    for rows, squares in _blocks(generated, real, *limits):
        precise[rows] = np.any(squares <= reach_of_real, axis=1)
        recalled |= np.any(squares <= reach_of_generated[rows, None], axis=0)
    return {"precision": float(precise.mean()), "recall": float(recalled.mean())}


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
    contained = [np.sum(squares < reach, axis=1) for _, squares in _blocks(generated, real, lambda *_: reach)]
    nearest = np.concatenate([squares.min(axis=1) for _, squares in _blocks(real, generated, _smallest(0))])
    return {
        "density": float(np.concatenate(contained).mean() / neighbours),
        "coverage": float((nearest < reach).mean()),
    }


def radii(points: np.ndarray, neighbours: int) -> np.ndarray:
    """Returns the squared distance (N,) from each of the points (N, D) to its k-th nearest neighbour among the others.

    Examples that are equal to a point count as neighbours at distance 0.
    """
    find = _smallest(neighbours)
    return np.concatenate([find(rows, squares)[:, 0] for rows, squares in _blocks(points, points, find)])


def _smallest(place):
    def find(_, squares):
        return np.partition(squares, place, axis=1)[:, place : place + 1].copy()  # a view would keep all of them

    return find


def _blocks(points, centres, *find_limits):
    """Yields a slice of the points (N, D), and their squared distances (n, M) to all centres (M, D), for each block.

    The distances come from a product of matrices, which rounds. Each of `find_limits` maps the slice and the distances
    to limits with which the caller is going to compare them. Where a distance is so close to a limit that rounding
    might decide, it is computed once more as a sum of squared differences, which depends on the two examples alone. So
    equal distances are equal to the last bit, and the result is the same as if all distances were such sums.
    """
    lengths = np.einsum("nd,nd->n", centres, centres)
    block = max(1, BLOCK // len(centres))
    for start in range(0, len(points), block):
        rows = slice(start, start + block)
        sums = np.einsum("nd,nd->n", points[rows], points[rows])[:, None] + lengths
        squares = sums - 2 * (points[rows] @ centres.T)
        limits = [find(rows, squares) for find in find_limits]
        close = np.logical_or.reduce([np.abs(squares - limit) <= ROUNDING * sums for limit in limits])
        for row in np.flatnonzero(close.any(axis=1)):
            one = points[start + row : start + row + 1]
            squares[row, close[row]] = cdist(one, centres[close[row]], "sqeuclidean")[0]
        yield rows, squares
