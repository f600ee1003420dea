"""What is special to semi-supervised variants: K + 1 classes, missing labels, means over all replicas."""

import keras
import numpy as np
import pytest
import scipy.special
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from descriptors import classes, fixed_round, real
from ganzoo import data, priors
from ganzoo.games.round import AdversarialRound
from ganzoo.games.semi_supervised import SemiSupervisedGAN
from ganzoo.networks import improved, mlp

VARIANT = next(row for row in VARIANTS if row.name == "improved_gan")
IMAGES, LABELS = real((8, 8, 1)), classes()
K = 4


def small(**settings):
    """A game whose networks draw no random numbers, and where each example counts alone."""
    discriminator = improved.discriminator((8, 8, 1), 10, units=(12, 8), noise=(0, 0))
    return SemiSupervisedGAN(
        mlp.generator(6, (8, 8, 1), (16,)), discriminator, priors.Normal(6), 10, seed=1, **settings
    )


def outputs(seed):
    random = np.random.default_rng(seed)
    return {
        "logits": tf.constant(random.normal(0, 5, (9, K)), tf.float32),
        "features": tf.constant(random.normal(0, 1, (9, 3)), tf.float32),
    }


def played(gan, real_outputs, fake_outputs, labels):
    scores = gan.scores(real_outputs), gan.scores(fake_outputs)
    return fixed_round(
        real_outputs=real_outputs,
        fake_outputs=fake_outputs,
        context=tf.constant(labels),
        real_scores=scores[0],
        fake_scores=scores[1],
    )


@pytest.mark.parametrize("labels", [[0, 3, -1, 1, -1, 2, 2, -1, 0], [-1] * 8 + [1], [-1] * 9])
def test_losses_are_those_of_an_explicit_softmax_over_k_and_one_classes(labels):
    gan = small(feature_matching=0.7, cross_entropy=0.3, supervised=2.0)
    right, wrong, labels = outputs(0), outputs(1), np.int32(labels)
    play = played(gan, right, wrong, labels)
    p, q = (scipy.special.softmax(np.c_[np.float64(o["logits"]), np.zeros(9)], axis=1) for o in (right, wrong))
    known = labels >= 0
    supervised = -np.log(p[known, labels[known]] / (1 - p[known, K])).mean() if known.any() else 0
    unsupervised = -np.log1p(-p[:, K]).mean() - np.log(q[:, K]).mean()
    terms = gan.discriminator_terms(play)
    np.testing.assert_allclose(terms["supervised"], 2 * supervised, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(terms["discriminator_adversarial"], unsupervised, rtol=1e-5)
    gap = np.float64(right["features"]).mean(axis=0) - np.float64(wrong["features"]).mean(axis=0)
    terms = gan.generator_terms(play)
    np.testing.assert_allclose(terms["feature_matching"], 0.7 * np.sum(gap**2), rtol=1e-5)
    np.testing.assert_allclose(terms["cross_entropy"], -0.3 * np.log1p(-q[:, K]).mean(), rtol=1e-5)


def test_gradients_are_those_of_an_explicit_softmax():
    gan, labels = small(), np.int32([0, 3, -1, 1, -1, 2, 2, -1, 0])
    logits = [tf.cast(outputs(seed)["logits"], tf.float64) for seed in (0, 1)]

    def explicit(right, wrong):
        zero = tf.zeros((9, 1), tf.float64)
        p, q = (tf.nn.log_softmax(tf.concat([part, zero], axis=1)) for part in (right, wrong))
        known = np.flatnonzero(labels >= 0)
        of_label = tf.gather_nd(p, np.c_[known, labels[known]]) - tf.gather(tf.reduce_logsumexp(p[:, :K], 1), known)
        return -tf.reduce_mean(of_label) - tf.reduce_mean(tf.reduce_logsumexp(p[:, :K], 1)) - tf.reduce_mean(q[:, K])

    def ours(right, wrong):
        return sum(gan.discriminator_terms(played(gan, {"logits": right}, {"logits": wrong}, labels)).values())

    def gradients(loss):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            total = loss(*logits)
        return tape.gradient(total, logits)

    for expected, found in zip(gradients(explicit), gradients(ours), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)


@pytest.mark.thorough
def test_two_replicas_with_unlike_numbers_of_labels_train_as_one(mirrored):
    """Means inside the square of feature matching, and over the labelled examples, are over the global batch."""
    labels = np.where(np.arange(48) % 16 < 6, LABELS, -1)  # all labels of a batch of 16 on the first replica

    def trained():
        gan = small(feature_matching=1.0)
        gan.compile(keras.optimizers.SGD(0.05), keras.optimizers.SGD(0.05))
        for variable in gan.trainable_variables:
            value = np.random.default_rng(len(variable.shape)).normal(0, 0.3, variable.shape)
            variable.assign(value)
        history = gan.fit(tf.data.Dataset.from_tensor_slices((IMAGES, labels)).batch(16), verbose=0).history
        return [variable.numpy() for variable in gan.trainable_variables], history

    alone, logs = trained()
    with mirrored.scope():
        together, mirrored_logs = trained()
    for one, two in zip(alone, together, strict=True):
        np.testing.assert_allclose(two, one, rtol=1e-4, atol=1e-6)
    for name in logs:
        np.testing.assert_allclose(mirrored_logs[name], logs[name], rtol=1e-4, err_msg=name)


@pytest.mark.usefixtures("eagerly")
def test_accuracy_counts_the_labelled_alone():
    gan = VARIANT.awake()
    labels = np.where(np.arange(48) % 5 == 0, LABELS, -1)
    logs = gan.evaluate(tf.data.Dataset.from_tensor_slices((IMAGES, labels)).batch(7), verbose=0)
    expected = (gan.classify(IMAGES).argmax(axis=1) == labels)[labels >= 0].mean()
    np.testing.assert_allclose(logs["accuracy"], expected, rtol=1e-6)


@pytest.mark.usefixtures("eagerly")
def test_classify_gives_probabilities_without_noise_from_averaged_parameters():
    gan = VARIANT.awake()
    gan.fit(VARIANT.batches(), verbose=0)
    found = gan.classify(IMAGES, batch_size=20)
    assert found.shape == (48, 10) and found.dtype == np.float32
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(found, gan.classify(IMAGES, batch_size=20))
    now = scipy.special.softmax(gan.discriminator.predict(IMAGES, verbose=0)["logits"], axis=1)
    assert np.abs(now - found).max() > 1e-4
    for variable, average in zip(
        gan.discriminator.trainable_variables, gan.averages["discriminator"].values, strict=True
    ):
        variable.assign(average)
    averaged = scipy.special.softmax(gan.discriminator.predict(IMAGES, verbose=0)["logits"], axis=1)
    np.testing.assert_allclose(found, averaged, rtol=1e-4, atol=1e-6)


@pytest.mark.thorough
@pytest.mark.usefixtures("eagerly")
def test_two_fits_are_one_long_one_though_parameters_are_averaged():
    once, twice = VARIANT.awake(), VARIANT.awake()
    once.fit(VARIANT.batches(count=16), epochs=2, verbose=0)
    for _ in range(2):
        twice.fit(VARIANT.batches(count=16), epochs=1, verbose=0)
    for one, two in zip(once.weights, twice.weights, strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.thorough
@pytest.mark.usefixtures("eagerly")
def test_labels_are_any_integers():
    histories = []
    for dtype in ("int32", "uint8", "int64"):
        batches = tf.data.Dataset.from_tensor_slices((IMAGES[:16], LABELS[:16].astype(dtype))).batch(16)
        histories.append(VARIANT.create().fit(batches, verbose=0).history)
    assert histories[0] == histories[1] == histories[2]


@pytest.mark.thorough
@pytest.mark.usefixtures("eagerly")
def test_a_batch_without_a_label_is_fine():
    gan = VARIANT.create()
    batches = tf.data.Dataset.from_tensor_slices((IMAGES, np.full(48, -1))).batch(16)
    history = gan.fit(batches, verbose=0).history
    assert history["supervised"] == [0.0] and np.isfinite(history["loss"]).all()


def test_feature_matching_alone_needs_no_scores_of_the_fakes():
    gan = VARIANT.create()
    play = AdversarialRound(gan, tf.constant(IMAGES), tf.constant(LABELS), tf.constant([0, 0], tf.int64), training=True)
    assert set(gan.generator_terms(play)) == {"feature_matching"}


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "Labels are missing: the dataset must yield"),
        (LABELS + 1, "Labels must be from -1 to 9 for num_classes=10; these go from 1 to 10"),
        (LABELS - 2, "these go from -2 to"),
        (np.full_like(LABELS, -1), "All labels are -1, which means unlabelled"),
        (np.eye(10, dtype=np.int32)[LABELS], "one-hot labels become integers"),
        (LABELS.astype(np.float32), "must be 48 integers"),
    ],
)
def test_bad_labels_are_refused(labels, message, untrained):
    with pytest.raises(ValueError, match=message):
        untrained("improved_gan").fit(IMAGES, labels, batch_size=16, verbose=0)


@pytest.mark.parametrize("name", ["sgan", "improved_gan"])
def test_bad_settings_are_refused(name):
    for settings in ({}, {"num_classes": 1}):
        with pytest.raises(ValueError, match="num_classes is the number of classes, an int of at least 2"):
            ganzoo.create(name, (8, 8, 1), **settings)
    with pytest.raises(ValueError, match="The generator has no loss: give feature_matching or cross_entropy a weight"):
        ganzoo.create(name, (8, 8, 1), num_classes=10, cross_entropy=0, feature_matching=0)
    with pytest.raises(ValueError, match="is unconditional: sample takes no labels"):
        ganzoo.create(name, (8, 8, 1), num_classes=10).sample(2, labels=3)


def test_a_discriminator_of_scores_alone_is_refused():
    networks = mlp.generator(6, (8, 8, 1), (16,)), mlp.discriminator((8, 8, 1), (4,))
    with pytest.raises(ValueError, match=r"'logits': \(N, 10\), 'features': \(N, D\)}; it has no names"):
        SemiSupervisedGAN(*networks, priors.Normal(6), 10)


def test_images_of_another_shape_are_not_classified():
    with pytest.raises(ValueError, match=r"for data_shape=\(8, 8, 1\), but the data has shape \(5, 9, 9, 1\)"):
        VARIANT.create().classify(np.zeros((5, 9, 9, 1), np.float32))


@pytest.mark.exhaustive
def test_unlabelled_images_help():
    """On real digits with 20 labels, after a minute of training at most: better than chance by far."""
    digits = data.keep_labels(data.examples("digits"), 20)
    gan = ganzoo.create(
        "improved_gan", digits.shape, num_classes=10, units=(64,), discriminator_units=(128, 64), seed=0
    )
    gan.fit(data.batches(digits, 100, labels=True), epochs=15, verbose=0)
    test = data.examples("digits", "test")
    assert (gan.classify(np.float32(test.images / 127.5 - 1)).argmax(axis=1) == test.labels).mean() > 0.5
