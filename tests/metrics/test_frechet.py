import numpy as np
import pytest
import scipy.linalg

from ganzoo import metrics
from ganzoo.metrics.frechet import Moments

RANDOM = np.random.default_rng(0)
REAL = RANDOM.normal(size=(60, 5)) @ RANDOM.normal(size=(5, 5)) + 3
GENERATED = RANDOM.normal(size=(80, 5)) @ RANDOM.normal(size=(5, 5)) + 2


def oracle(real, generated):
    """Computes the formula as printed in the paper, with SciPy's matrix root."""
    first, second = (np.cov(one, rowvar=False) for one in (real, generated))
    root = scipy.linalg.sqrtm(first @ second).real
    apart = real.mean(axis=0) - generated.mean(axis=0)
    return apart @ apart + np.trace(first + second - 2 * root)


def test_it_is_the_papers_formula():
    np.testing.assert_allclose(metrics.frechet_distance(REAL, GENERATED), oracle(REAL, GENERATED), rtol=1e-8)
    np.testing.assert_allclose(metrics.frechet_distance(GENERATED, REAL), oracle(REAL, GENERATED), rtol=1e-8)


def test_two_gaussians_in_closed_form():
    """With diagonal covariances, it sums the squared differences of means and of standard deviations."""
    base = np.concatenate([np.eye(3), -np.eye(3)])
    base /= base.std(axis=0, ddof=1)
    real, generated = base * [1, 2, 3], base * [4, 1, 0] + [1, 0, 2]
    np.testing.assert_allclose(metrics.frechet_distance(real, generated), (9 + 1 + 9) + (1 + 4), rtol=1e-10)


def test_the_distance_of_equal_features_is_0():
    np.testing.assert_allclose(metrics.frechet_distance(REAL, REAL[::-1]), 0, atol=1e-9)


def test_singular_covariances():
    """With fewer examples than features, the trace of the root is the sum of the roots of the product's eigenvalues."""
    few, other = RANDOM.normal(size=(4, 30)), RANDOM.normal(size=(5, 30)) + 1
    found = metrics.frechet_distance(few, other)
    first, second = (np.cov(one, rowvar=False) for one in (few, other))
    eigenvalues = np.sort(scipy.linalg.eigvals(first @ second).real)[-3:]  # of rank 3; the rest is rounding
    apart = few.mean(axis=0) - other.mean(axis=0)
    expected = apart @ apart + np.trace(first + second) - 2 * np.sqrt(eigenvalues).sum()
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    np.testing.assert_allclose(metrics.frechet_distance(few, few), 0, atol=1e-8)
    constant = np.ones((5, 30))
    np.testing.assert_allclose(metrics.frechet_distance(constant, constant + 1), 30, rtol=1e-12)


@pytest.mark.parametrize("size", [1, 7, 60])
def test_moments_do_not_depend_on_batches(size):
    moments = Moments()
    for start in range(0, 60, size):
        moments.update(np.float32(REAL[start : start + size] + 1e3))
    expected = np.float32(REAL + 1e3)
    np.testing.assert_allclose(moments.mean, expected.mean(axis=0, dtype="float64"), rtol=1e-12)
    np.testing.assert_allclose(moments.covariance, np.cov(np.float64(expected), rowvar=False), rtol=1e-9)
    assert moments.mean.dtype == moments.covariance.dtype == np.float64
    other = Moments()
    other.update(GENERATED)
    np.testing.assert_allclose(
        metrics.frechet_distance(moments, other), metrics.frechet_distance(expected, GENERATED), rtol=1e-9
    )


def test_too_few_examples():
    with pytest.raises(ValueError, match="at least 2 examples, got 1: use more"):
        metrics.frechet_distance(REAL, GENERATED[:1])


def test_features_of_other_sizes_are_refused():
    with pytest.raises(ValueError, match="same D, got 5 real and 1 generated"):
        metrics.frechet_distance(REAL, GENERATED[:, :1])
    moments = Moments()
    moments.update(REAL)
    with pytest.raises(ValueError, match="same D, got 5 and 1"):
        moments.update(GENERATED[:, :1])


def test_the_distance_of_infinitely_many_samples_is_extrapolated():
    """The bias of N samples of equal Gaussians in D dimensions is known: it falls as 1 / N, and the limit is near 0."""
    real = RANDOM.normal(size=(100_000, 8))
    samples = RANDOM.normal(size=(4000, 8))
    limit, distances = metrics.frechet_infinity(real, samples)
    assert list(distances)[0] == 400 and list(distances)[-1] == 4000 and len(distances) == 15
    assert distances[4000] == metrics.frechet_distance(real, samples)
    assert distances[400] > 5 * distances[4000] and abs(limit) < distances[4000] / 2


def test_the_line_is_fitted_in_the_reciprocal_of_the_number(monkeypatch):
    monkeypatch.setattr("ganzoo.metrics.frechet.frechet_distance", lambda real, few: 3 + 70 / len(few))
    assert metrics.frechet_infinity(REAL, np.zeros((200, 5)), points=4)[0] == pytest.approx(3)


@pytest.mark.parametrize(("samples", "points"), [(np.zeros((19, 5)), 15), (np.zeros((50, 5)), 1)])
def test_too_few_points_are_no_line(samples, points):
    with pytest.raises(ValueError, match="at least 20 samples|points"):
        metrics.frechet_infinity(REAL, samples, points)


def test_batches_of_features_give_the_moments_of_the_whole():
    many = RANDOM.normal(size=(12_345, 3)).astype("float32")
    whole = Moments()
    whole.update(many)
    np.testing.assert_allclose(metrics.frechet_distance(many, whole), 0, atol=1e-9)


@pytest.mark.parametrize(("first", "second"), [(4, 5), (12, 17), (29, 2)])
def test_few_examples_have_the_distance_of_their_moments(first, second):
    sets = RANDOM.normal(size=(first, 40)), RANDOM.normal(size=(second, 40)) * 3 + 1
    moments = [Moments(), Moments()]
    for one, features in zip(moments, sets, strict=True):
        one.update(features)
    np.testing.assert_allclose(metrics.frechet_distance(*sets), metrics.frechet_distance(*moments), rtol=1e-6)
