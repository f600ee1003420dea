"""What is special to AC-GAN: both players' cross-entropies of the class, which D tells without seeing the label."""

import keras
import numpy as np
import pytest
import scipy.special
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from descriptors import classes, fixed_round, real
from ganzoo import data, priors
from ganzoo.games.acgan import ACGAN
from ganzoo.networks import label_inputs, mlp

VARIANT = next(row for row in VARIANTS if row.name == "acgan")
IMAGES, LABELS = real((8, 8, 1)), classes()
CHOSEN = np.int64([3, 0, 9, 9, 4])


def outputs(seed):
    random = np.random.default_rng(seed)
    widths = {"scores": 1, "logits": 10}
    return {name: tf.constant(random.normal(0, 3, (5, width)), tf.float32) for name, width in widths.items()}


def played(right, wrong):
    return fixed_round(
        real_outputs=right,
        fake_outputs=wrong,
        real_scores=right["scores"],
        fake_scores=wrong["scores"],
        context=tf.constant(CHOSEN),
    )


def cross_entropy(logits):
    return -scipy.special.log_softmax(np.float64(logits), axis=1)[np.arange(5), CHOSEN].mean()


def test_losses_are_those_of_an_explicit_softmax():
    gan = VARIANT.create(real_class=0.7, fake_class=0.4, generator_class=0.3)
    right, wrong = outputs(0), outputs(1)
    terms = gan.discriminator_terms(played(right, wrong))
    softplus = [np.logaddexp(0, -np.float64(right["scores"])), np.logaddexp(0, np.float64(wrong["scores"]))]
    np.testing.assert_allclose(terms["discriminator_adversarial"], sum(part.mean() for part in softplus), rtol=1e-5)
    np.testing.assert_allclose(terms["real_class"], 0.7 * cross_entropy(right["logits"]), rtol=1e-5)
    np.testing.assert_allclose(terms["fake_class"], 0.4 * cross_entropy(wrong["logits"]), rtol=1e-5)
    terms = gan.generator_terms(played(right, wrong))
    np.testing.assert_allclose(
        terms["generator_adversarial"], np.logaddexp(0, -np.float64(wrong["scores"])).mean(), rtol=1e-5
    )
    np.testing.assert_allclose(terms["generator_class"], 0.3 * cross_entropy(wrong["logits"]), rtol=1e-5)


def test_gradients_of_the_logits_are_probabilities_minus_labels():
    gan = VARIANT.create()
    right, wrong = outputs(0), outputs(1)
    with tf.GradientTape() as tape:
        tape.watch([right["logits"], wrong["logits"]])
        loss = sum(gan.discriminator_terms(played(right, wrong)).values())
    for logits, found in zip(
        (right["logits"], wrong["logits"]), tape.gradient(loss, [right["logits"], wrong["logits"]]), strict=True
    ):
        expected = (scipy.special.softmax(np.float64(logits), axis=1) - np.eye(10)[CHOSEN]) / 5
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)


@pytest.mark.usefixtures("eagerly")
def test_accuracy_is_on_real_images_and_classify_says_the_same():
    gan = VARIANT.awake()
    found = gan.classify(IMAGES, batch_size=20)
    assert found.shape == (48, 10) and found.dtype == np.float32
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(
        found, scipy.special.softmax(gan.discriminator(IMAGES, training=False)["logits"], axis=1), 1e-4
    )
    logs = gan.evaluate(tf.data.Dataset.from_tensor_slices((IMAGES, LABELS)).batch(7), verbose=0)
    np.testing.assert_allclose(logs["accuracy"], (found.argmax(axis=1) == LABELS).mean(), rtol=1e-6)


def test_weights_of_terms_survive_saving(tmp_path):
    gan = VARIANT.create(real_class=0.7, fake_class=0.0, generator_class=0.3)
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert (loaded.real_class, loaded.fake_class, loaded.generator_class) == (0.7, 0.0, 0.3)


def test_a_discriminator_of_scores_alone_is_refused():
    generator = label_inputs.with_label_input(mlp.generator(16, (8, 8, 1), (16,)), 10)
    with pytest.raises(ValueError, match=r"'scores': \(N, 1\), 'logits': \(N, 10\)}; it has no names"):
        ACGAN(generator, mlp.discriminator((8, 8, 1), (4,)), priors.Normal(6), 10)


@pytest.mark.parametrize("settings", [{}, {"num_classes": 1}])
def test_the_number_of_classes_is_needed(settings):
    with pytest.raises(ValueError, match="num_classes is the number of classes, an int of at least 2"):
        ganzoo.create("acgan", (8, 8, 1), **settings)


@pytest.mark.thorough
def test_samples_are_of_the_class_that_was_asked_for():
    """On real digits, after a short training, by a classifier of real digits alone."""
    digits = data.examples("digits")
    gan = ganzoo.create("acgan", digits.shape, num_classes=10, width=16, seed=0)
    gan.fit(data.batches(digits, 100, labels=True), epochs=20, verbose=0)
    judge = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)])
    judge.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    judge.fit(np.float32(digits.images / 127.5 - 1), digits.labels, epochs=20, verbose=0)
    labels = np.arange(500) % 10
    right = judge.predict(gan.sample(500, labels=labels, seed=0), verbose=0).argmax(axis=1) == labels
    assert right.mean() > 0.7


@pytest.mark.cases(1)
@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint64"])
def test_labels_of_any_integer_type(dtype):
    gan = ganzoo.create("acgan", (8, 8, 1), num_classes=10, width=4, seed=0)
    assert np.isfinite(gan.fit(IMAGES[:20], LABELS[:20].astype(dtype), verbose=0).history["loss"]).all()
    with pytest.raises(ValueError, match=r"a column of them by y\[:, 0\]"):
        gan.fit(IMAGES[:20], LABELS[:20, None], verbose=0)
