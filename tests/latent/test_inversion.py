import numpy as np
import pytest
import scipy.optimize
import tensorflow as tf
from latent.small_generators import SHAPE, generator

from ganzoo import latent, priors

G = generator()
NORMAL, UNIFORM = priors.Normal(4), priors.Uniform(4)
FAST = {"steps": 300, "learning_rate": 0.05, "verbose": False}

known = np.random.default_rng(0).random(SHAPE) < 0.5
MEASURES = {
    "whole": tf.identity,
    "masked": lambda images: images * known,
    "downsampled": latent.downsampling(2, SHAPE),
    "gaussian": latent.gaussian(20, SHAPE),
}


@pytest.mark.cases(2)
@pytest.mark.parametrize(
    ("name", "prior"),
    [("whole", UNIFORM), ("masked", NORMAL), ("downsampled", UNIFORM), ("gaussian", NORMAL)],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_latents_are_found_from_measurements_of_their_images(name, prior):
    latents = tf.clip_by_value(prior.sample(5, seed=1), -1.5, 1.5)
    found = latent.invert(G, prior, MEASURES[name], MEASURES[name](G(latents)), restarts=8, **FAST)
    np.testing.assert_allclose(found.latents, latents, atol=0.01)
    np.testing.assert_allclose(found.images, G(latents), atol=0.01)
    np.testing.assert_allclose(found.residual, 0, atol=1e-4)


@pytest.mark.thorough
def test_the_minimum_matches_scipy():
    """With a prior, noise and few measurements, it matches a simplex search from the same starts."""
    measure = latent.gaussian(3, SHAPE)
    observed = measure.observe(G(NORMAL.sample(1, seed=1)), noise_norm=0.5)
    found = latent.invert(
        G, NORMAL, measure, observed, 0.3, restarts=2, steps=1500, learning_rate=0.02, verbose=False, seed=7
    )

    def loss(z):
        y = np.asarray(measure(G(np.float32(z[None]))))
        return float(np.sum(np.square(y - observed, dtype="float64")) + 0.3 * np.sum(z**2))

    starts = [NORMAL.sample(1, [7, restart])[0] for restart in range(2)]
    best = min((scipy.optimize.minimize(loss, start, method="Nelder-Mead") for start in starts), key=lambda r: r.fun)
    constant = 0.3 * NORMAL.dim * np.log(2 * np.pi)
    np.testing.assert_allclose(found.loss[0] - constant, best.fun, rtol=1e-3)
    np.testing.assert_allclose(found.residual[0], best.fun - 0.3 * np.sum(best.x**2), rtol=0.02)


@pytest.mark.thorough
def test_more_restarts_are_never_worse_and_leave_the_first_unchanged():
    measure = latent.gaussian(3, SHAPE)
    observed = measure(G(UNIFORM.sample(6, seed=1)))
    settings = {"steps": 25, "learning_rate": 0.05, "verbose": False, "seed": 3}
    one = latent.invert(G, UNIFORM, measure, observed, restarts=1, **settings)
    many = latent.invert(G, UNIFORM, measure, observed, restarts=6, **settings)
    np.testing.assert_allclose(many.losses[0], one.loss, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(many.loss, many.losses.min(axis=0))
    assert np.all(many.loss <= one.loss * (1 + 1e-4) + 1e-6) and np.any(many.losses.argmin(axis=0) > 0)
    np.testing.assert_allclose(many.residual, np.sum((measure(many.images) - observed) ** 2, 1), rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(many.images, G(many.latents), atol=1e-5)


@pytest.mark.thorough
def test_results_depend_on_the_seed_and_not_on_other_rows():
    observed = G(NORMAL.sample(3, seed=1))
    settings = {"steps": 30, "restarts": 2, "verbose": False}
    first, again, other = (latent.invert(G, NORMAL, tf.identity, observed, seed=seed, **settings) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.latents, again.latents)
    assert np.abs(first.latents - other.latents).max() > 0.01
    beside = latent.invert(G, NORMAL, tf.identity, tf.concat([observed[:2], -observed[2:]], 0), seed=4, **settings)
    np.testing.assert_allclose(beside.latents[:2], first.latents[:2], atol=1e-4)
    assert np.abs(beside.latents[2] - first.latents[2]).max() > 0.01


def test_latents_stay_in_the_support_of_the_prior():
    """The nearest latent to an image outside of the generator's range is at the edge of the cube."""
    narrow = priors.Uniform(4, -0.1, 0.1)
    found = latent.invert(G, narrow, tf.identity, G(tf.ones((1, 4)) * [1.0, -1.0, 1.0, 1.0]), restarts=2, **FAST)
    np.testing.assert_allclose(np.abs(found.latents), 0.1, rtol=1e-6)


def test_a_category_is_found_by_restarts():
    prior = priors.Codes(priors.Normal(2), categories=[2])
    found = latent.invert(G, prior, tf.identity, G(tf.constant([[0.5, -0.5, 0.0, 1.0]])), restarts=8, **FAST)
    np.testing.assert_array_equal(found.latents[:, 2:], [[0.0, 1.0]])
    np.testing.assert_allclose(found.latents[:, :2], [[0.5, -0.5]], atol=0.01)


@pytest.mark.thorough
def test_a_conditional_generator_with_its_labels_closed_over():
    prior, labels = priors.Uniform(2), np.array([0, 1, 1, 0, 1])

    def conditional(labels):
        def generate(latents):
            return G(tf.concat([latents, tf.one_hot(np.resize(labels, latents.shape[0]), 2)], axis=1))

        return generate

    latents = prior.sample(5, seed=2)
    wanted = conditional(labels)(latents)
    found = latent.invert(conditional(labels), prior, tf.identity, wanted, restarts=3, **FAST)
    np.testing.assert_allclose(found.latents, latents, atol=0.01)
    wrong = latent.invert(conditional(1 - labels), prior, tf.identity, wanted, restarts=3, **FAST)
    assert wrong.residual.min() > 0.1


@pytest.mark.thorough
def test_realism_and_other_distances_are_used():
    observed = G(NORMAL.sample(2, seed=1))
    settings = {"steps": 40, "restarts": 1, "verbose": False}
    bright = latent.invert(
        G, NORMAL, tf.identity, observed, realism=lambda x: tf.reduce_sum(x, [1, 2]), realism_weight=50.0, **FAST
    )
    plain = latent.invert(G, NORMAL, tf.identity, observed, distance=latent.absolute_error, **settings)
    assert np.all(bright.images.mean(axis=(1, 2, 3)) > plain.images.mean(axis=(1, 2, 3)) + 0.03)
    np.testing.assert_allclose(plain.residual, np.abs(plain.images - observed).sum(axis=(1, 2, 3)), rtol=1e-4)
    np.testing.assert_allclose(bright.loss, bright.residual - 50 * bright.images.sum(axis=(1, 2, 3)), rtol=1e-4)


def test_bad_input_is_refused():
    observed = G(NORMAL.sample(2, seed=1))
    for wrong in ({"restarts": 0}, {"steps": 0}):
        with pytest.raises(ValueError, match="(restarts|steps) must be an integer of at least 1; got 0"):
            latent.invert(G, NORMAL, tf.identity, observed, verbose=False, **wrong)
    with pytest.raises(ValueError, match="give at least one observation"):
        latent.invert(G, NORMAL, tf.identity, observed[:0], verbose=False)
    with pytest.raises(ValueError, match="does not depend on the latents"):
        latent.invert(lambda z: tf.zeros((z.shape[0], *SHAPE)), NORMAL, tf.identity, observed, verbose=False)
    with pytest.raises(ArithmeticError, match="lower the learning rate"):
        latent.invert(G, NORMAL, tf.identity, observed * np.nan, steps=2, verbose=False)


@pytest.mark.thorough
def test_the_first_restart_begins_at_a_given_start():
    observed, start = G(NORMAL.sample(3, seed=1)), np.float32(np.random.default_rng(0).normal(size=(3, 4)))
    still = {"steps": 1, "learning_rate": 1e-9, "verbose": False, "seed": 2}
    found = latent.invert(G, NORMAL, tf.identity, observed, restarts=1, start=start, **still)
    np.testing.assert_allclose(found.latents, start, atol=1e-6)
    drawn, begun = (latent.invert(G, NORMAL, tf.identity, observed, start=one, **still) for one in (None, start))
    np.testing.assert_allclose(begun.losses[0], found.loss, rtol=1e-5)
    np.testing.assert_allclose(begun.losses[1:], drawn.losses[1:], rtol=1e-5)
    assert np.abs(begun.losses[0] - drawn.losses[0]).min() > 1e-3
    outside = latent.invert(G, UNIFORM, tf.identity, observed, restarts=1, start=np.full((3, 4), 5.0), **still)
    np.testing.assert_allclose(outside.latents, 1, atol=1e-6)
    with pytest.raises(ValueError, match=r"`start` must have shape \(3, 4\)"):
        latent.invert(G, NORMAL, tf.identity, observed, start=start[:2], **still)
