import tracemalloc

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


def exact(real, generated, k):
    """The metrics of integers, whose squared distances are exact: two with closed balls, two with open ones."""

    def squares(one, other):
        return ((one[:, None] - other) ** 2).sum(axis=2)

    def reach(one):
        return np.sort(squares(one, one), axis=1)[:, k]

    apart = squares(generated, real)
    return {
        "precision": (apart <= reach(real)).any(axis=1).mean(),
        "recall": (apart <= reach(generated)[:, None]).any(axis=0).mean(),
        "density": (apart < reach(real)).sum() / (k * len(generated)),
        "coverage": (apart.min(axis=0) < reach(real)).mean(),
    }


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


CHANGES = {
    "int": lambda values: values,
    "float32": lambda values: values.astype("float32"),
    "scaled": lambda values: values / 8,
    "shifted": lambda values: values + 1e6,
    "binary": lambda values: values.astype("uint8"),
}


@pytest.mark.cases(4)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("levels", "columns"), [(2, 5), (3, 4), (10, 1), (100, 64)])
def test_ties_are_those_of_the_authors(change, levels, columns):
    real, generated = (np.random.default_rng(levels).integers(levels, size=(count, columns)) for count in (300, 270))
    for k in (1, 3, 5):
        expected = exact(real, generated, k)
        arguments = CHANGES[change](real), CHANGES[change](generated), k
        found = metrics.precision_recall(*arguments) | metrics.density_coverage(*arguments)
        assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.cases(4)
@pytest.mark.parametrize("offset", [0, 1e4, -3e7])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("columns", [1, 3, 64, 201])
def test_equal_sets_have_a_density_of_1_in_open_balls(offset, dtype, columns):
    points = (np.random.default_rng(1).normal(size=(310, columns)) * 100 + offset).astype(dtype)
    shuffled = np.random.default_rng(2).permutation(points)
    distinct = len(np.unique(np.float64(points), axis=0)) == len(points)
    for k in (1, 3):
        assert metrics.precision_recall(points, shuffled, k) == {"precision": 1, "recall": 1}
        if distinct and columns > 1:  # on a line, rounded numbers have ties of their own
            found = metrics.density_coverage(points, shuffled, k)
            assert found == pytest.approx({"density": 1, "coverage": 1}, rel=1e-2)
            assert columns < 64 or found["density"] == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("offset", [0, 1e4])
def test_copies_are_within_balls_without_extent_if_these_are_closed(offset):
    points = np.repeat(RANDOM.normal(size=(100, 64)) + offset, 6, axis=0)
    assert metrics.precision_recall(points, points[::-1]) == {"precision": 1, "recall": 1}
    assert metrics.density_coverage(points, points[::-1], 3) == {"density": 0, "coverage": 0}
    assert metrics.density_coverage(points, points[::-1], 6) == {"density": 1, "coverage": 1}


@pytest.mark.parametrize("metric", [metrics.precision_recall, metrics.density_coverage])
@pytest.mark.parametrize("k", [0, -1, 2.5, True])
def test_the_number_of_neighbours_is_a_positive_integer(metric, k):
    with pytest.raises(ValueError, match="neighbours must be"):
        metric(REAL, GENERATED, k)


def test_blocks_do_not_matter(monkeypatch):
    whole = metrics.precision_recall(REAL, GENERATED) | metrics.density_coverage(REAL, GENERATED)
    monkeypatch.setattr("ganzoo.metrics.fidelity_diversity.BLOCK", 170)  # three or four rows at once
    assert metrics.precision_recall(REAL, GENERATED) | metrics.density_coverage(REAL, GENERATED) == whole


@pytest.mark.parametrize("metric", [metrics.precision_recall, metrics.density_coverage])
def test_memory_does_not_grow_with_the_number_of_distances(metric, monkeypatch):
    monkeypatch.setattr("ganzoo.metrics.fidelity_diversity.BLOCK", 2**16)  # of 8 bytes each
    points = np.random.default_rng(0).normal(size=(2, 2500, 4))
    tracemalloc.start()
    metric(*points)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * 2**16 * 8 < 2500**2 * 8 / 7
