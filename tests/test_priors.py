import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

from ganzoo import priors
from ganzoo.distribute import rows

COUNT = 20_000
PRIORS = [priors.Normal(3), priors.Uniform(3), priors.Uniform(3, 0, 1), priors.Uniform(2, -np.sqrt(3), np.sqrt(3))]


def oracle(prior):
    if isinstance(prior, priors.Normal):
        return scipy.stats.norm()
    return scipy.stats.uniform(prior.low, prior.high - prior.low)


@pytest.mark.parametrize("prior", PRIORS)
def test_moments_and_distribution(prior):
    """Each coordinate against SciPy's distribution, and no correlation between coordinates."""
    samples = prior.sample(COUNT, seed=0).numpy()
    assert samples.shape == (COUNT, prior.dim) and samples.dtype == np.float32
    known = oracle(prior)
    np.testing.assert_allclose(samples.mean(0), known.mean(), atol=5 * known.std() / np.sqrt(COUNT))
    np.testing.assert_allclose(samples.std(0), known.std(), rtol=0.03)
    np.testing.assert_allclose(np.corrcoef(samples.T), np.eye(prior.dim), atol=0.04)
    assert min(scipy.stats.kstest(column, known.cdf).pvalue for column in samples.T) > 1e-3


@pytest.mark.parametrize("prior", PRIORS)
def test_log_density_is_scipys(prior):
    points = np.float32(np.random.default_rng(0).normal(0, 0.7, (50, prior.dim)))
    np.testing.assert_allclose(prior.log_density(points), oracle(prior).logpdf(points).sum(1), rtol=1e-5)


def test_the_same_seed_repeats_and_pairs_are_seeds_too():
    prior = priors.Normal(2)
    np.testing.assert_array_equal(prior.sample(4, 7), prior.sample(4, 7))
    np.testing.assert_array_equal(prior.sample(4, 7), prior.sample(4, [7, 0]))
    assert not np.array_equal(prior.sample(4, 7), prior.sample(4, [7, 1]))


@pytest.mark.parametrize("prior", PRIORS)
def test_interpolation_ends_at_its_ends(prior):
    start, end = prior.sample(5, 0), prior.sample(5, 1)
    np.testing.assert_allclose(prior.interpolate(start, end, 0.0), start, atol=1e-5)
    np.testing.assert_allclose(prior.interpolate(start, end, 1.0), end, atol=1e-5)


def test_normal_interpolation_keeps_the_norm_and_uniform_is_straight():
    start, end = np.float32([[3, 0]]), np.float32([[0, 3]])
    middle = priors.Normal(2).interpolate(start, end, 0.5)
    np.testing.assert_allclose(middle, [[3 / np.sqrt(2)] * 2], rtol=1e-6)
    np.testing.assert_allclose(priors.Uniform(2).interpolate(start, end, 0.5), [[1.5, 1.5]])


def test_normal_interpolation_between_parallel_latents_is_finite():
    start = tf.constant([[1.0, 2.0]])
    np.testing.assert_allclose(priors.Normal(2).interpolate(start, start, 0.3), start, rtol=1e-6)
    np.testing.assert_allclose(priors.Normal(2).interpolate(start, 2 * start, 0.5), 1.5 * start, rtol=1e-5)
    assert np.isfinite(priors.Normal(2).interpolate(start, -start, 0.5)).all()


def test_rows_on_one_replica_are_all_rows():
    np.testing.assert_array_equal(rows(lambda count: tf.range(count), 5), range(5))


@pytest.mark.parametrize(
    "make", [lambda: priors.Normal(0), lambda: priors.Uniform(2.5), lambda: priors.Uniform(2, 1, 1)]
)
def test_bad_settings_are_refused(make):
    with pytest.raises(ValueError, match="prior"):
        make()
