"""What is special to InfoGAN: the bound on the codes' information, and samples along one code."""

import numpy as np
import pytest
import scipy.special
import scipy.stats
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from descriptors import fixed_round
from ganzoo import data, priors
from ganzoo.games.infogan import InfoGAN
from ganzoo.networks import mlp

VARIANT = next(row for row in VARIANTS if row.name == "infogan")
PRIOR = priors.Codes(priors.Uniform(4), categories=(3, 2), continuous=2)


def played(seed=0):
    random = np.random.default_rng(seed)
    scores = [tf.constant(random.normal(0, 2, (6, 1)), tf.float32) for _ in range(2)]
    return fixed_round(
        latents=PRIOR.sample(6, seed),
        fake_outputs={"codes": tf.constant(random.normal(0, 2, (6, 7)), tf.float32)},
        real_scores=scores[0],
        fake_scores=scores[1],
    )


def small(**settings):
    return VARIANT.create(categories=(3, 2), codes=2, **settings)


def bound(play):
    """The two parts of -E log Q(c | G), without the normal's constant, by SciPy."""
    latents, q = np.float64(play.latents), np.float64(play.fake_outputs["codes"])
    probabilities = [scipy.special.softmax(part, axis=1) for part in (q[:, :3], q[:, 3:5])]
    chosen = [(probabilities[0] * latents[:, 4:7]).sum(axis=1), (probabilities[1] * latents[:, 7:9]).sum(axis=1)]
    density = scipy.stats.norm(q[:, 5:], 1).logpdf(latents[:, 9:]).sum(axis=1) + np.log(2 * np.pi)
    return -np.log(chosen[0] * chosen[1]).mean(), -density.mean()


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_both_players_minimise_the_bound_of_an_explicit_q(player):
    gan, play = small(categorical=0.7, continuous=0.3), played()
    categorical, continuous = bound(play)
    terms = getattr(gan, f"{player}_terms")(play)
    assert set(terms) == {f"{player}_{name}" for name in ("adversarial", "categorical", "continuous")}
    np.testing.assert_allclose(terms[f"{player}_categorical"], 0.7 * categorical, rtol=1e-5)
    np.testing.assert_allclose(terms[f"{player}_continuous"], 0.3 * continuous, rtol=1e-5)


def test_gradients_of_code_parameters_are_what_is_told_minus_what_is():
    gan, play = small(), played()
    q = play.fake_outputs["codes"]
    with tf.GradientTape() as tape:
        tape.watch(q)
        loss = sum(gan.discriminator_terms(play).values())
    told = np.concatenate([scipy.special.softmax(np.float64(part), axis=1) for part in (q[:, :3], q[:, 3:5])], axis=1)
    codes = np.float64(play.latents[:, 4:])
    expected = np.concatenate([told - codes[:, :5], np.float64(q[:, 5:]) - codes[:, 5:]], axis=1) / 6
    np.testing.assert_allclose(tape.gradient(loss, q), expected, rtol=1e-4, atol=1e-7)


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize(("settings", "left_out"), [({"categories": ()}, "categorical"), ({"codes": 0}, "continuous")])
def test_codes_of_one_kind_alone(settings, left_out):
    gan = VARIANT.create(**settings)
    logs = gan.fit(VARIANT.batches(), verbose=0).history
    assert not any(left_out in name for name in logs) and np.isfinite(logs["loss"]).all()


def test_the_papers_settings():
    gan = ganzoo.create("infogan", (28, 28, 1), seed=0)
    assert (gan.prior.noise.dim, gan.prior.categories, gan.prior.continuous, gan.prior.dim) == (62, [10], 2, 74)
    assert (gan.categorical, gan.continuous) == (1.0, 1.0)
    for optimizer, rate in ((gan.generator_optimizer, 1e-3), (gan.discriminator_optimizer, 2e-4)):
        np.testing.assert_allclose([float(optimizer.learning_rate), optimizer.beta_1], [rate, 0.5])


def test_settings_survive_saving(tmp_path):
    gan = small(categorical=0.7, continuous=0.3, prior="normal")
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert (loaded.categorical, loaded.continuous, loaded.prior.categories) == (0.7, 0.3, [3, 2])
    assert isinstance(loaded.prior.noise, priors.Normal)
    np.testing.assert_array_equal(loaded.sample(4, seed=0), gan.sample(4, seed=0))


def test_a_discriminator_that_tells_no_codes_is_refused():
    networks = mlp.generator(11, (8, 8, 1), (16,)), mlp.discriminator((8, 8, 1), (4,))
    with pytest.raises(ValueError, match=r"'scores': \(N, 1\), 'codes': \(N, 7\)}; it has no names"):
        InfoGAN(*networks, PRIOR)


@pytest.mark.thorough
def test_the_codes_are_told_from_the_images():
    """On real digits, after a short training: most of the code's log 10 nats, and other values, other images."""
    gan = ganzoo.create("infogan", (8, 8, 1), width=16, seed=0)
    gan.fit(data.load("digits", batch_size=100), epochs=20, verbose=0)
    assert gan.evaluate(data.load("digits", batch_size=100), verbose=0)["generator_categorical"] < 0.5 * np.log(10)
    latents = gan.prior.sample(1, seed=0).numpy().repeat(10, axis=0)
    images = gan.predict(gan.prior.with_codes(latents, category=range(10)), verbose=0)
    assert images.std(axis=0).mean() > 0.1


def test_a_category_that_there_is_not():
    prior = priors.Codes(priors.Normal(2), categories=[3])
    with pytest.raises(ValueError, match="The category of code 0 must be from 0 to 2; got 3"):
        prior.with_codes(prior.sample(2, seed=0), category=3)
