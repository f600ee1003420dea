"""Tests the theory experiment at a small size: measurements are correct, and all figures are written."""

import json

import numpy as np
import programs
import pytest
import tensorflow as tf
from PIL import Image
from scipy import stats

import ganzoo
from experiments.theory import __main__ as script
from experiments.theory import densities, descent, failures, optimum, players
from ganzoo import data
from ganzoo.data.mixtures import Mixture


def test_the_mixture_prior_draws_its_mixture():
    """Modes are drawn by their weights, and the noise is independent of them."""
    mixture = Mixture([[-3.0, 0.0], [3.0, 1.0], [0.0, 5.0]], 0.5, [0.5, 0.3, 0.2])
    drawn = players.MixturePrior(mixture).sample(60_000, seed=3).numpy()
    modes = np.linalg.norm(drawn[:, np.newaxis] - mixture.means, axis=2).argmin(axis=1)
    np.testing.assert_allclose(np.bincount(modes) / len(drawn), mixture.weights, atol=0.01)
    for mode, mean in enumerate(mixture.means):
        rest = (drawn[modes == mode] - mean) / 0.5
        np.testing.assert_allclose(rest.mean(axis=0), 0, atol=0.03)
        np.testing.assert_allclose(np.cov(rest.T), np.eye(2), atol=0.04)
    np.testing.assert_array_equal(
        players.MixturePrior(mixture).sample(5, seed=3), players.MixturePrior(mixture).sample(5, seed=3)
    )


@pytest.mark.thorough
def test_a_discriminator_approaches_its_optimum_while_the_generator_stays_fixed():
    real, fake = Mixture([[0.0]], 1.0), Mixture([[1.5]], 1.0)
    gan = players.train_discriminator(real, fake, seed=0, steps=300, batch_size=1024, units=(16,))
    where, weights = densities.grid(-6, 8, 701)
    p, q = (np.exp(mixture.log_density(where)) for mixture in (real, fake))
    found = 1 / (1 + np.exp(-players.scores(gan, where)))
    middle = densities.central(p + q, weights)
    np.testing.assert_allclose(found[middle], densities.optimal_discriminator(p, q)[middle], atol=0.05)
    value = players.evaluate(gan, real, seed=0, count=100_000)["value"]
    np.testing.assert_allclose(value, densities.criterion(p, q, weights), atol=0.02)
    latents = gan.prior.sample(7, 0)
    np.testing.assert_array_equal(gan.predict(latents, verbose=0), latents)


@pytest.mark.thorough
@pytest.mark.parametrize("objective", optimum.ESTIMATES)
def test_the_least_loss_of_each_objective_gives_its_divergence(objective):
    """Computed on a grid with the optimal score at each point, without a network or samples."""
    where, weights = densities.grid(-9, 11, 4001)
    p, q = stats.norm.pdf(where[:, 0], 0, 1), stats.norm.pdf(where[:, 0], 1.3, 1)
    best = {
        "minimax": densities.optimal_scores(p, q),
        "least_squares": densities.optimal_discriminator(p, q),
        "hinge": np.sign(p - q),
    }[objective]

    def loss(real_score, fake_score):
        return float(
            ganzoo.objectives.get(objective).discriminator(tf.constant([real_score]), tf.constant([fake_score]))
        )

    every = slice(None, None, 20)
    real = np.float64([loss(score, 0.0) - loss(0.0, 0.0) / 2 for score in np.float32(best[every])])  # half of a
    fake = np.float64([loss(0.0, score) - loss(0.0, 0.0) / 2 for score in np.float32(best[every])])  # constant in each
    least = 20 * weights[1] * (p[every] @ real + q[every] @ fake)
    divergence, estimate = optimum.ESTIMATES[objective]
    np.testing.assert_allclose(estimate(least), densities.divergence(divergence, p, q, weights), atol=2e-3)


def test_the_density_of_a_generator_on_the_line():
    generator = players.network(1, 1, ())
    np.testing.assert_allclose(descent.density(generator), stats.norm.pdf(descent.CENTRES), atol=1e-3)


@pytest.mark.parametrize("kept", [1, 3, 8])
def test_the_criterion_of_dropped_modes_is_that_of_theorem_1(kept):
    p = np.full(8, 1 / 8)
    q = np.where(np.arange(8) < kept, 1 / kept, 0)
    np.testing.assert_allclose(
        failures.criterion_of_dropped_modes(kept, 8), densities.criterion(p, q, np.ones(8)), rtol=1e-12
    )


SMALL = {
    "proposition_1": {"steps": 4, "steps_2d": 2},
    "theorem_1": {"steps": 2, "family": {kind: dict(list(few.items())[:1]) for kind, few in optimum.FAMILY.items()}},
    "divergences": {"steps": 2, "distances": (1.0,)},
    "f_gan": {"steps": 2, "distances": (1.0,)},
    "proposition_2": {"steps": 12, "records": 4, "ks": (1, 2)},
    "figure_1": {"steps": 10, "frames": 1},
    "saturation": {"steps": 3},
    "collapse": {"steps": 40, "frames": 2},
}
QUICK = {"proposition_2"}
FIGURES = {
    "proposition_1": ["proposition-1.png", "proposition-1-plane.png"],
    "theorem_1": ["theorem-1.png"],
    "divergences": ["divergences.png"],
    "f_gan": ["f-gan.png"],
    "proposition_2": ["proposition-2.png"],
    "figure_1": ["figure-1.png", "figure-1.gif"],
    "saturation": ["saturation.png"],
    "collapse": ["collapse.png", "collapse.gif"],
}


@pytest.mark.thorough
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.exhaustive] * (name not in QUICK)) for name in script.PARTS]
)
def test_each_part_writes_its_figures_and_numbers(name, tmp_path, monkeypatch):
    monkeypatch.setattr(
        players, "mixture_examples", lambda mixture, count=0, seed=0: data.Examples(mixture.sample(20_000, seed)[0])
    )
    part = script.PARTS[name]
    small = lambda folder, seed: part(folder, seed, **SMALL[name])  # noqa: E731
    monkeypatch.setitem(script.PARTS, name, small)
    numbers = script.run_parts(tmp_path, [name], seed=1)
    assert numbers == json.loads((tmp_path / "theory.json").read_text()) and list(numbers) == [name]
    assert numbers[name]["seed"] == 1 and all(numbers[name]["numbers"].values())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*FIGURES[name], "theory.json"])
    for figure in FIGURES[name]:
        assert len(np.unique(np.asarray(Image.open(tmp_path / figure).convert("L")))) > 20


@pytest.mark.thorough
def test_an_unknown_part_is_refused_and_makes_no_folder(tmp_path):
    done = programs.run(["-m", "experiments.theory", "--parts=figure_2", f"--workdir={tmp_path / 'none'}"])
    assert done.returncode == 1 and "Error: Unknown part 'figure_2'; did you mean 'figure_1'" in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "none").exists()
