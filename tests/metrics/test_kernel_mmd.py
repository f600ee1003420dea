import numpy as np
import pytest

from ganzoo import metrics
from ganzoo.metrics.kernel_mmd import squared_discrepancy

RANDOM = np.random.default_rng(0)
REAL, GENERATED = RANDOM.normal(size=(40, 4)), RANDOM.normal(0.5, 1.2, size=(30, 4))


def oracle(real, generated):
    """Computes the unbiased estimate as a sum over pairs."""

    def kernel(x, y):
        return (x @ y / len(x) + 1) ** 3

    m, n = len(real), len(generated)
    xx = sum(kernel(real[i], real[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    yy = sum(kernel(generated[i], generated[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    return xx + yy - 2 * np.mean([kernel(x, y) for x in real for y in generated])


def test_it_is_the_unbiased_estimate():
    np.testing.assert_allclose(squared_discrepancy(REAL, GENERATED), oracle(REAL, GENERATED), rtol=1e-10)


def test_subsets_of_all_examples_have_no_spread():
    mean, deviation = metrics.kernel_distance(REAL[:30], GENERATED, subsets=5, size=30)
    np.testing.assert_allclose(mean, oracle(REAL[:30], GENERATED), rtol=1e-10)
    np.testing.assert_allclose(deviation, 0, atol=1e-10)


@pytest.mark.thorough
def test_it_is_unbiased_for_equal_distributions():
    """The mean over many pairs of small sets is 0 within its standard error, but single estimates are not."""
    found = [squared_discrepancy(*RANDOM.normal(size=(2, 20, 3))) for _ in range(2000)]
    assert abs(np.mean(found)) < 4 * np.std(found) / np.sqrt(2000) and min(found) < 0 < max(found)


def test_the_seed_determines_the_subsets():
    sets = RANDOM.normal(size=(2, 500, 3))
    first = metrics.kernel_distance(*sets, subsets=20, size=100, seed=1)
    assert first == metrics.kernel_distance(*sets, subsets=20, size=100, seed=1)
    assert first != metrics.kernel_distance(*sets, subsets=20, size=100, seed=2)


def test_too_few_examples():
    with pytest.raises(ValueError, match="Each set needs at least 1000 examples, got 40 and 30: use more"):
        metrics.kernel_distance(REAL, GENERATED)


@pytest.mark.parametrize(
    "arguments", [{"size": 1}, {"size": 0}, {"size": 2.5}, {"size": 20, "subsets": 0}, {"size": 20, "subsets": "3"}]
)
def test_subsets_without_an_estimate_are_refused(arguments):
    with pytest.raises(ValueError, match="(size|subsets) must be"):
        metrics.kernel_distance(REAL, GENERATED, **arguments)
    assert np.isfinite(metrics.kernel_distance(REAL, GENERATED, size=2, subsets=1)).all()
