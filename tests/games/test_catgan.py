"""What is special to CatGAN: entropies of classes, marginal ones over all replicas, and training without labels."""

import keras
import numpy as np
import pytest
import scipy.special
import scipy.stats
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from descriptors import classes, fixed_round, real
from ganzoo import data

VARIANT = next(row for row in VARIANTS if row.name == "catgan")
IMAGES, LABELS = real((8, 8, 1)), classes()
SOME = np.int32([0, 3, -1, 1, -1, 2, 2, -1, 0])
NONE = np.full(9, -1, np.int32)


def logits(seed, scale=3):
    return tf.constant(np.random.default_rng(seed).normal(0, scale, (9, 10)), tf.float32)


def played(gan, right, wrong, labels):
    return fixed_round(
        real_outputs={"logits": right},
        fake_outputs={"logits": wrong},
        real_scores=gan.scores({"logits": right}),
        fake_scores=gan.scores({"logits": wrong}),
        context=tf.constant(labels),
    )


@pytest.mark.cases(3)
@pytest.mark.parametrize("labels", [SOME, NONE])
@pytest.mark.parametrize("scale", [1, 3, 1000])
def test_losses_are_scipys_entropies(labels, scale):
    gan = VARIANT.create(marginal=0.7, supervised=2.0)
    right, wrong = logits(0, scale), logits(1, scale)
    p, q = (scipy.special.softmax(np.float64(part), axis=1) for part in (right, wrong))
    play, entropy = played(gan, right, wrong, labels), scipy.stats.entropy
    close = {"rtol": 1e-5, "atol": 1e-6}
    np.testing.assert_allclose(play.real_scores, -entropy(p, axis=1)[:, None], **close)
    terms, known = gan.discriminator_terms(play), labels >= 0
    conditional = entropy(p, axis=1).mean() - entropy(q, axis=1).mean()
    np.testing.assert_allclose(terms["discriminator_adversarial"], conditional, **close)
    np.testing.assert_allclose(terms["discriminator_marginal"], -0.7 * entropy(p.mean(axis=0)), **close)
    errors = -scipy.special.log_softmax(np.float64(right), axis=1)[known, labels[known]]
    np.testing.assert_allclose(terms["supervised"], 2 * errors.mean() if known.any() else 0, **close)
    terms = gan.generator_terms(play)
    np.testing.assert_allclose(terms["cross_entropy"], entropy(q, axis=1).mean(), **close)
    np.testing.assert_allclose(terms["generator_marginal"], -0.7 * entropy(q.mean(axis=0)), **close)


def test_gradients_are_those_of_the_entropies_by_finite_differences():
    gan = VARIANT.create()
    right, wrong = logits(0), logits(1)

    def loss(p, q):
        p, q = (scipy.special.softmax(part, axis=1) for part in (p, q))
        entropy = scipy.stats.entropy
        return entropy(p, axis=1).mean() - entropy(q, axis=1).mean() - entropy(p.mean(axis=0))

    with tf.GradientTape() as tape:
        tape.watch([right, wrong])
        total = sum(gan.discriminator_terms(played(gan, right, wrong, NONE)).values())
    found = np.stack(tape.gradient(total, [right, wrong]))
    both = np.float64(np.stack([right, wrong]))
    for index in np.ndindex(both.shape):
        step = np.zeros_like(both)
        step[index] = 1e-5
        slope = (loss(*(both + step)) - loss(*(both - step))) / 2e-5
        np.testing.assert_allclose(found[index], slope, rtol=1e-3, atol=1e-6)


def test_gradients_are_finite_where_a_class_is_never_told():
    gan = VARIANT.create()
    sure = tf.constant(np.float32(1e4 * np.eye(10)[[2, 5, 2]]))
    with tf.GradientTape() as tape:
        tape.watch(sure)
        total = sum(gan.discriminator_terms(played(gan, sure, sure, NONE[:3])).values())
    assert np.isfinite(total) and np.isfinite(tape.gradient(total, sure)).all()


@pytest.mark.thorough
def test_two_replicas_whose_classes_differ_have_one_marginal(mirrored):
    """Each replica tells one class of its own: the global marginal has two, a replica's alone would have one."""
    gan = VARIANT.create()

    def term():
        index = tf.distribute.get_replica_context().replica_id_in_sync_group
        told = tf.one_hot(tf.fill((4,), index), 10) * 50
        return gan.discriminator_terms(played(gan, told, told, NONE[:4]))["discriminator_marginal"]

    for found in mirrored.experimental_local_results(mirrored.run(tf.function(term))):
        np.testing.assert_allclose(found, -np.log(2), rtol=1e-5)


@pytest.mark.thorough
@pytest.mark.usefixtures("eagerly")
def test_x_alone_trains_as_x_without_labels_does():
    alone, unlabelled = VARIANT.create(), VARIANT.create()
    history = alone.fit(IMAGES, batch_size=16, epochs=2, shuffle=False, verbose=0).history
    expected = unlabelled.fit(IMAGES, np.full(48, -1), batch_size=16, epochs=2, shuffle=False, verbose=0).history
    assert history == expected
    assert alone.evaluate(tf.data.Dataset.from_tensor_slices(IMAGES).batch(7), verbose=0)["accuracy"] == 0


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (IMAGES, LABELS + 1, "Labels must be from -1 to 9 for num_classes=10; these go from 1 to 10"),
        (IMAGES, LABELS.astype(np.float32), "must be 48 integers"),
        (np.int32(IMAGES), None, "The data is int32"),
        (IMAGES[:, :4], None, r"for data_shape=\(8, 8, 1\)"),
    ],
)
def test_bad_data_are_refused(images, labels, message):
    with pytest.raises(ValueError, match=message):
        VARIANT.create().fit(images, labels, batch_size=16, verbose=0)


def test_the_marginals_weight_survives_saving(tmp_path):
    gan = VARIANT.create(marginal=0.3)
    gan.save(tmp_path / "gan.keras")
    assert ganzoo.load(tmp_path / "gan.keras").marginal == 0.3


@pytest.mark.thorough
def test_digits_are_clustered_without_any_label():
    """Each cluster named after its most frequent digit, held-out digits are told far better than by chance, .1."""
    keras.utils.set_random_seed(0)
    digits, test = data.examples("digits"), data.examples("digits", "test")
    settings = {"units": (128, 128), "discriminator_units": (256, 128)}
    gan = ganzoo.create("catgan", digits.shape, num_classes=10, seed=0, **settings)
    gan.fit(data.batches(digits, 100), epochs=15, verbose=0)
    told = gan.classify(np.float32(test.images / 127.5 - 1)).argmax(axis=1)
    right = sum(np.bincount(test.labels[told == cluster], minlength=10).max() for cluster in range(10))
    assert right / len(told) > 0.45
