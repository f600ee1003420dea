import numpy as np
import pytest
from scipy import stats

from ganzoo import metrics

PROBABILITIES = np.random.default_rng(0).dirichlet(np.ones(4) / 2, 60)


def test_it_is_the_papers_formula():
    parts = PROBABILITIES.reshape(3, 20, 4)
    scores = [np.exp(np.mean([stats.entropy(row, part.mean(axis=0)) for row in part])) for part in parts]
    found = metrics.classifier_score(PROBABILITIES, splits=3)
    np.testing.assert_allclose(found, (np.mean(scores), np.std(scores)), rtol=1e-10)


@pytest.mark.parametrize(("count", "splits"), [(60, 7), (25, 10), (11, 10), (10, 10), (59, 1)])
def test_the_parts_are_those_of_the_papers_code(count, splits):
    chosen, scores = PROBABILITIES[:count], []
    for i in range(splits):
        part = chosen[i * count // splits : (i + 1) * count // splits]
        scores.append(np.exp(np.mean([stats.entropy(row, part.mean(axis=0)) for row in part])))
    np.testing.assert_allclose(metrics.classifier_score(chosen, splits), (np.mean(scores), np.std(scores)), rtol=1e-10)


@pytest.mark.parametrize("splits", [0, -1, 2.5, "3"])
def test_the_number_of_splits_is_a_positive_integer(splits):
    with pytest.raises(ValueError, match="splits must be"):
        metrics.classifier_score(PROBABILITIES, splits)


def test_the_extreme_values():
    """It is K for certain and equally frequent classes, and 1 if the probabilities are equal for all examples."""
    np.testing.assert_allclose(metrics.classifier_score(np.tile(np.eye(5), (10, 1))), (5, 0), atol=1e-9)
    np.testing.assert_allclose(metrics.classifier_score(np.full((50, 5), 0.2)), (1, 0), atol=1e-9)
    np.testing.assert_allclose(metrics.classifier_score(np.tile([[1.0, 0, 0]], (50, 1))), (1, 0), atol=1e-9)


@pytest.mark.parametrize(
    ("probabilities", "message"),
    [
        (PROBABILITIES[:5], "10 splits need at least 10 examples, got 5"),
        (PROBABILITIES * 2, "that sum to 1, got an array"),
        (PROBABILITIES * np.nan, "that sum to 1, got an array"),
        (PROBABILITIES[:0], "10 splits need at least 10 examples, got 0"),
        (PROBABILITIES[0], "that sum to 1, got an array"),
    ],
)
def test_bad_probabilities_are_refused(probabilities, message):
    with pytest.raises(ValueError, match=message):
        metrics.classifier_score(probabilities)
