"""The layer for adaptive augmentation: whom it transforms how often, its derivatives, XLA and 16 bits."""

import numpy as np
import pytest
import tensorflow as tf

from augmented_images import GROUPS, all_groups, augmented, noise_images
from ganzoo.networks.augmentation import StochasticAugment


@pytest.mark.parametrize(
    ("channels", "sides", "precision"),
    [
        (1, (8, 8), "float32"),
        (2, (6, 10), "float32"),
        (3, (6, 10), "float16"),
        (4, (8, 8), "bfloat16"),
    ],
)
def test_with_probability_0_and_outside_of_training_images_stay_exactly_as_they_are(channels, sides, precision):
    images = tf.cast(noise_images(5, *sides, channels), precision)
    for layer, training in ((all_groups(0.0, dtype=precision), True), (all_groups(dtype=precision), False)):
        same = layer(images, training=training)
        assert same.dtype == images.dtype
        np.testing.assert_array_equal(tf.cast(same, tf.float32), tf.cast(images, tf.float32))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_with_probability_1_every_image_changes_and_none_like_another(channels):
    image = noise_images(1, 8, 8, channels)
    changed = augmented(all_groups(), np.repeat(image, 300, axis=0))
    assert np.isfinite(changed).all() and (changed != image).any(axis=(1, 2, 3)).all()
    assert len(np.unique(changed.reshape(300, -1), axis=0)) == 300


def shares_unchanged(p):
    """The probability that no transform of a group changes an image of 16 x 16 pixels with so many channels."""
    still = 1 - p * (1 - (1 / 4) ** 2)  # a shift by U(-2, 2) along both axes, rounded to 0
    return {
        ("blit", 3): (1 - p / 2) * (1 - p * 3 / 4) * still,
        ("geometry", 3): (1 - p) ** 4,  # two scales, a shift, and rotation at either place
        ("color", 3): (1 - p) ** 4 * (1 - p / 2),
        ("color", 2): (1 - p) ** 3 * (1 - p / 2),
        ("color", 1): (1 - p) ** 2 * (1 - p / 2),
        ("cutout", 3): 1 - p,
        ("noise", 3): 1 - p,
    }


@pytest.mark.cases(6)
@pytest.mark.parametrize(("group", "channels"), shares_unchanged(0))
@pytest.mark.parametrize(("probability", "multiplier"), [(0.3, 1.0), (0.8, 0.5)])
def test_each_transform_is_applied_with_its_probability_independently(group, channels, probability, multiplier):
    image, count = noise_images(1, 16, 16, channels), 2000
    layer = StochasticAugment(probability, **dict.fromkeys(GROUPS, 0.0) | {group: multiplier})
    unchanged = (augmented(layer, np.repeat(image, count, axis=0)) == image).all(axis=(1, 2, 3)).mean()
    expected = shares_unchanged(probability * multiplier)[group, channels]
    assert abs(unchanged - expected) < 4.5 * np.sqrt(expected * (1 - expected) / count)


def fixed(layer):
    """The layer's function of images in training, with the same draws at each call."""
    state = layer.seed_generator.state.numpy()

    def apply(images):
        layer.seed_generator.state.assign(state)
        return layer(images, training=True)

    return apply


@pytest.mark.thorough
@pytest.mark.parametrize("shape", [(4, 6, 6, 3), (4, 5, 8, 1)])
def test_first_and_second_derivatives_are_finite_differences(shape):
    apply, random = fixed(all_groups(dtype="float64")), np.random.default_rng(0)
    images, direction = (tf.constant(random.normal(size=shape)) for _ in range(2))
    weights = tf.constant(random.normal(size=shape))

    def score(images):
        return tf.reduce_sum(weights * tf.sin(apply(images)))

    def gradient(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            value = score(images)
        return tape.gradient(value, images)

    def squared(images):
        return tf.reduce_sum(tf.square(gradient(images)))

    with tf.GradientTape() as tape:
        tape.watch(images)
        penalty = squared(images)
    second = tape.gradient(penalty, images)
    for function, derivative in ((score, gradient(images)), (squared, second)):
        step = 1e-5 * direction
        expected = (function(images + step) - function(images - step)) / 2e-5
        np.testing.assert_allclose(tf.reduce_sum(derivative * direction), expected, rtol=1e-6)


@pytest.mark.thorough
def test_xla_makes_the_same_images_and_second_derivatives():
    layer = StochasticAugment(0.9)
    images, state = tf.constant(noise_images(6, 8, 10, 3)), layer.seed_generator.state.numpy()

    def penalty(images):
        with tf.GradientTape() as outer:
            outer.watch(images)
            with tf.GradientTape() as inner:
                inner.watch(images)
                changed = layer(images, training=True)
                total = tf.reduce_sum(changed**3)
            squares = tf.reduce_sum(tf.square(inner.gradient(total, images)))
        return changed, outer.gradient(squares, images)

    found = []
    for compiled in (False, True):
        layer.seed_generator.state.assign(state)
        found.append(tf.function(penalty, jit_compile=compiled)(images))
    for plain, fast in zip(*found, strict=True):
        np.testing.assert_allclose(plain, fast, rtol=1e-3, atol=1e-5 * np.abs(plain).max())


@pytest.mark.parametrize("precision", ["float16", "bfloat16"])
def test_in_16_bits_the_same_is_done_to_images_of_16_bits(precision):
    layers = [all_groups(dtype=dtype) for dtype in ("float32", f"mixed_{precision}")]
    layers[1].seed_generator.state.assign(layers[0].seed_generator.state)
    exact, rounded = (layer(noise_images(8, 8, 8, 3), training=True) for layer in layers)
    assert rounded.dtype == precision
    np.testing.assert_allclose(np.float32(rounded), exact, rtol=0.1, atol=0.02 if precision == "float16" else 0.2)


def test_numbers_out_of_range_are_refused():
    for probability in (-0.1, 1.5, "often", None):
        with pytest.raises(ValueError, match="The probability of augmentation must be a number from 0 to 1; got"):
            StochasticAugment(probability)
    with pytest.raises(ValueError, match="The multiplier color must be a number of at least 0; got -1"):
        StochasticAugment(color=-1)
