import numpy as np
import pytest

from ganzoo import metrics

RANDOM = np.random.default_rng(0)
REAL, GENERATED = RANDOM.normal(size=(30, 4)), RANDOM.normal(0.3, 1, size=(30, 4))


def distances(one, other):
    return np.linalg.norm(one[:, None] - other, axis=2)


def test_the_nearest_real_examples():
    found, indices = metrics.nearest(REAL, GENERATED, count=3)
    expected = np.argsort(distances(GENERATED, REAL), axis=1)[:, :3]
    np.testing.assert_array_equal(indices, expected)
    np.testing.assert_allclose(found, np.sort(distances(GENERATED, REAL), axis=1)[:, :3], rtol=1e-6)
    copied, where = metrics.nearest(REAL, REAL[[4, 9]])
    np.testing.assert_allclose(copied, 0, atol=1e-6)
    assert where[:, 0].tolist() == [4, 9]


def test_two_sample_accuracy_leaves_each_example_out():
    both = np.concatenate([REAL, GENERATED])
    apart = distances(both, both) + np.diag(np.full(60, np.inf))
    right = (apart.argmin(axis=1) < 30) == (np.arange(60) < 30)
    found = metrics.two_sample_accuracy(REAL, GENERATED)
    expected = {"accuracy": right.mean(), "real": right[:30].mean(), "generated": right[30:].mean()}
    assert found == pytest.approx(expected)


def test_two_sample_accuracy_at_its_extremes():
    assert metrics.two_sample_accuracy(REAL, GENERATED + 100)["accuracy"] == 1
    assert metrics.two_sample_accuracy(REAL, REAL + 1e-9)["accuracy"] == 0  # memorized
    alike = RANDOM.normal(size=(2, 1000, 2))
    np.testing.assert_allclose(metrics.two_sample_accuracy(*alike)["accuracy"], 0.5, atol=0.06)
    with pytest.raises(ValueError, match="same size, got 30 real and 20 generated"):
        metrics.two_sample_accuracy(REAL, GENERATED[:20])


def test_the_error_of_a_classifier_trained_on_samples():
    labels, others = RANDOM.integers(3, size=30), RANDOM.integers(3, size=30)
    expected = np.mean(others[distances(REAL, GENERATED).argmin(axis=1)] != labels)
    np.testing.assert_allclose(metrics.nearest_neighbour_error(REAL, labels, GENERATED, others), expected)
    assert metrics.nearest_neighbour_error(REAL, labels, REAL, labels) == 0
