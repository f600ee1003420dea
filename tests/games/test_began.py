"""What is special to BEGAN: k, which is part of the state, and the measure of convergence."""

import numpy as np
import pytest
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from descriptors import fixed_round, real

VARIANT = next(row for row in VARIANTS if row.name == "began")
REAL, FAKE = np.array([0.5, 0.9, 0.7]), np.array([0.1, 0.2, 0.6])


def played(right=REAL, wrong=FAKE):
    right, wrong = (tf.constant(-np.float32(part)[:, None]) for part in (right, wrong))
    return fixed_round(real_scores=right, fake_scores=wrong)


def move_k(gan, play):
    for turn in gan.turns:
        gan.after_turn(turn, play)


@pytest.mark.parametrize("k", [0.0, 0.4, 1.0])
def test_losses_are_those_of_the_paper(k):
    gan = VARIANT.create()
    gan.k.assign(k)
    terms = gan.discriminator_terms(played())
    np.testing.assert_allclose(terms["discriminator_adversarial"], REAL.mean() - k * FAKE.mean(), rtol=1e-5)
    np.testing.assert_allclose(gan.generator_terms(played())["generator_adversarial"], FAKE.mean(), rtol=1e-6)


def test_gradients_of_scores():
    gan, play = VARIANT.create(), played()
    gan.k.assign(0.4)
    with tf.GradientTape() as tape:
        tape.watch([play.real_scores, play.fake_scores])
        loss = gan.discriminator_terms(play)["discriminator_adversarial"]
    of_real, of_fake = tape.gradient(loss, [play.real_scores, play.fake_scores])
    np.testing.assert_allclose(of_real, np.full((3, 1), -1 / 3), rtol=1e-6)
    np.testing.assert_allclose(of_fake, np.full((3, 1), 0.4 / 3), rtol=1e-6)


@pytest.mark.parametrize(("k", "wrong"), [(0.3, FAKE), (0.3, 10 * FAKE), (0.99, FAKE)])
def test_k_follows_the_balance_between_0_and_1(k, wrong):
    gan = VARIANT.create(gamma=0.6, gain=0.1)
    gan.k.assign(k)
    move_k(gan, played(wrong=wrong))
    expected = np.clip(k + 0.1 * (0.6 * REAL.mean() - wrong.mean()), 0, 1)
    np.testing.assert_allclose(gan.k.numpy(), expected, rtol=1e-5)
    gan.k.assign(1.0)
    move_k(gan, played(right=100 * REAL))
    assert gan.k.numpy() == 1


def test_convergence_is_the_papers_measure():
    for wrong in (FAKE, 10 * FAKE):
        found = VARIANT.create(gamma=0.6).extra_logs(played(wrong=wrong))["convergence"]
        np.testing.assert_allclose(found, REAL.mean() + abs(0.6 * REAL.mean() - wrong.mean()), rtol=1e-5)


@pytest.mark.thorough
@pytest.mark.usefixtures("eagerly")
def test_a_steps_k_is_that_of_its_logs():
    """One step of an epoch: k starts at 0, and moves by the scores that the step reports, in training alone."""
    gan = VARIANT.create(gain=0.5)
    logs = gan.fit(VARIANT.batches(count=16), verbose=0).history
    loss, fake_loss = -logs["real_score"][0], -logs["fake_score"][0]
    expected = np.clip(0.5 * (0.75 * loss - fake_loss), 0, 1)
    assert expected > 0
    np.testing.assert_allclose([gan.k.numpy(), logs["k"][0]], expected, rtol=1e-5)
    np.testing.assert_allclose(logs["convergence"][0], loss + abs(0.75 * loss - fake_loss), rtol=1e-5)
    gan.evaluate(VARIANT.batches(), verbose=0)
    np.testing.assert_allclose(gan.k.numpy(), expected, rtol=1e-5)


@pytest.mark.thorough
def test_replicas_have_one_k_from_the_global_batch(mirrored):
    with mirrored.scope():
        gan = VARIANT.create(gain=0.5)

    def part():
        first = 1.0 - tf.cast(tf.distribute.get_replica_context().replica_id_in_sync_group, tf.float32)
        play = played()
        play.real_scores *= 2 - first
        play.fake_scores *= 3 - 2 * first
        move_k(gan, play)
        return gan.k.value

    expected = 0.5 * (0.75 * 1.5 * REAL.mean() - 2 * FAKE.mean())
    for found in mirrored.experimental_local_results(mirrored.run(tf.function(part))):
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_k_and_settings_survive_saving(tmp_path):
    gan = VARIANT.create(gamma=0.4, gain=0.2)
    gan.k.assign(0.37)
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert (loaded.gamma, loaded.gain) == (0.4, 0.2) and loaded.k.numpy() == np.float32(0.37)
    assert not any(variable is gan.k for variable in gan.trainable_variables)


@pytest.mark.thorough
def test_the_balance_is_found_and_convergence_falls():
    gan = ganzoo.create("began", (8, 8, 1), width=8, latent_dim=8, learning_rate=1e-3, gain=0.1, seed=0)
    logs = gan.fit(real((8, 8, 1), 480), batch_size=48, epochs=25, verbose=0).history
    assert logs["convergence"][-1] < 0.5 * logs["convergence"][0]
    np.testing.assert_allclose(logs["fake_score"][-1] / logs["real_score"][-1], 0.75, rtol=0.15)
