"""Truncated samples: normal latents from an interval, with statistics of batch norm that belong to them."""

import numpy as np
import pytest
import scipy.stats

import ganzoo
from ganzoo import priors

IMAGES = np.random.default_rng(0).uniform(-1, 1, (64, 8, 8, 1)).astype(np.float32)


@pytest.mark.parametrize("truncation", [0.3, 2.0, 8.0])
def test_latents_have_the_truncated_normal_distribution(truncation):
    latents = priors.Normal(4).sample_truncated(5000, 3, truncation).numpy().ravel()
    assert np.abs(latents).max() <= truncation * (1 + 1e-6)
    expected = scipy.stats.truncnorm(-truncation, truncation)
    assert scipy.stats.kstest(latents, expected.cdf).pvalue > 0.01


@pytest.fixture(scope="module")
def trained():
    gan = ganzoo.create("dcgan", (8, 8, 1), width=4, latent_dim=6, prior="normal", generator_ema=0.9, seed=0)
    gan.fit(IMAGES, batch_size=16, epochs=2, verbose=0)
    return gan


@pytest.mark.thorough
def test_batch_norm_is_estimated_anew(trained):
    """By hand: the average network in training mode has the statistics of its batch, which a large one makes exact."""
    before = [variable.numpy() for variable in trained.weights]
    found = trained.sample(500, seed=5, truncation=0.4)
    for old, variable in zip(before, trained.weights, strict=True):
        np.testing.assert_array_equal(old, variable.numpy())
    network = trained.averaged_network()
    latents = trained.prior.sample_truncated(20_000, 5, 0.4)
    expected = network(latents, training=True).numpy()[:500]
    stale = network(latents[:500], training=False).numpy()
    assert np.abs(found - expected).mean() < 0.1 * np.abs(stale - expected).mean()


def test_equal_seeds_give_equal_examples(trained):
    one, other = (trained.sample(6, seed=2, truncation=0.7, batch_size=size) for size in (6, 4))
    np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    assert np.abs(one - trained.sample(6, seed=2)).max() > 0


def test_less_truncation_is_more_diverse(trained):
    spreads = [trained.sample(200, seed=1, truncation=truncation).std(axis=0).mean() for truncation in (0.05, 0.5)]
    assert spreads[0] < spreads[1]


def test_labels_are_kept():
    gan = ganzoo.create("cdcgan", (8, 8, 1), num_classes=3, width=4, latent_dim=6, prior="normal", seed=0)
    assert gan.sample(labels=[0, 2], seed=1, truncation=0.5).shape == (2, 8, 8, 1)


@pytest.mark.parametrize(
    ("prior", "truncation", "sentence"),
    [
        ("uniform", 0.5, "has no truncation, since its latents are not normal"),
        ("normal", 0.0, "truncation must be a number above 0"),
        ("normal", "much", "truncation must be a number above 0"),
    ],
)
def test_bad_truncation_is_refused(prior, truncation, sentence):
    gan = ganzoo.create("dcgan", (8, 8, 1), width=4, prior=prior)
    with pytest.raises(ValueError, match=sentence):
        gan.sample(2, truncation=truncation)
