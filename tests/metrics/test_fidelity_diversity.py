import numpy as np
import pytest

from ganzoo import metrics

RANDOM = np.random.default_rng(0)
REAL, GENERATED = RANDOM.normal(size=(50, 3)), RANDOM.normal(0.5, 0.7, size=(40, 3))


def balls(centres, k):
    """Returns the distance of each centre to its k-th nearest neighbour, by sorting all distances."""
    return np.sort(np.linalg.norm(centres[:, None] - centres, axis=2), axis=1)[:, k]


def inside(points, centres, k):
    return np.linalg.norm(points[:, None] - centres, axis=2) <= balls(centres, k)


@pytest.mark.parametrize("k", [1, 3, 5])
def test_the_formulas_are_those_of_the_papers(k):
    found = metrics.precision_recall(REAL, GENERATED, k) | metrics.density_coverage(REAL, GENERATED, k)
    expected = {
        "precision": inside(GENERATED, REAL, k).any(axis=1).mean(),
        "recall": inside(REAL, GENERATED, k).any(axis=1).mean(),
        "density": inside(GENERATED, REAL, k).sum() / (k * 40),
        "coverage": inside(GENERATED, REAL, k).any(axis=0).mean(),
    }
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, err_msg=name)


def test_equal_sets_have_full_precision_and_recall():
    assert metrics.precision_recall(REAL, REAL) == {"precision": 1, "recall": 1}
    assert metrics.density_coverage(REAL, REAL)["coverage"] == 1


def test_real_and_generated_are_not_swapped():
    """A tight cluster in wide data has high precision and low recall; wide samples of tight data have the opposite."""
    wide, tight = RANDOM.normal(size=(200, 3)), RANDOM.normal(0, 0.05, size=(200, 3))
    collapsed, spread = metrics.precision_recall(wide, tight), metrics.precision_recall(tight, wide)
    assert collapsed["precision"] > 0.95 and collapsed["recall"] < 0.05
    assert spread["precision"] < 0.05 and spread["recall"] > 0.95
    assert metrics.density_coverage(wide, tight)["coverage"] < 0.3


def test_the_order_of_examples_does_not_matter():
    first = metrics.precision_recall(REAL, GENERATED) | metrics.density_coverage(REAL, GENERATED)
    assert first == metrics.precision_recall(REAL[::-1], GENERATED[::-1]) | metrics.density_coverage(
        REAL[::-1], GENERATED[::-1]
    )


@pytest.mark.parametrize("metric", [metrics.precision_recall, metrics.density_coverage])
def test_too_few_examples(metric):
    with pytest.raises(ValueError, match="at least [46] examples, got 50 and 2: use more"):
        metric(REAL, GENERATED[:2])
