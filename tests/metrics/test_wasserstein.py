import numpy as np

from ganzoo import metrics

RANDOM = np.random.default_rng(0)
REAL, GENERATED = RANDOM.normal(size=(50, 3)), RANDOM.normal(0.5, 2, size=(50, 3))


def test_it_is_the_mean_distance_of_sorted_projections_for_equal_numbers():
    lines = np.random.default_rng(4).standard_normal((3, 20))
    lines /= np.linalg.norm(lines, axis=0)
    expected = np.abs(np.sort(REAL @ lines, axis=0) - np.sort(GENERATED @ lines, axis=0)).mean()
    np.testing.assert_allclose(metrics.sliced_wasserstein(REAL, GENERATED, 20, seed=4), expected, rtol=1e-10)
    np.testing.assert_allclose(metrics.sliced_wasserstein(GENERATED, REAL, 20, seed=4), expected, rtol=1e-10)


def test_a_shift_is_the_distance_in_one_dimension():
    """In one dimension, each direction is the line itself, and the sets may differ in size."""
    points = RANDOM.normal(size=(40, 1))
    np.testing.assert_allclose(metrics.sliced_wasserstein(points, points + 3), 3, rtol=1e-10)
    np.testing.assert_allclose(metrics.sliced_wasserstein(points, np.repeat(points, 2, axis=0) + 3), 3, rtol=1e-10)


def test_the_distance_of_equal_sets_is_0():
    np.testing.assert_allclose(metrics.sliced_wasserstein(REAL, REAL[::-1]), 0, atol=1e-12)
