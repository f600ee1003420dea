"""f-GAN's bounds against quadrature, their conjugates against the definition, gradients against differences."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from experiments.theory import densities
from ganzoo.losses import objectives
from ganzoo.losses.divergences import DIVERGENCES

GENERATORS = {  # f and its derivative
    "kl": (lambda u: u * np.log(u), lambda u: np.log(u) + 1),
    "reverse_kl": (lambda u: -np.log(u), lambda u: -1 / u),
    "pearson": (lambda u: (u - 1) ** 2, lambda u: 2 * (u - 1)),
    "neyman": (lambda u: (u - 1) ** 2 / u, lambda u: 1 - 1 / u**2),
    "squared_hellinger": (lambda u: (np.sqrt(u) - 1) ** 2, lambda u: 1 - 1 / np.sqrt(u)),
    "jensen_shannon": (
        lambda u: u * np.log(u) - (u + 1) * np.log((u + 1) / 2),
        lambda u: np.log(2 * u / (u + 1)),
    ),
    "gan": (lambda u: u * np.log(u) - (u + 1) * np.log(u + 1), lambda u: np.log(u / (u + 1))),
    "total_variation": (lambda u: np.abs(u - 1) / 2, lambda u: np.sign(u - 1) / 2),
}
NAMES = pytest.mark.parametrize("name", DIVERGENCES)
SCORES = np.linspace(-2, 2.5, 11)  # below -2 Pearson's f* is that of an f on all numbers, as in the paper's table


def values(function, scores):
    return function(tf.constant(scores, tf.float64)).numpy()


@pytest.mark.cases(3)
@pytest.mark.thorough
@NAMES
def test_the_conjugate_is_the_supremum_of_u_t_minus_f(name):
    """f*(t) = sup over u > 0, on a fine grid."""
    u = np.geomspace(1e-6, 1e4, 400_001)
    reached = values(DIVERGENCES[name].activation, SCORES)
    expected = [(u * t - GENERATORS[name][0](u)).max() for t in reached]
    np.testing.assert_allclose(values(DIVERGENCES[name].conjugate, SCORES), expected, rtol=1e-4, atol=1e-4)


@NAMES
def test_activations_rise_so_that_high_scores_say_real(name):
    assert (np.diff(values(DIVERGENCES[name].activation, SCORES)) > 0).all()


def best_scores(name, ratio):
    """v with g_f(v) = f'(ratio), by bisection; total variation's is approached alone."""
    wanted, low, high = GENERATORS[name][1](ratio), np.full(ratio.shape, -500.0), np.full(ratio.shape, 500.0)
    for _ in range(80):
        middle = (low + high) / 2
        below = values(DIVERGENCES[name].activation, middle) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


@NAMES
def test_the_bound_of_the_best_discriminator_is_the_divergence_by_quadrature(name):
    """Of N(0, 1) and N(.8, 1); any other discriminator is below it."""
    points, weights = densities.grid(-8, 9, 1701)
    p, q = stats.norm.pdf(points[:, 0], 0, 1), stats.norm.pdf(points[:, 0], 0.8, 1)
    scores = best_scores(name, p / q)
    one = DIVERGENCES[name]

    def bound(scores):
        return weights @ (p * values(one.activation, scores) - q * values(one.conjugate, scores))

    if name in densities.DIVERGENCES:
        expected = densities.divergence(name, p, q, weights) * (2 if name == "jensen_shannon" else 1)
    else:
        expected = 2 * densities.jensen_shannon(p, q, weights) - np.log(4)
    np.testing.assert_allclose(bound(scores), expected, atol=1e-4)
    assert bound(0 * scores) < expected - 0.01
    for other in (scores + 0.3, 0.5 * scores):
        assert bound(other) < expected + (1e-9 if name == "total_variation" else -1e-4)  # its best is at infinity


@NAMES
def test_losses_are_the_bound_and_its_gradients_finite_differences(name):
    objective, real, fake = objectives.get(f"fgan_{name}"), SCORES, SCORES[::-1] / 2
    bound = values(DIVERGENCES[name].activation, real).mean() - values(DIVERGENCES[name].conjugate, fake).mean()
    pair = [tf.constant(scores, tf.float64) for scores in (real, fake)]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(pair)
        losses = objective.discriminator(*pair), objective.generator(pair[1])
    np.testing.assert_allclose(losses[0], -bound, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(losses[1], -values(DIVERGENCES[name].conjugate, fake).mean(), rtol=1e-12, atol=1e-15)
    h = 1e-6
    for function, index in (
        (objective.generator, 1),
        (lambda v: objective.discriminator(pair[0], v), 1),
        (lambda v: objective.discriminator(v, pair[1]), 0),
    ):
        steps = np.eye(11) * h
        scores = pair[index].numpy()
        expected = [(values(function, scores + step) - values(function, scores - step)) / (2 * h) for step in steps]
        with tf.GradientTape() as tape:
            tape.watch(pair[index])
            loss = function(pair[index])
        np.testing.assert_allclose(tape.gradient(loss, pair[index]), expected, rtol=1e-5, atol=1e-9)


def test_fgans_gan_is_minimax():
    for scores in (SCORES, 3 * SCORES):
        pair = [tf.constant(one) for one in (scores, -scores / 3)]
        one, other = objectives.get("fgan_gan"), objectives.get("minimax")
        np.testing.assert_allclose(one.discriminator(*pair), other.discriminator(*pair), rtol=1e-12)
        np.testing.assert_allclose(one.generator(pair[1]), other.generator(pair[1]), rtol=1e-12)
