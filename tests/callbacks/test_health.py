import numpy as np
import pytest
from sklearn.datasets import load_digits

import ganzoo
from ganzoo import callbacks
from ganzoo.callbacks.health import mean_distance
from small_gan import SMALL, At, fit, spoil

REAL = np.float32(load_digits().images[:200, ..., None] / 8 - 1)
WELL = {"value": -1.0, "real_score": 0.6, "fake_score": 0.4}


def test_the_mean_distance_is_that_of_all_pairs():
    few = REAL[:12].reshape(12, -1).astype("float64")
    pairs = [np.sum((few[i] - few[j]) ** 2) for i in range(12) for j in range(12) if i != j]
    np.testing.assert_allclose(mean_distance(REAL[:12].astype("float64")), np.sqrt(np.mean(pairs)), rtol=1e-10)


def said(logs, model=None, real=None, patience=1):
    sentences = []
    health = callbacks.Health(real, patience=patience, warn=sentences.append)
    health.set_model(model)
    health.on_train_begin()
    for epoch, one in enumerate(logs):
        health.on_epoch_end(epoch, one)
    assert health.said == sentences
    return sentences


def test_a_healthy_game_gets_no_warning():
    assert said([WELL, WELL]) == []


def test_a_discriminator_that_has_won_is_reported_once_until_it_recovers():
    won = {"value": -0.01, "real_score": 0.99, "fake_score": 0.01}
    sentences = said([WELL, won, won, WELL, won])
    assert [sentence.split(":")[0] for sentence in sentences] == ["Epoch 2", "Epoch 5"]
    assert (
        "D has won: the mean of D(x) is 0.990, that of D(G(z)) 0.010" in sentences[0]
        and "lower learning rate" in sentences[0]
    )
    assert said([{"real_score": 0.99, "fake_score": 0.01}]) == []  # scores of no probability


def test_patience_counts_failures_in_a_row():
    won = {"value": -0.01, "real_score": 0.99, "fake_score": 0.01}
    (sentence,) = said([won, won, WELL, won, won, won, won], patience=3)
    assert sentence.startswith("Epoch 6: D has won")
    (sentence,) = said([WELL | {"loss": float("inf")}], patience=3)
    assert "loss is inf" in sentence


def test_a_nan_loss_is_reported():
    (sentence,) = said([WELL | {"generator_loss": float("nan")}])
    assert "Training is broken: generator_loss is nan" in sentence


@pytest.mark.usefixtures("eagerly")
def test_a_constant_generator_is_reported_at_the_end_of_a_fit():
    sentences, gan = [], ganzoo.create("gan", data_shape=(8, 8, 1), seed=0, **SMALL)
    fit(gan, callbacks.Health(REAL, patience=1, warn=sentences.append), epochs=3)
    (sentence,) = sentences  # a generator that has seen a few batches makes one grey picture, as all do at first
    assert "At the end: G has collapsed: its samples differ only 0.0" in sentence


def test_a_generator_that_collapses_is_reported():
    assert said([WELL] * 3, Noise([1.0, 1.0, 1.0]), REAL) == []
    assert said([WELL] * 3, Noise([0.0, 0.0, 1.0]), REAL) == []
    (sentence,) = said([WELL] * 4, Noise([0.0, 1.0, 0.0, 0.0]), REAL, patience=2)
    assert "Epoch 4: G has collapsed: its samples differ only 0.00 times as much" in sentence


class Noise:
    """A model whose samples are noise of these amplitudes, one after another."""

    is_conditional = False

    def __init__(self, amplitudes):
        self.amplitudes = iter(amplitudes)

    def sample(self, count, labels=None, seed=None):
        return next(self.amplitudes) * np.random.default_rng(0).uniform(-1, 1, (count, 8, 8, 1))


def test_nan_in_a_fit_is_reported(gan):
    sentences = []
    fit(gan, At(0, spoil(np.nan, "discriminator")), callbacks.Health(warn=sentences.append), epochs=1)
    assert "Training is broken" in sentences[0]
