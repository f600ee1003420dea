"""Layers of players that act after turns, and have logs: adaptive augmentation in a game."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from descriptors import assert_same_state, state_of
from ganzoo import schedules
from ganzoo.networks.augmentation import StochasticAugment
from ganzoo.networks.augmentation_control import AdaptiveProbability

IMAGES = np.random.default_rng(0).uniform(-1, 1, (128, 8, 8, 1)).astype(np.float32)


def batches(first, last):
    return tf.data.Dataset.from_tensor_slices(IMAGES[first:last]).batch(8)


def overfitted(augment, **settings):
    """A game whose discriminator takes all images for real, and does not learn better."""
    gan = ganzoo.create(
        "dcgan", (8, 8, 1), width=4, normalization="layer", augment=augment, seed=0, learning_rate=1e-6, **settings
    )
    last = [one for one in gan.discriminator.trainable_variables if one.name == "bias"][-1]
    last.assign(last + 5.0)
    return gan


@pytest.mark.usefixtures("eagerly")
def test_the_probability_rises_by_the_images_of_discriminators_turns_and_is_logged():
    gan = overfitted(StochasticAugment(AdaptiveProbability(adjustment_images=1000)))
    logs = gan.fit(batches(0, 64), verbose=0).history  # 8 steps: two adjustments for 32 images each
    (layer,) = [one for one in gan.discriminator.layers if isinstance(one, StochasticAugment)]
    np.testing.assert_allclose(float(layer.augmentation_probability), 0.064, rtol=1e-5)
    assert 0 < logs["augmentation_probability"][0] < 0.064


@pytest.mark.usefixtures("eagerly")
@pytest.mark.thorough
def test_several_steps_of_the_discriminator_are_one_turn():
    gan = overfitted(StochasticAugment(AdaptiveProbability(adjustment_images=1000)), discriminator_steps=2)
    gan.fit(batches(0, 64), verbose=0)  # each turn's last move sees 4 images
    (layer,) = [one for one in gan.discriminator.layers if isinstance(one, StochasticAugment)]
    np.testing.assert_allclose(float(layer.augmentation_probability), 0.032, rtol=1e-5)


@pytest.mark.usefixtures("eagerly")
@pytest.mark.thorough
@pytest.mark.parametrize(
    "control",
    [AdaptiveProbability(adjustment_images=100), schedules.Linear(0.0, 0.9, images=128)],
    ids=["adaptive", "scheduled"],
)
def test_a_saved_game_goes_on_with_the_same_probability(control, tmp_path):
    """Six steps are no multiple of an adjustment's four, so the counts are resumed as well."""
    whole, half = (overfitted(StochasticAugment.from_config(StochasticAugment(control).get_config())) for _ in range(2))
    whole.fit(batches(0, 128), verbose=0)
    half.fit(batches(0, 48), verbose=0)
    half.save(tmp_path / "half.keras")
    resumed = ganzoo.load(tmp_path / "half.keras")
    resumed.fit(batches(48, 128), verbose=0)
    (layer,) = [one for one in resumed.discriminator.layers if isinstance(one, StochasticAugment)]
    assert 0.5 < float(layer.augmentation_probability)
    assert_same_state(state_of(resumed), state_of(whole))


@pytest.mark.usefixtures("eagerly")
def test_preprocessing_layers_of_keras_are_left_alone():
    """They have a method `adapt`, which a game must not call."""
    inner = ganzoo.create("dcgan", (8, 8, 1), width=4, seed=0)
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Normalization(mean=0.0, variance=1.0), inner.discriminator]
    )
    gan = ganzoo.GAN(inner.generator, discriminator, inner.prior, seed=0)
    gan.compile()
    gan.fit(batches(0, 16), verbose=0)
    assert gan.step.numpy() == 2
