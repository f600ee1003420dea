"""What is special to FastGAN: its discriminator also rebuilds real images, and real images alone."""

import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from descriptors import classes, fixed_round, real, round_of
from ganzoo.games.fastgan import ConditionalFastGAN, FastGAN
from ganzoo.networks import mlp

IMAGES = real((8, 8, 1))


def create(**settings):
    return ganzoo.create("fastgan", (8, 8, 1), **{"width": 2, "latent_dim": 4, "seed": 1} | settings)


def outputs(seed):
    random = np.random.default_rng(seed)
    return {name: tf.constant(random.normal(size=(5, 1)), tf.float32) for name in ("scores", "reconstruction_error")}


def test_losses_are_the_hinge_and_the_error_of_real_images():
    gan, right, wrong = create(reconstruction=3.0), outputs(0), outputs(1)
    play = fixed_round(real_outputs=right, fake_outputs=wrong, real_scores=right["scores"], fake_scores=wrong["scores"])
    terms = gan.discriminator_terms(play)
    hinge = np.maximum(0, 1 - right["scores"]).mean() + np.maximum(0, 1 + wrong["scores"]).mean()
    np.testing.assert_allclose(terms["discriminator_adversarial"], hinge, rtol=1e-6)
    np.testing.assert_allclose(terms["reconstruction"], 3 * np.mean(right["reconstruction_error"]), rtol=1e-6)
    terms = gan.generator_terms(play)
    assert set(terms) == {"generator_adversarial"}
    np.testing.assert_allclose(terms["generator_adversarial"], -np.mean(wrong["scores"]), rtol=1e-6)


@pytest.mark.thorough
def test_fakes_add_nothing_to_the_reconstruction():
    """Its gradients by D's weights are those of the real images' error alone, and it has none by a fake."""
    gan = create(generator_ema=None)
    play, variables = round_of(gan, IMAGES[:8], training=False), gan.discriminator.trainable_variables
    values, fake = [variable.value for variable in variables], play.fake
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(fake)
        terms = gan.discriminator_terms(play)
        alone = 10 * tf.reduce_mean(gan.discriminator(IMAGES[:8], training=False)["reconstruction_error"])
    assert tape.gradient(terms["reconstruction"], fake) is None
    assert np.abs(tape.gradient(terms["discriminator_adversarial"], fake)).max() > 0
    found, expected = (tape.gradient(one, values) for one in (terms["reconstruction"], alone))
    moved = 0
    for left, right in zip(found, expected, strict=True):
        assert (left is None) == (right is None)
        if left is not None:
            np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-6)
            moved += np.abs(left).max() > 0
    assert 0 < moved < len(values)  # the head of the scores has none


@pytest.mark.exhaustive
def test_the_error_falls_in_training_by_its_weight_alone():
    """A discriminator that gets no gradient from its scores still learns to rebuild."""
    gan = create(width=4, augment="", learning_rate=3e-3)
    gan.discriminator_adversarial_terms = lambda play: {"discriminator_adversarial": tf.zeros(())}
    history = gan.fit(IMAGES, batch_size=16, epochs=8, verbose=0).history["reconstruction"]
    assert history[-1] < 0.7 * history[0]


def test_augmented_images_are_what_is_rebuilt():
    """Images of zeros are rebuilt from features of zeros without an error, unless brightness is added."""
    gan = create(augment="color", normalization=None)
    zeros = np.zeros((8, 8, 8, 1), np.float32)
    errors = [gan.discriminator(zeros, training=training)["reconstruction_error"] for training in (False, True)]
    np.testing.assert_array_equal(errors[0], 0)
    assert np.min(errors[1]) > 0


@pytest.mark.thorough
@pytest.mark.usefixtures("eagerly")
def test_with_labels_it_is_conditional(tmp_path):
    gan = create(class_names=("zero", "one", *map(str, range(2, 10))), reconstruction=0.0)
    assert isinstance(gan, ConditionalFastGAN) and gan.num_classes == 10
    logs = gan.fit(IMAGES[:16], classes()[:16], batch_size=16, verbose=0).history
    assert logs["reconstruction"] == [0.0] and np.isfinite(logs["loss"]).all()
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert loaded.reconstruction == 0.0
    np.testing.assert_array_equal(loaded.sample(labels=["one", "3"], seed=0), gan.sample(labels=["one", "3"], seed=0))


@pytest.mark.thorough
def test_the_weight_is_saved(tmp_path):
    gan = create(reconstruction=0.5)
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert isinstance(loaded, FastGAN) and loaded.reconstruction == 0.5
    np.testing.assert_array_equal(loaded.sample(3, seed=0), gan.sample(3, seed=0))


def test_the_authors_settings():
    gan = create(latent_dim=256)
    assert isinstance(gan.prior, ganzoo.priors.Normal) and gan.objective.name == "hinge"
    assert gan.averages["generator"].momentum == 0.999
    for optimizer in (gan.generator_optimizer, gan.discriminator_optimizer):
        assert (optimizer.beta_1, optimizer.beta_2) == (0.5, 0.999)
        np.testing.assert_allclose(float(optimizer.learning_rate), 2e-4)


def test_what_is_refused():
    parts = create()
    with pytest.raises(ValueError, match=r"'reconstruction_error': \(N, 1\)}; it has no names"):
        FastGAN(parts.generator, mlp.discriminator((8, 8, 1), (4,)), "normal")
    with pytest.raises(ValueError, match="Unknown normalization 'bach'; did you mean 'batch'"):
        create(normalization="bach")
    with pytest.raises(ValueError, match="num_classes is the number of classes"):
        create(num_classes=1)
