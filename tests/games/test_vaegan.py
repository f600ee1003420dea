"""What is special to the VAE/GAN: three losses, a closed-form divergence, the way from images to latents and back."""

import keras
import numpy as np
import pytest
import scipy.integrate
import scipy.stats
import tensorflow as tf
from sklearn.datasets import load_digits

import ganzoo
from ganzoo import latent
from ganzoo.games.vaegan import VAEGAN, kl_divergence

SEED = tf.constant([3, 10], tf.int64)
POINTS = np.float32(np.random.default_rng(0).normal(size=(12, 2)))


def small(**settings):
    return ganzoo.create("vaegan", (2,), **{"width": 8, "latent_dim": 3, "seed": 1} | settings)


def awake(**settings):
    """A small game with weights that are large enough for every gradient to show."""
    gan, random = small(**settings), np.random.default_rng(0)
    for variable in gan.trainable_variables:
        variable.assign(random.normal(0, np.prod(variable.shape[:-1]) ** -0.5, variable.shape))
    return gan


def softplus(scores):
    return np.logaddexp(0, np.float64(scores))


def test_losses_are_those_of_the_paper():
    """By NumPy, from what each network returns of each kind of example alone."""
    gan = awake(gamma=0.3)
    play = gan.round_type(gan, POINTS, None, SEED, training=False)
    means, log_variances = (np.float64(gan.encoder(POINTS)[name]) for name in ("means", "log_variances"))
    codes, samples = gan.decoder(play.codes), gan.decoder(gan.prior.sample(12, SEED))
    real, reconstructed, fake = (gan.discriminator(examples) for examples in (POINTS, codes, samples))
    prior = 0.5 * (means**2 + np.exp(log_variances) - log_variances - 1).sum(axis=1).mean()
    error = (np.float64(real["features"] - reconstructed["features"]) ** 2).sum(axis=1).mean() / 2
    fooled = softplus(-reconstructed["scores"]).mean() + softplus(-fake["scores"]).mean()
    both = (softplus(reconstructed["scores"]).mean() + softplus(fake["scores"]).mean()) / 2
    expected = {
        "encoder": {"encoder_prior": prior, "encoder_reconstruction": error},
        "decoder": {"decoder_reconstruction": 0.3 * error, "decoder_adversarial": fooled},
        "discriminator": {"discriminator_adversarial": softplus(-real["scores"]).mean() + both},
    }
    for player, terms in expected.items():
        found = getattr(gan, f"{player}_terms")(play)
        assert found.keys() == terms.keys()
        for name, term in terms.items():
            np.testing.assert_allclose(found[name], term, rtol=1e-4, err_msg=name)


def test_codes_are_drawn_from_the_posterior():
    """Their distances from the means, in standard deviations, are standard normal, and others for another seed."""
    gan = awake()
    points = np.repeat(POINTS[:1], 2000, axis=0)
    play, other = (gan.round_type(gan, points, None, SEED + offset, training=False) for offset in (0, 2))
    means, log_variances = play.posterior
    noise = np.float64((play.codes - means) / tf.exp(log_variances / 2))
    assert scipy.stats.kstest(noise.ravel(), "norm").pvalue > 0.01
    np.testing.assert_allclose(np.cov(noise.T), np.eye(3), atol=0.1)
    assert np.abs(np.corrcoef(noise.ravel(), np.ravel(play.latents))[0, 1]) < 0.05
    assert np.abs(np.subtract(other.codes, play.codes)).min() > 0


def test_a_step_moves_each_player_by_the_gradient_of_its_own_loss_alone():
    """Against gradients that are taken one player at a time, of losses that are written out here."""
    gan, rate = awake(gamma=0.3), 0.1
    play = gan.round_type(gan, POINTS, None, tf.constant([gan.seed, 0], tf.int64), training=True)
    means, log_variances = play.posterior
    noise = (play.codes - means) / tf.exp(log_variances / 2)

    def losses():
        outputs = gan.encoder(POINTS)
        means, log_variances = outputs["means"], outputs["log_variances"]
        rebuilt = gan.decoder(means + tf.exp(log_variances / 2) * noise)
        real, reconstructed, fake = (gan.discriminator(x) for x in (POINTS, rebuilt, gan.decoder(play.latents)))
        error = tf.reduce_sum((real["features"] - reconstructed["features"]) ** 2) / 24
        told = tf.concat([reconstructed["scores"], fake["scores"]], axis=0)
        divergence = tf.reduce_sum(means**2 + tf.exp(log_variances) - log_variances - 1) / 24
        return {
            "encoder": divergence + error,
            "decoder": 0.3 * error + 2 * tf.reduce_mean(tf.math.softplus(-told)),
            "discriminator": tf.reduce_mean(tf.math.softplus(-real["scores"])) + tf.reduce_mean(tf.math.softplus(told)),
        }

    expected = {}
    for player, network in gan.players.items():
        variables = [variable.value for variable in network.trainable_variables]
        with tf.GradientTape() as tape:
            loss = losses()[player]
        gradients = tape.gradient(loss, variables)
        expected[player] = [old - rate * gradient for old, gradient in zip(variables, gradients, strict=True)]
    gan.compile(*(keras.optimizers.SGD(rate) for _ in gan.players), run_eagerly=True)
    gan.fit(POINTS, batch_size=12, shuffle=False, verbose=0)
    for player, network in gan.players.items():
        for variable, value in zip(network.trainable_variables, expected[player], strict=True):
            np.testing.assert_allclose(variable, value, rtol=1e-4, atol=1e-6, err_msg=variable.path)


def test_kl_divergence_is_the_integral():
    means, log_variances = np.float32([[0.7, -1.5], [0.0, 0.3]]), np.float32([[0.5, -1.0], [0.0, -2.0]])

    def integral(mean, log_variance):
        q, p = scipy.stats.norm(mean, np.exp(log_variance / 2)), scipy.stats.norm()
        return scipy.integrate.quad(lambda z: q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), -12, 12)[0]

    expected = [sum(map(integral, *rows)) for rows in zip(means, log_variances, strict=True)]
    np.testing.assert_allclose(kl_divergence(means, log_variances), expected, rtol=1e-5)


@pytest.fixture(scope="module")
def digits():
    """Training and test digits, 16 x 16, and a game that a few epochs have brought some way."""
    examples = np.float32(load_digits().images[..., None] / 8 - 1).repeat(2, axis=1).repeat(2, axis=2)
    gan = ganzoo.create("vaegan", (16, 16, 1), width=16, latent_dim=16, gamma=0.1, learning_rate=1e-3, seed=0)
    gan.fit(examples[:1500], batch_size=64, epochs=8, verbose=0, shuffle=False)
    return gan, examples[:1500], examples[1500:]


@pytest.mark.thorough
def test_reconstructions_are_nearer_to_unseen_digits_than_their_mean(digits):
    gan, train, test = digits
    error = np.mean((gan.reconstruct(test) - test) ** 2)
    assert error < 0.8 * np.mean((train.mean(axis=0) - test) ** 2)
    others = gan.reconstruct(np.roll(test, 1, axis=0))
    assert error < 0.5 * np.mean((others - test) ** 2)


@pytest.mark.thorough
def test_inversion_from_the_encoder_needs_fewer_steps_than_random_restarts(digits):
    gan, _, test = digits

    def loss(steps, **settings):
        search = {"steps": steps, "learning_rate": 0.1, "verbose": False} | settings
        found = latent.invert(lambda z: gan.decoder(z, training=False), gan.prior, tf.identity, test[:30], **search)
        return found.loss.mean()

    assert loss(10, restarts=1, start=gan.encode(test[:30])) < loss(20, restarts=5)


def test_encode_returns_the_means_in_any_batches():
    gan = ganzoo.create("vaegan", (8, 8, 1), width=4, latent_dim=16, seed=0)
    test = np.float32(load_digits().images[1500:, ..., None] / 8 - 1)
    latents = gan.encode(test)
    assert latents.shape == (len(test), 16) and latents.dtype == np.float32
    np.testing.assert_allclose(latents, gan.encoder(test, training=False)["means"], atol=1e-5)
    np.testing.assert_allclose(latents, gan.encode(test, batch_size=100), atol=1e-5)
    np.testing.assert_allclose(gan.reconstruct(test[:5]), gan.predict(latents[:5], verbose=0), atol=1e-5)
    np.testing.assert_array_equal(gan.generator.get_weights()[0], gan.decoder.get_weights()[0])
    with pytest.raises(ValueError, match="Images must be in"):
        gan.encode(test * 10)
    with pytest.raises(ValueError, match="but the data has shape"):
        gan.encode(test[:, :4])


def test_averages_serve_encode_and_sample():
    gan = small(encoder_ema=0.9, decoder_ema=0.9)
    for averages in gan.averages.values():
        averages.update()
    before, made = gan.encode(POINTS), gan.sample(5, seed=0)
    for network in (gan.encoder, gan.decoder):
        for variable in network.trainable_variables:
            variable.assign_add(tf.ones_like(variable))
    np.testing.assert_array_equal(gan.encode(POINTS), before)
    np.testing.assert_array_equal(gan.sample(5, seed=0), made)
    np.testing.assert_allclose(gan.averaged_network()(gan.prior.sample(5, seed=0)), made, rtol=1e-5)


@pytest.mark.cases(2)
@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (33, 20, 3), (128, 128, 3)])
def test_networks_fit_images_of_8_to_128_pixels(shape):
    gan = ganzoo.create("vaegan", shape, width=2, latent_dim=5, seed=0)
    assert gan.data_shape == gan.encoder.input_shape[1:] == gan.discriminator.input_shape[1:] == shape
    assert gan.encoder.output["means"].shape == gan.encoder.output["log_variances"].shape == (None, 5)


def test_a_penalty_is_added_to_the_discriminators_loss():
    gan = small(penalties=[ganzoo.penalties.R1(2.0)], objective="hinge")
    logs = gan.values(tf.constant(POINTS), training=True)
    assert logs["r1"] > 0 and "value" not in logs
    np.testing.assert_allclose(logs["discriminator_loss"], logs["discriminator_adversarial"] + logs["r1"], rtol=1e-5)


def test_bad_parts_get_one_sentence():
    encoder, decoder, discriminator = small().players.values()
    with pytest.raises(ValueError, match="The encoder must return a dict of outputs.*'means': \\(N, 3\\)"):
        VAEGAN(keras.models.clone_model(discriminator), decoder, discriminator)
    plain = keras.Model(discriminator.input, discriminator.output["scores"])
    with pytest.raises(ValueError, match="The discriminator must return a dict of outputs.*'features'"):
        VAEGAN(encoder, decoder, plain)
    with pytest.raises(ValueError, match="gamma must be a number of at least 0"):
        VAEGAN(encoder, decoder, discriminator, gamma=-1)
