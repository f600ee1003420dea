import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

from ganzoo import priors
from ganzoo.distribution.global_batch import local_rows

COUNT = 20_000
PRIORS = [priors.Normal(3), priors.Uniform(3), priors.Uniform(3, 0, 1), priors.Uniform(2, -np.sqrt(3), np.sqrt(3))]


def oracle(prior):
    if isinstance(prior, priors.Normal):
        return scipy.stats.norm()
    return scipy.stats.uniform(prior.low, prior.high - prior.low)


@pytest.mark.parametrize("prior", PRIORS)
def test_moments_and_distribution(prior):
    """Each coordinate has SciPy's distribution, and coordinates are uncorrelated."""
    samples = prior.sample(COUNT, seed=0).numpy()
    assert samples.shape == (COUNT, prior.dim) and samples.dtype == np.float32
    known = oracle(prior)
    np.testing.assert_allclose(samples.mean(0), known.mean(), atol=5 * known.std() / np.sqrt(COUNT))
    np.testing.assert_allclose(samples.std(0), known.std(), rtol=0.03)
    np.testing.assert_allclose(np.corrcoef(samples.T), np.eye(prior.dim), atol=0.04)
    assert min(scipy.stats.kstest(column, known.cdf).pvalue for column in samples.T) > 1e-3


@pytest.mark.parametrize("prior", PRIORS)
def test_log_density_matches_scipy(prior):
    points = np.float32(np.random.default_rng(0).normal(0, 0.7, (50, prior.dim)))
    np.testing.assert_allclose(prior.log_density(points), oracle(prior).logpdf(points).sum(1), rtol=1e-5)


def test_seeds_are_repeatable_and_may_be_pairs():
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
    np.testing.assert_array_equal(local_rows(lambda count: tf.range(count), 5), range(5))


@pytest.mark.parametrize(
    "make",
    [
        lambda: priors.Normal(0),
        lambda: priors.Uniform(2.5),
        lambda: priors.Uniform(2, 1, 1),
        lambda: priors.Codes(priors.Normal(2), [1]),
        lambda: priors.Codes(priors.Normal(2), continuous=-1),
    ],
)
def test_bad_settings_are_refused(make):
    with pytest.raises(ValueError, match="prior|categories must be|continuous codes must be"):
        make()


CODES = priors.Codes(priors.Normal(2), categories=[3, 2], continuous=2)


def test_codes_are_noise_equally_likely_one_hot_values_and_uniform_numbers():
    noise, *choices, continuous = CODES.split(CODES.sample(COUNT, seed=0).numpy())
    assert min(scipy.stats.kstest(column, "norm").pvalue for column in noise.numpy().T) > 1e-3
    uniform = scipy.stats.uniform(-1, 2)
    assert min(scipy.stats.kstest(column, uniform.cdf).pvalue for column in continuous.numpy().T) > 1e-3
    for choice, size in zip(choices, (3, 2), strict=True):
        np.testing.assert_array_equal(np.sort(choice, axis=1), np.eye(size)[[-1] * COUNT])
        assert scipy.stats.chisquare(np.sum(choice, axis=0)).pvalue > 1e-3
    parts = np.concatenate([noise, choices[0][:, :1], choices[1][:, :1], continuous], axis=1)
    np.testing.assert_allclose(np.corrcoef(parts.T), np.eye(6), atol=0.04)


def test_log_density_of_codes_is_that_of_their_parts():
    samples = CODES.sample(50, seed=1).numpy()
    expected = scipy.stats.norm().logpdf(samples[:, :2]).sum(axis=1) - np.log(3 * 2 * 2**2)
    np.testing.assert_allclose(CODES.log_density(samples), expected, rtol=1e-5)
    outside = samples.copy()
    outside[:, -1] = 1.5
    halves = samples.copy()
    halves[:, 2:5] = 1 / 3
    for impossible in (outside, halves):
        assert np.isneginf(CODES.log_density(impossible)).all()


def test_interpolation_between_codes_gives_valid_codes():
    start, end = CODES.sample(9, 0), CODES.sample(9, 1)
    for fraction in (0.0, 0.3, 0.5, 0.8, 1.0):
        between = CODES.interpolate(start, end, fraction)
        assert np.isfinite(CODES.log_density(between)).all()
        np.testing.assert_array_equal(between[:, 2:7], (start if fraction < 0.5 else end)[:, 2:7])
    np.testing.assert_allclose(CODES.interpolate(start, end, 0.0), start, atol=1e-5)
    np.testing.assert_allclose(CODES.interpolate(start, end, 1.0), end, atol=1e-5)
    np.testing.assert_allclose(CODES.interpolate(start, end, 0.3)[:, 7:], 0.7 * start[:, 7:] + 0.3 * end[:, 7:], 1e-5)


def test_one_code_is_replaced_and_all_others_are_kept():
    latents = CODES.sample(3, seed=0).numpy()
    expected = latents.copy()
    expected[:, 5:7] = np.eye(2)[[1, 0, 1]]
    np.testing.assert_array_equal(CODES.with_codes(latents, category=[1, 0, 1], which=1), expected)
    expected = latents.copy()
    expected[:, 2:5], expected[:, 7] = np.eye(3)[2], [-1, 0, 0.5]
    np.testing.assert_array_equal(CODES.with_codes(latents, category=2, continuous=[-1, 0, 0.5]), expected)


def test_codes_of_one_kind_alone():
    for prior in (priors.Codes(priors.Uniform(2), [4]), priors.Codes(priors.Uniform(2), continuous=1)):
        samples = prior.sample(4, seed=0)
        assert samples.shape == (4, prior.dim) and np.isfinite(prior.log_density(samples)).all()
        np.testing.assert_allclose(prior.interpolate(samples, samples, 0.4), samples, rtol=1e-6)


def test_projection_is_the_nearest_latent_that_can_be_drawn():
    latents = np.float32([[-3, 0.5, 2]])
    np.testing.assert_array_equal(priors.Normal(3).project(latents), latents)
    np.testing.assert_array_equal(priors.Uniform(3).project(latents), [[-1, 0.5, 1]])
    np.testing.assert_array_equal(priors.Uniform(3, 0, 1).project(latents), [[0, 0.5, 1]])
    codes = priors.Codes(priors.Uniform(1), categories=[2], continuous=1)
    np.testing.assert_array_equal(codes.project(np.float32([[-3, 0.6, 0.7, 1.5]])), [[-1, 0, 1, 1]])
    drawn = codes.sample(50, seed=0)
    np.testing.assert_array_equal(codes.project(drawn), drawn)
