"""Bad features and numbers are refused by every metric, in one sentence."""

import numpy as np
import pytest

from ganzoo import metrics
from ganzoo.data.mixtures import ring

REAL, GENERATED = np.random.default_rng(0).normal(size=(2, 40, 3))
FORMULAS = {
    "frechet": metrics.frechet_distance,
    "kernel": lambda real, generated: metrics.kernel_distance(real, generated, size=5),
    "precision": metrics.precision_recall,
    "density": metrics.density_coverage,
    "wasserstein": metrics.sliced_wasserstein,
    "two samples": metrics.two_sample_accuracy,
    "nearest": metrics.nearest,
    "parzen": lambda real, generated: metrics.parzen(real, generated, real),
}
BAD = {
    "rank 1": (REAL[:, 0], "shape"),
    "rank 3": (REAL[None], "shape"),
    "no columns": (REAL[:, :0], "same D"),
    "another D": (REAL[:, :2], "same D"),
    "no rows": (REAL[:0], "at least"),
    "NaN": (REAL * np.nan, "NaN or infinite"),
    "infinite": (REAL * np.inf, "NaN or infinite"),
    "words": (np.full((40, 3), "x"), "other things than numbers"),
    "ragged": ([[1.0], [1.0, 2.0]], "other things than numbers"),
    "nothing": (None, "shape"),
}


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("kind", BAD)
def test_bad_features_are_refused(formula, kind):
    bad, message = BAD[kind]
    for pair in ((REAL, bad), (bad, GENERATED)):
        with pytest.raises(ValueError, match=message) as caught:
            FORMULAS[formula](*pair)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.nearest(REAL, GENERATED, 0), "count must be an integer of at least 1"),
        (lambda: metrics.nearest(REAL, GENERATED, 41), "count must be an integer of at most 40"),
        (lambda: metrics.sliced_wasserstein(REAL, GENERATED, 0), "directions must be an integer of at least 1"),
        (lambda: metrics.parzen(REAL, GENERATED, REAL, []), "`sigma_grid` must be"),
        (lambda: metrics.parzen(REAL, GENERATED, REAL, [0.5, 0]), "`sigma_grid` must be"),
        (lambda: metrics.parzen(REAL, GENERATED, REAL, [np.nan]), "`sigma_grid` must be"),
        (lambda: metrics.mode_coverage(ring(), GENERATED[:, :2], np.nan), "`deviations` must be positive"),
        (lambda: metrics.class_coverage([0, 10], 10), r"integers in \[0, 10\)"),
        (lambda: metrics.class_coverage([-1, 0], 10), r"integers in \[0, 10\)"),
        (lambda: metrics.class_coverage([0.5], 10), "integers in"),
        (lambda: metrics.nearest_neighbour_error(REAL, [0], GENERATED, [0] * 40), "Expected 40 labels"),
        (lambda: metrics.nearest_neighbour_error(REAL, [0] * 40, GENERATED, [0] * 39), "Expected 40 labels"),
    ],
)
def test_bad_numbers_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
