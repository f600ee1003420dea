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
    ],
)
def test_bad_probabilities_are_refused(probabilities, message):
    with pytest.raises(ValueError, match=message):
        metrics.classifier_score(probabilities)
