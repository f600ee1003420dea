"""What is special to EBGAN: a margin for energies, and codes that keep apart over all replicas."""

import itertools

import numpy as np
import pytest
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from descriptors import fixed_round, real
from ganzoo import priors
from ganzoo.games.began import BEGAN
from ganzoo.games.ebgan import EBGAN, mean_squared_cosine
from ganzoo.losses import objectives
from ganzoo.networks import mlp

VARIANT = next(row for row in VARIANTS if row.name == "ebgan")
IMAGES = real((8, 8, 1))


def pulling_away(codes):
    """Equation (5) of the paper, pair by pair."""
    codes = np.float64(codes)
    cosines = [
        codes[i] @ codes[j] / np.linalg.norm(codes[i]) / np.linalg.norm(codes[j])
        for i, j in itertools.permutations(range(len(codes)), 2)
    ]
    return np.mean(np.square(cosines))


@pytest.mark.parametrize("shape", [(2, 3), (9, 4), (4, 9)])
def test_mean_squared_cosine_is_the_mean_squared_cosine_of_all_pairs(shape):
    codes = np.float32(np.random.default_rng(0).normal(0.3, 1, shape))
    np.testing.assert_allclose(mean_squared_cosine(tf.constant(codes)), pulling_away(codes), rtol=1e-5)


def test_gradients_of_mean_squared_cosine_by_finite_differences():
    codes = np.random.default_rng(1).normal(0.3, 1, (5, 3))
    held = tf.constant(codes, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(held)
        term = mean_squared_cosine(held)
    found = tape.gradient(term, held).numpy()
    for index in np.ndindex(codes.shape):
        step = np.zeros_like(codes)
        step[index] = 1e-5
        slope = (pulling_away(codes + step) - pulling_away(codes - step)) / 2e-5
        np.testing.assert_allclose(found[index], slope, rtol=1e-3, atol=1e-6)


def test_mean_squared_cosine_of_like_unlike_and_single_codes():
    np.testing.assert_allclose(mean_squared_cosine(tf.ones((4, 3))), 1, rtol=1e-5)
    np.testing.assert_allclose(mean_squared_cosine(tf.eye(3)), 0, atol=1e-6)
    for codes in (tf.ones((1, 3)), tf.zeros((1, 3)), tf.zeros((3, 3))):
        with tf.GradientTape() as tape:
            tape.watch(codes)
            term = mean_squared_cosine(codes)
        np.testing.assert_allclose(term, 0, atol=1e-6)
        assert np.isfinite(tape.gradient(term, codes)).all()


def test_pairs_across_replicas_count(mirrored):
    codes = np.float32(np.random.default_rng(2).normal(0.3, 1, (8, 3)))

    def part():
        index = tf.distribute.get_replica_context().replica_id_in_sync_group
        return mean_squared_cosine(tf.constant(codes)[index * 4 : index * 4 + 4])

    for found in mirrored.experimental_local_results(mirrored.run(tf.function(part))):
        np.testing.assert_allclose(found, pulling_away(codes), rtol=1e-5)


def played(real_energies, fake_energies, codes):
    right, wrong = (tf.constant(-np.float32(part)[:, None]) for part in (real_energies, fake_energies))
    return fixed_round(real_scores=right, fake_scores=wrong, fake_outputs={"codes": tf.constant(codes)})


def test_losses_are_those_of_the_paper():
    gan = VARIANT.create(margin=0.5, pulling_away=0.2)
    codes = np.float32(np.random.default_rng(3).normal(0, 1, (4, 5)))
    play = played([0.1, 0.3, 0.9, 2.0], [0.2, 0.49, 0.51, 3.0], codes)
    terms = gan.discriminator_terms(play)
    assert set(terms) == {"discriminator_adversarial"}
    expected = np.mean([0.1, 0.3, 0.9, 2.0]) + np.mean([0.3, 0.01, 0, 0])
    np.testing.assert_allclose(terms["discriminator_adversarial"], expected, rtol=1e-5)
    terms = gan.generator_terms(play)
    np.testing.assert_allclose(terms["generator_adversarial"], np.mean([0.2, 0.49, 0.51, 3.0]), rtol=1e-6)
    np.testing.assert_allclose(terms["pulling_away"], 0.2 * pulling_away(codes), rtol=1e-5)
    assert set(VARIANT.create(pulling_away=0).generator_terms(play)) == {"generator_adversarial"}


def test_fakes_beyond_the_margin_give_no_gradient():
    scores = tf.constant([[-0.2], [-0.6]])
    with tf.GradientTape() as tape:
        tape.watch(scores)
        loss = objectives.Margin(0.5)(tf.zeros((2, 1)), scores)
    np.testing.assert_allclose(tape.gradient(loss, scores), [[0.5], [0]])


@pytest.mark.parametrize(("name", "power"), [("ebgan", 2), ("began", 1)])
def test_scores_are_minus_the_mean_error_of_what_is_rebuilt(name, power):
    gan = ganzoo.create(name, (8, 8, 1), width=4, latent_dim=6, seed=0)
    outputs = gan.discriminator(IMAGES, training=False)
    rebuilt = gan.discriminator.get_layer("decoder")(outputs["codes"]).numpy()
    expected = -np.mean(np.abs(np.float64(IMAGES) - rebuilt) ** power, axis=(1, 2, 3))
    np.testing.assert_allclose(outputs["scores"][:, 0], expected, rtol=1e-5)


@pytest.mark.parametrize("kind", [EBGAN, BEGAN])
def test_a_discriminator_of_scores_alone_is_refused(kind):
    networks = mlp.generator(6, (8, 8, 1), (16,)), mlp.discriminator((8, 8, 1), (4,))
    with pytest.raises(ValueError, match=r"'scores': \(N, 1\), 'codes': \(N, D\)}; it has no names"):
        kind(*networks, priors.Normal(6))


def test_settings_survive_saving(tmp_path):
    gan = VARIANT.create(margin=0.7, pulling_away=0.3)
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert (loaded.margin, loaded.pulling_away, loaded.objective) == (0.7, 0.3, gan.objective)


@pytest.mark.thorough
def test_real_examples_get_less_energy_than_noise_after_training():
    gan = ganzoo.create("ebgan", (8, 8, 1), width=8, seed=0)
    gan.fit(IMAGES, batch_size=16, epochs=30, verbose=0)
    noise = np.random.default_rng(0).uniform(-1, 1, IMAGES.shape)
    energies = [-float(np.mean(gan.discriminator(x, training=False)["scores"])) for x in (IMAGES, noise)]
    assert energies[0] < 0.5 * energies[1]
