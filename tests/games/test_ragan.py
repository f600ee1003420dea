"""RaSGAN's and RaLSGAN's losses against the paper's formulas in NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import expit

import ganzoo
from descriptors import real


def scores(gan, seed=(3, 5)):
    play = ganzoo.AdversarialRound(gan, tf.constant(real((2,), 40)), None, tf.constant(seed, tf.int64), training=True)
    return play, play.real_scores.numpy().astype("float64"), play.fake_scores.numpy().astype("float64")


def test_rasgan_against_the_formula():
    gan = ganzoo.create("ragan", (2,), width=16, seed=0)
    play, real_scores, fake_scores = scores(gan)
    right = expit(real_scores - fake_scores.mean()), expit(fake_scores - real_scores.mean())
    discriminator = -np.log(right[0]).mean() - np.log(1 - right[1]).mean()
    generator = -np.log(right[1]).mean() - np.log(1 - right[0]).mean()
    np.testing.assert_allclose(sum(gan.discriminator_terms(play).values()), discriminator, rtol=1e-5)
    np.testing.assert_allclose(sum(gan.generator_terms(play).values()), generator, rtol=1e-5)


def test_ralsgan_against_the_formula():
    gan = ganzoo.create("ragan", (2,), width=16, objective="least_squares", seed=0)
    play, real_scores, fake_scores = scores(gan)
    apart = real_scores - fake_scores.mean(), fake_scores - real_scores.mean()
    np.testing.assert_allclose(
        sum(gan.discriminator_terms(play).values()),
        0.5 * np.mean((apart[0] - 1) ** 2) + 0.5 * np.mean(apart[1] ** 2),
        rtol=1e-5,
    )


@pytest.mark.usefixtures("eagerly")
def test_there_is_no_value_and_penalties_stay():
    gan = ganzoo.create("ragan", (2,), width=16, penalties=[ganzoo.penalties.R1(2)], seed=0)
    logs = gan.fit(real((2,), 40), batch_size=20, verbose=0).history
    assert "value" not in logs and logs["r1"][0] > 0
    assert logs["discriminator_loss"][0] == pytest.approx(logs["discriminator_adversarial"][0] + logs["r1"][0])
