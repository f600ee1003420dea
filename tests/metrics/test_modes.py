import numpy as np
from scipy import stats

from ganzoo import metrics
from ganzoo.data import mixtures


def test_modes_shares_and_divergence_by_hand():
    mixture = mixtures.ring(4, standard_deviation=0.01)
    samples = np.float64([[1, 0], [1, 0.029], [0, 1.031], [-1, 0]])
    found = metrics.mode_coverage(mixture, samples)
    assert found["modes"] == 2 and found["high_quality"] == 0.75
    np.testing.assert_allclose(found["reverse_kl"], 2 / 3 * np.log(8 / 3) + 1 / 3 * np.log(4 / 3), rtol=1e-12)


def test_a_perfect_generator_has_the_expected_share_within_three_deviations():
    mixture = mixtures.grid()
    found = metrics.mode_coverage(mixture, mixture.sample(100_000, seed=1)[0])
    assert found["modes"] == 25
    np.testing.assert_allclose(found["high_quality"], stats.chi2.cdf(9, 2), atol=2e-3)
    np.testing.assert_allclose(found["reverse_kl"], 0, atol=1e-3)


def test_shares_are_compared_with_unequal_weights():
    mixture = mixtures.Mixture([[0.0], [10.0]], 1.0, [0.9, 0.1])
    found = metrics.mode_coverage(mixture, np.float64([[0.0]] * 9 + [[10.0]]))
    np.testing.assert_allclose(found["reverse_kl"], 0, atol=1e-12)


def test_no_sample_near_any_mode():
    found = metrics.mode_coverage(mixtures.ring(), np.float64([[5.0, 5.0]]))
    assert found == {"modes": 0, "high_quality": 0, "reverse_kl": np.inf}


def test_classes_as_modes():
    found = metrics.class_coverage([0, 0, 3, 7], 1000)
    assert found["modes"] == 3
    np.testing.assert_allclose(found["reverse_kl"], np.log(1000) - stats.entropy([2, 1, 1]), rtol=1e-10)
    uniform = np.random.default_rng(0).integers(1000, size=26_000)
    np.testing.assert_allclose(metrics.class_coverage(uniform, 1000)["reverse_kl"], 0.019, atol=2e-3)
