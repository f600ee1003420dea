"""The probability of augmentation follows a number, a schedule, or how much a simulated discriminator overfits."""

import types

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo import schedules
from ganzoo.networks.augmentation import StochasticAugment
from ganzoo.networks.augmentation_control import AdaptiveProbability
from ganzoo.networks.input_transforms import DiffAugment, get_augmentation


def turn_with(scores, images_seen=0):
    """A turn of the discriminator after which real images have these scores."""
    game = types.SimpleNamespace(images_seen=tf.constant(images_seen, tf.int64))
    return types.SimpleNamespace(real_scores=tf.reshape(tf.cast(scores, tf.float32), (-1, 1)), game=game)


def adaptive(**arguments):
    return StochasticAugment(AdaptiveProbability(**arguments))


def probability(layer):
    return float(layer.augmentation_probability)


def test_it_changes_after_every_fourth_turn_by_the_share_of_images():
    layer, found = adaptive(adjustment_images=1000), []
    for size in (10, 20, 30, 40, 50, 50, 50, 50, 1):
        layer.after_turn(turn_with(np.ones(size)))
        found.append(probability(layer))
    np.testing.assert_allclose(found, [0, 0, 0, 0.1, 0.1, 0.1, 0.1, 0.3, 0.3], rtol=1e-6)


def test_it_rises_to_1_while_all_scores_are_positive_and_falls_to_0_while_all_are_negative():
    layer, found = adaptive(adjustment_images=800), []
    for scores in [np.ones(50)] * 20 + [-np.ones(50)] * 20:
        layer.after_turn(turn_with(scores))
        found.append(probability(layer))
    expected = [0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25, 0, 0]
    np.testing.assert_allclose(found[3::4], expected, atol=1e-6)


@pytest.mark.parametrize(("positive", "rises"), [(79, False), (81, True)])
def test_the_target_is_the_mean_of_the_signs_over_all_four_turns(positive, rises):
    """Of 100 scores, 80 that are positive have a mean sign of .6. Their sizes do not matter."""
    scores = np.where(np.arange(100) < positive, 0.01, -5.0)
    np.random.default_rng(0).shuffle(scores)
    layer = StochasticAugment(AdaptiveProbability(adjustment_images=1000))
    layer.probability.assign(0.5)
    for part in (scores[:10], scores[10:20], scores[20:90], scores[90:]):
        layer.after_turn(turn_with(part))
    np.testing.assert_allclose(probability(layer), 0.6 if rises else 0.4, rtol=1e-6)


def test_scores_of_zero_or_nan_count_for_neither_side():
    """The mean sign is 13/16, but would be 10/16 if these three counted as negative, and below the target of .7."""
    layer = adaptive(target=0.7, adjustment_images=400)
    for scores in ([1, 1, 1, 0], [1, 1, 1, np.nan], [1, 1, 1, -0.0], [1, 1, 1, 1]):
        layer.after_turn(turn_with(scores))
    np.testing.assert_allclose(probability(layer), 16 / 400)


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize("target", [0.6, 0.4])
def test_a_simulated_discriminator_is_kept_at_the_target(target):
    """Its overfitting grows over time, and falls as the probability rises: r = .2 + .7 t - .6 p, for t up to 1."""
    layer, random, reached = adaptive(target=target, adjustment_images=6000), np.random.default_rng(0), []
    adapt = tf.function(lambda scores: layer.after_turn(turn_with(scores)))
    for turn in range(400):
        mean = 0.2 + 0.7 * min(turn / 200, 1) - 0.6 * probability(layer)
        adapt(tf.constant(np.where(random.uniform(size=64) < (1 + mean) / 2, 1.0, -1.0)))
        reached.append(mean)
    assert max(reached) > target + 0.03
    np.testing.assert_allclose(np.mean(reached[250:]), target, atol=0.03)


def test_a_number_stays():
    layer = StochasticAugment(0.25)
    for _ in range(8):
        layer.after_turn(turn_with(np.ones(1000)))
    assert probability(layer) == 0.25


RISING = schedules.Linear(0.1, 0.5, images=1_000_000)


def test_a_schedule_is_followed_from_the_first_image():
    layer = StochasticAugment(RISING)
    assert probability(layer) == np.float32(0.1)
    for images, expected in ((0, 0.1), (500_000, 0.3), (2_000_000, 0.5)):
        layer.after_turn(turn_with([], images_seen=images))
        np.testing.assert_allclose(probability(layer), expected, rtol=1e-6)


@pytest.mark.parametrize("compiled", [False, True])
def test_a_traced_turn_changes_the_same(compiled):
    layer = adaptive(adjustment_images=100)
    adapt = tf.function(lambda scores: layer.after_turn(turn_with(scores)), jit_compile=compiled)
    for expected in (0, 0, 0, 0.2, 0.2):
        adapt(tf.ones(5))
        np.testing.assert_allclose(probability(layer), expected, rtol=1e-6)


@pytest.mark.parametrize("kind", [0.3, RISING, AdaptiveProbability(0.5, 1000)])
def test_a_saved_layer_goes_on_exactly(kind, tmp_path):
    layer = StochasticAugment(kind, color=0.5, cutout=1.0)
    model = keras.Sequential([keras.Input((4, 4, 3)), layer])
    for _ in range(6):
        layer.after_turn(turn_with(np.ones(7), images_seen=1000))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras").layers[-1]
    assert again.get_config() == layer.get_config()
    for _ in range(3):
        assert probability(again) == probability(layer)
        for one in (layer, again):
            one.after_turn(turn_with(np.ones(7), images_seen=500_000))


def test_two_replicas_count_as_one(mirrored):
    """The first replica alone would raise the probability; with the others, it falls, by the images of all."""
    with mirrored.scope():
        layer = adaptive(target=0.4, adjustment_images=1000)
    layer.probability.assign(0.5)

    def turn():
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        layer.after_turn(turn_with(tf.where(replica == 0, 1.0, -1.0) * tf.ones(4)))
        return layer.augmentation_probability

    step = tf.function(lambda: mirrored.run(turn))
    for _ in range(4):
        found = mirrored.experimental_local_results(step())
    np.testing.assert_allclose(found, np.full(len(found), 0.5 - 4 * 4 * len(found) / 1000), rtol=1e-6)


def test_names_stand_for_layers():
    ada = get_augmentation("ada")
    assert isinstance(ada.control, AdaptiveProbability) and probability(ada) == 0
    assert ada.control.get_config() | {"target": 0.6, "adjustment_images": 500_000} == ada.control.get_config()
    groups = {"blit": 1.0, "geometry": 1.0, "color": 1.0, "cutout": 0.0, "noise": 0.0}
    assert ada.get_config() | groups == ada.get_config()
    assert probability(get_augmentation("ada:0.3")) == np.float32(0.3)
    assert isinstance(get_augmentation("color,cutout"), DiffAugment)
    own = StochasticAugment(0.1)
    assert get_augmentation(own) is own


def test_a_recipe_takes_names_and_layers():
    for augment in ("ada", "ada:0.3", StochasticAugment(RISING, color=0.5)):
        gan = ganzoo.create("dcgan", (8, 8, 1), width=4, augment=augment, seed=0)
        (layer,) = [one for one in gan.discriminator.layers if hasattr(one, "after_turn")]
        assert isinstance(layer, StochasticAugment)
        assert gan.discriminator(tf.zeros((3, 8, 8, 1)), training=True).shape == (3, 1)


@pytest.mark.parametrize("augment", ["ada:2", "ada:often", "ada:nan"])
def test_a_probability_that_is_none_is_refused(augment):
    with pytest.raises(ValueError, match=f"as in 'ada:0.3', is a number from 0 to 1; got '{augment}'"):
        ganzoo.create("dcgan", (8, 8, 1), augment=augment)


@pytest.mark.parametrize("augment", ["ada", StochasticAugment(0.1)])
def test_vectors_are_refused(augment):
    with pytest.raises(ValueError, match=r"augment is for images .* not for vectors \(2,\): leave it out"):
        ganzoo.create("dcgan", (2,), augment=augment)


def test_bad_targets_are_refused():
    with pytest.raises(ValueError, match="The target of adaptive augmentation must be a number from 0 to 1; got 2"):
        AdaptiveProbability(2)
    with pytest.raises(ValueError, match="adjustment_images must be an integer of at least 1; got 0"):
        AdaptiveProbability(adjustment_images=0)
