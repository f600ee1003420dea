import numpy as np
import pytest
from sklearn.neighbors import KernelDensity

from ganzoo import metrics
from ganzoo.metrics.parzen_window import SIGMAS, log_densities

RANDOM = np.random.default_rng(0)
TEST, GENERATED, VALIDATION = (RANDOM.uniform(size=(count, 6)) for count in (70, 90, 40))


def density(sigma):
    """Returns scikit-learn's estimator with one leaf; with several, it is off by up to 30 nats for a small sigma."""
    return KernelDensity(bandwidth=sigma, leaf_size=1000)


@pytest.mark.parametrize("sigma", [0.05, 0.3, 2.0])
def test_densities_are_scikit_learns(sigma):
    expected = density(sigma).fit(GENERATED).score_samples(TEST)
    np.testing.assert_allclose(log_densities(TEST, GENERATED, [sigma])[0], expected, rtol=1e-9)


def test_the_protocol_chooses_sigma_on_validation_data_alone():
    found = metrics.parzen(TEST, GENERATED, VALIDATION)
    scores = [density(sigma).fit(GENERATED).score(VALIDATION) for sigma in SIGMAS]
    assert found["sigma"] == SIGMAS[np.argmax(scores)] and SIGMAS[0] < found["sigma"] < SIGMAS[-1]
    each = density(found["sigma"]).fit(GENERATED).score_samples(TEST)
    np.testing.assert_allclose(found["log_likelihood"], each.mean(), rtol=1e-9)
    np.testing.assert_allclose(found["standard_error"], each.std() / np.sqrt(70), rtol=1e-9)


def test_the_papers_grid():
    np.testing.assert_allclose(
        SIGMAS, [0.1, 0.1292, 0.1668, 0.2154, 0.2783, 0.3594, 0.4642, 0.5995, 0.7743, 1.0], atol=5e-5
    )


def test_neither_blocks_nor_the_order_matter():
    whole = log_densities(TEST, GENERATED, SIGMAS)
    np.testing.assert_allclose(log_densities(TEST, GENERATED, SIGMAS, block=7), whole, rtol=1e-12)
    np.testing.assert_allclose(log_densities(TEST, GENERATED[::-1], SIGMAS), whole, rtol=1e-9)


def test_it_is_finite_far_from_all_samples():
    far = log_densities(TEST + 1e4, GENERATED, [0.1])
    nearest = np.linalg.norm(TEST[:, None] + 1e4 - GENERATED, axis=2).min(axis=1)
    assert np.isfinite(far).all()
    np.testing.assert_allclose(far[0], -(nearest**2) / 0.02, rtol=1e-6)


def test_better_samples_score_higher():
    real = RANDOM.normal(0.5, 0.1, (200, 6))
    good, wide = RANDOM.normal(0.5, 0.1, (300, 6)), RANDOM.normal(0.5, 0.5, (300, 6))
    scores = [metrics.parzen(real[:100], one, real[100:])["log_likelihood"] for one in (good, wide)]
    assert scores[0] > scores[1] + 1
