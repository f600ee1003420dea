"""What is special to conditional variants: labels reach both players, and bad ones are answered."""

import numpy as np
import pytest
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from descriptors import classes, real

VARIANT = next(row for row in VARIANTS if row.name == "cdcgan")
IMAGES, LABELS = real((8, 8, 1)), classes()


def test_both_players_read_the_label():
    """On one batch: other labels, other images from the same latents and other scores for the same images."""
    gan = VARIANT.awake()
    latents = gan.prior.sample(4, seed=0)
    images = [gan.synthesize(latents, np.full(4, label), training=False).numpy() for label in (1, 2)]
    assert np.abs(images[0] - images[1]).max() > 1e-3
    scores = [gan.discriminate(tf.constant(IMAGES[:4]), np.full(4, label), training=False).numpy() for label in (1, 2)]
    assert np.abs(scores[0] - scores[1]).min() > 1e-6


def test_labels_of_samples_are_an_integer_a_list_an_array_or_each_in_turn():
    gan = VARIANT.awake()
    three = gan.sample(4, labels=3, seed=1)
    np.testing.assert_array_equal(three, gan.sample(4, labels=[3, 3, 3, 3], seed=1))
    np.testing.assert_array_equal(three, gan.sample(4, labels=np.full(4, 3, np.int64), seed=1))
    np.testing.assert_array_equal(gan.sample(12, seed=1), gan.sample(12, labels=np.arange(12) % 10, seed=1))
    latents = gan.prior.sample(4, seed=1)
    np.testing.assert_allclose(gan.predict((latents, np.full(4, 3)), verbose=0), three, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "Labels are missing: the dataset must yield"),
        (LABELS + 1, "Labels must be from 0 to 9 for num_classes=10; these go from 1 to 10"),
        (LABELS - 1, "these go from -1 to"),
        (np.full_like(LABELS, -1), "these go from -1 to -1"),
        (np.eye(10, dtype=np.int32)[LABELS], "one-hot labels become integers"),
        (LABELS.astype(np.float32), "must be 48 integers"),
    ],
)
def test_bad_labels_are_refused(labels, message, untrained):
    with pytest.raises(ValueError, match=message):
        untrained("cdcgan").fit(IMAGES, labels, batch_size=16, verbose=0)


@pytest.mark.parametrize(
    ("labels", "message"), [(10, "from 0 to 9"), ([1, 2], r"must be 4 integers of shape \(4,\)"), (0.5, "integers")]
)
def test_bad_labels_of_samples_are_refused(labels, message, untrained):
    with pytest.raises(ValueError, match=message):
        untrained("cdcgan").sample(4, labels=labels)


@pytest.mark.parametrize("settings", [{}, {"num_classes": 1}, {"num_classes": 2.5}])
@pytest.mark.parametrize("name", ["cgan", "cdcgan"])
def test_the_number_of_classes_is_needed(name, settings):
    with pytest.raises(ValueError, match="num_classes is the number of classes, an int of at least 2"):
        ganzoo.create(name, (8, 8, 1), **settings)


def test_a_label_decides_what_is_made():
    """Classes that are constant grey levels: after a short training each label gives the level of its class."""
    levels = np.array([-0.7, 0.7])
    labels = np.arange(512, dtype=np.int32) % 2
    images = np.float32(levels[labels][:, None, None, None] * np.ones((512, 8, 8, 1)))
    images += np.random.default_rng(0).normal(0, 0.05, images.shape).astype(np.float32)
    gan = ganzoo.create("cdcgan", (8, 8, 1), num_classes=2, width=8, latent_dim=4, seed=0)
    gan.fit(images, labels, batch_size=32, epochs=12, verbose=0)
    made = [gan.sample(32, labels=label, seed=0).mean() for label in (0, 1)]
    assert made[1] - made[0] > 0.8
