"""Schedules of the images seen: their values, who reads them, and what a resumed run makes of them."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo import penalties, schedules
from ganzoo.training.optimizers import AdamWithScheduledBeta2, ScaledSchedule

IMAGES = np.random.default_rng(0).uniform(-1, 1, (96, 8, 8, 1)).astype(np.float32)


def dataset(first=0, last=96):
    return tf.data.Dataset.from_tensor_slices(IMAGES[first:last]).batch(16)


@pytest.mark.parametrize(
    ("schedule", "halfway"), [(schedules.Linear(1, 3, 300, begin=100), 2.0), (schedules.Cosine(1, 3, 300, 100), 2.0)]
)
def test_they_stay_at_both_ends(schedule, halfway):
    values = [float(schedule.at(images)) for images in (0, 100, 200, 300, 10**9)]
    np.testing.assert_allclose(values, [1, 1, halfway, 3, 3], rtol=1e-6)


def test_a_quarter_of_the_way_the_cosine_is_behind_the_line():
    assert float(schedules.Linear(0, 1, 100).at(25)) == 0.25
    np.testing.assert_allclose(schedules.Cosine(0, 1, 100).at(25), (1 - np.cos(np.pi / 4)) / 2, rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((1, 0, 0), "The `images` of a schedule must be a number above 0; got 0"),
        ((1, 0, 100, 100), "A schedule begins before it ends, but got begin=100 and images=100"),
        ((1, 0, 100, -5), "The `begin` of a schedule must be a number of at least 0; got -5"),
        ((None, 0, 100), "A value of a schedule must be a number"),
    ],
)
@pytest.mark.parametrize("kind", [schedules.Linear, schedules.Cosine])
def test_bad_schedules_are_refused(kind, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        kind(*arguments)


def test_the_learning_rate_follows_the_images_of_a_game():
    rate = schedules.Linear(1e-3, 0.0, images=96)
    gan = ganzoo.create("dcgan", (8, 8, 1), width=4, learning_rate=rate, seed=0)
    assert float(gan.generator_optimizer.learning_rate) == np.float32(1e-3)
    gan.fit(dataset(0, 48), verbose=0)
    assert int(gan.images_seen.numpy()) == 48
    np.testing.assert_allclose(gan.generator_optimizer.learning_rate, 5e-4, rtol=1e-6)
    before = [variable.numpy() for variable in gan.generator.trainable_variables]
    gan.fit(dataset(48, 96), verbose=0)  # its last step still has a rate
    assert any((old != new.numpy()).any() for old, new in zip(before, gan.generator.trainable_variables, strict=True))
    before = [variable.numpy() for variable in gan.trainable_variables]
    gan.fit(dataset(0, 16), verbose=0)  # the rate is 0
    for old, new in zip(before, gan.trainable_variables, strict=True):
        np.testing.assert_array_equal(old, new.numpy())


@pytest.mark.usefixtures("eagerly")
def test_two_games_with_one_schedule_count_apart():
    rate = schedules.Linear(1.0, 0.0, images=96)
    one, other = (ganzoo.create("dcgan", (8, 8, 1), width=4, learning_rate=rate) for _ in range(2))
    one.fit(dataset(0, 48), verbose=0)
    assert float(one.generator_optimizer.learning_rate) == 0.5
    assert float(other.generator_optimizer.learning_rate) == 1.0


@pytest.mark.usefixtures("eagerly")
def test_a_schedule_inside_another_counts_as_well():
    rate = ScaledSchedule(schedules.Linear(1.0, 0.0, images=96), 0.1)
    gan = ganzoo.create("dcgan", (8, 8, 1), width=4, learning_rate=rate)
    gan.fit(dataset(0, 48), verbose=0)
    np.testing.assert_allclose(gan.generator_optimizer.learning_rate, 0.05, rtol=1e-6)


def test_outside_of_a_game_there_is_no_count():
    optimizer = keras.optimizers.Adam(schedules.Linear(1.0, 0.0, images=10))
    with pytest.raises(ValueError, match="is for the optimizers of a game, which counts them"):
        float(optimizer.learning_rate)


def test_beta_2_follows_its_schedule():
    """A step with m = g: the variable moves by rate * g / (sqrt(v / (1 - beta^t)) + epsilon)."""
    seen = keras.Variable(0, dtype="int64")
    optimizer = AdamWithScheduledBeta2(0.1, schedules.Linear(0.5, 0.75, images=1), beta_1=0.0, epsilon=0.0)
    optimizer.beta_2_schedule.images_seen = seen
    variable = keras.Variable([1.0])
    velocity, expected = 0.0, 1.0
    for step, (beta, gradient) in enumerate([(0.5, 2.0), (0.75, 1.0)], 1):
        optimizer.apply([tf.constant([gradient])], [variable])
        velocity = beta * velocity + (1 - beta) * gradient**2
        expected -= 0.1 * gradient / np.sqrt(velocity / (1 - beta**step))
        np.testing.assert_allclose(variable.numpy(), [expected], rtol=1e-6)
        seen.assign(1)


def test_a_scheduled_penalty_is_the_penalty_times_the_schedule():
    gamma = schedules.Linear(4.0, 0.0, images=64)
    gan = ganzoo.create("dcgan", (8, 8, 1), width=4, normalization="layer", seed=0)
    plain = ganzoo.GAN(gan.generator, gan.discriminator, gan.prior, penalties=[penalties.R1(1)], seed=0)
    scheduled = ganzoo.GAN(
        gan.generator, gan.discriminator, gan.prior, penalties=[penalties.Scheduled(penalties.R1(1), gamma)], seed=0
    )
    for seen, factor in ((0, 4.0), (32, 2.0)):
        scheduled.images_seen.assign(seen)
        values = [float(one.values(IMAGES[:8], training=False)["r1"]) for one in (plain, scheduled)]
        assert values[0] > 0
        np.testing.assert_allclose(values[1], factor * values[0], rtol=1e-5)


@pytest.mark.parametrize("wrong", [penalties.Lazy(penalties.R1(1)), 3, "r1"])
def test_what_cannot_be_scheduled_is_refused(wrong):
    with pytest.raises(ValueError, match="Scheduled takes a penalty such as"):
        penalties.Scheduled(wrong, schedules.Linear(1, 0, 10))
    with pytest.raises(ValueError, match="The schedule of a penalty is one of ganzoo.schedules"):
        penalties.Scheduled(penalties.R1(1), 0.5)


def test_a_half_life_in_images_with_ramp_up():
    momentum = schedules.HalfLife(1000, ramp_up=0.05)
    np.testing.assert_allclose(momentum.after(10**6, 10), 0.5**0.01, rtol=1e-6)
    np.testing.assert_allclose(momentum.after(2000, 10), 0.5**0.1, rtol=1e-6)
    assert float(momentum.after(0, 10)) == 0.0
    scheduled = schedules.HalfLife(schedules.Linear(0, 1000, images=100), ramp_up=None)
    np.testing.assert_allclose(scheduled.after(50, 10), 0.5**0.02, rtol=1e-6)
    assert schedules.HalfLife.from_config(scheduled.get_config()) == scheduled


@pytest.mark.parametrize("arguments", [(0,), (-1,), (10, 0), ("long",)])
def test_bad_half_lives_are_refused(arguments):
    with pytest.raises(ValueError, match="must be a number above 0"):
        schedules.HalfLife(*arguments)


@pytest.mark.usefixtures("eagerly")
def test_averages_by_half_life():
    gan = ganzoo.create("dcgan", (8, 8, 1), width=4, generator_ema=schedules.HalfLife(32.0, ramp_up=None), seed=0)
    start = gan.generator.trainable_variables[0].numpy()
    gan.fit(dataset(0, 16), verbose=0)
    expected = start + (1 - 0.5**0.5) * (gan.generator.trainable_variables[0].numpy() - start)
    np.testing.assert_allclose(gan.averages["generator"].values[0].numpy(), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.usefixtures("eagerly")
@pytest.mark.thorough
def test_all_of_them_are_resumed(tmp_path):
    """A run that is saved and loaded half way ends with the same weights as one that is not."""
    settings = {
        "width": 4,
        "normalization": "layer",
        "learning_rate": schedules.Cosine(1e-2, 1e-4, images=96),
        "generator_ema": schedules.HalfLife(schedules.Linear(0, 100, images=96)),
        "top_k": schedules.Linear(1, 0.5, images=96),
        "penalties": [penalties.Lazy(penalties.Scheduled(penalties.R1(1), schedules.Linear(1, 0.1, 96)), 2), "lecam"],
        "seed": 0,
    }
    whole = ganzoo.create("dcgan", (8, 8, 1), **settings)
    whole.fit(dataset(), verbose=0)
    half = ganzoo.create("dcgan", (8, 8, 1), **settings)
    half.fit(dataset(0, 48), verbose=0)
    half.save(tmp_path / "half.keras")
    resumed = ganzoo.load(tmp_path / "half.keras")
    resumed.fit(dataset(48, 96), verbose=0)
    for left, right in zip(whole.weights, resumed.weights, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy(), err_msg=left.path)
