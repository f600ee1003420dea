"""What is special to CycleGAN: its losses, the images that it keeps, and translations."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from descriptors import VARIANTS
from ganzoo.games.buffers import Album, Pool
from ganzoo.games.gan import Round

VARIANT = next(row for row in VARIANTS if row.name == "cyclegan")
PAIRS = VARIANT.data()
SEED = tf.constant([3, 5], tf.int64)


def played(gan, training=False):
    return Round(gan, tf.constant(PAIRS[:4]), None, SEED, training)


def test_losses_are_those_of_the_papers_code():
    """lambda_A = lambda_B = 10, lambda_identity = .5, mean squared errors, D's halved; sums over both domains."""
    gan = VARIANT.awake(noise=0)
    to_a, to_b = (gan.generator.get_layer(name) for name in ("to_a", "to_b"))
    judge_a, judge_b = (gan.discriminator.get_layer(name) for name in ("judge_a", "judge_b"))
    a, b = np.split(PAIRS[:4], 2, axis=-1)
    fake_a, fake_b = to_a(b), to_b(a)

    def square(scores, target):
        return np.mean((np.asarray(scores) - target) ** 2)

    def distance(images, target):
        return np.mean(np.abs(np.asarray(images) - target))

    generator = {
        "generator_adversarial_a": square(judge_a(fake_a), 1),
        "generator_adversarial_b": square(judge_b(fake_b), 1),
        "cycle_a": 10 * distance(to_a(fake_b), a),
        "cycle_b": 10 * distance(to_b(fake_a), b),
        "identity_a": 10 * 0.5 * distance(to_a(a), a),
        "identity_b": 10 * 0.5 * distance(to_b(b), b),
    }
    discriminator = {
        "discriminator_adversarial_a": (square(judge_a(a), 1) + square(judge_a(fake_a), 0)) * 0.5,
        "discriminator_adversarial_b": (square(judge_b(b), 1) + square(judge_b(fake_b), 0)) * 0.5,
    }
    for found, expected in (
        (gan.generator_terms(played(gan)), generator),
        (gan.discriminator_terms(played(gan)), discriminator),
    ):
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            np.testing.assert_allclose(found[name], value, rtol=1e-4, err_msg=name)


def test_weights_of_0_leave_terms_out_and_penalties_stay():
    gan = VARIANT.create(identity=0)
    assert {name[:-2] for name in gan.generator_terms(played(gan))} == {"generator_adversarial", "cycle"}
    gan = VARIANT.create(cycle=0, penalties=[ganzoo.penalties.R1(1.0)])
    assert {name[:-2] for name in gan.generator_terms(played(gan))} == {"generator_adversarial"}
    assert len(gan.discriminator_terms(played(gan))) == 3


def test_the_settings_are_saved():
    settings = {"adversarial": 1.5, "cycle": 2.5, "identity": 0.25, "noise": 0.125, "pool": 3}
    gan = VARIANT.create(**settings)
    twin = type(gan).from_config(gan.get_config())
    for name, value in settings.items():
        assert value == (twin.pool.size if name == "pool" else getattr(twin, name))
    assert type(gan).from_config(VARIANT.create(pool=0).get_config()).pool is None
    assert {gan.pool.images.path, gan.prior.images.path} <= {weight.path for weight in gan.weights}


def test_latents_are_the_real_pairs_with_a_little_noise():
    gan, pairs = VARIANT.create(), np.zeros((500, 8, 8, 2), np.float32)
    np.testing.assert_allclose(np.std(gan.sample_latents(pairs, None, SEED)), 2 / 255, rtol=0.02)
    np.testing.assert_array_equal(VARIANT.create(noise=0).sample_latents(PAIRS, None, SEED), PAIRS)


# The pool.


def pool_of(size, count=None):
    """A pool of images (1, 1, 1) that are -1, -2 and so on, `count` of them there."""
    pool = Pool(size, (1, 1, 1))
    pool.images.assign(-1 - np.arange(size, dtype=np.float32).reshape(-1, 1, 1, 1))
    pool.count.assign(size if count is None else count)
    return pool


def numbers(start, count):
    return tf.constant(np.arange(start, start + count, dtype=np.float32).reshape(-1, 1, 1, 1))


@pytest.mark.parametrize(
    ("size", "count", "batch"), [(5, 0, 3), (5, 4, 3), (5, 5, 1), (5, 5, 12), (50, 30, 40), (3, 0, 9)]
)
def test_the_pool_against_a_loop(size, count, batch):
    for seed in range(20):
        pool = pool_of(size, count)
        stored, shown, taken = list(pool.images.numpy().ravel()), [], set()
        draws = tf.random.stateless_uniform((batch, 2), (seed, 7)).numpy()
        for index in range(batch):
            slot, image = int(draws[index, 0] * size), float(index + 1)
            if count + index < size:
                stored[count + index] = image
                shown.append(image)
            elif draws[index, 1] < 0.5 and slot not in taken:
                taken.add(slot)
                shown.append(stored[slot])
                stored[slot] = image
            else:
                shown.append(image)
        found = pool.exchange(numbers(1, batch), tf.constant((seed, 7), tf.int64))
        np.testing.assert_array_equal(np.ravel(found), shown)
        np.testing.assert_array_equal(pool.images.numpy().ravel(), stored)
        assert pool.count.numpy() == min(size, count + batch)


def test_one_image_at_a_time_is_an_old_one_half_of_the_time_and_none_is_lost():
    """The paper's batch of one: old images are as old as 2 * size on the average, for each place is as likely."""
    pool, ages, old = pool_of(10), [], 0
    for step in range(2000):
        (shown,) = np.ravel(pool.exchange(numbers(step, 1), tf.constant((1, step), tf.int64)))
        if shown != step and shown >= 0:
            old, ages = old + 1, [*ages, step - shown]
        assert len(set(pool.images.numpy().ravel())) == 10 and shown not in pool.images.numpy()[..., 0, 0, 0]
    np.testing.assert_allclose(old / 2000, 0.5, atol=6 * 0.5 / np.sqrt(2000))
    np.testing.assert_allclose(np.mean(ages), 20, rtol=0.2)


def test_discriminator_is_shown_what_the_pool_gives():
    gan = VARIANT.awake(pool=4)
    gan.pool.images.assign(PAIRS[10:14])
    gan.pool.count.assign(4)
    play = played(gan, training=True)
    fake = play.fake.numpy()
    gan.discriminator_terms(play)
    old = [any(np.array_equal(image, one) for one in PAIRS[10:14]) for image in play.fake.numpy()]
    new = [np.array_equal(*pair) for pair in zip(play.fake.numpy(), fake, strict=True)]
    assert any(old) and np.array_equal(np.logical_not(old), new)
    np.testing.assert_allclose(play.fake_scores, gan.discriminator(play.fake, training=True), rtol=1e-5)


def kept(gan):
    return [variable.numpy() for memory in (gan.pool, gan.prior) for variable in memory.variables]


def test_only_training_moves_what_is_kept():
    gan = VARIANT.create()
    before = kept(gan)
    gan.evaluate(VARIANT.batches(), verbose=0)
    gan.sample(3)
    gan.translate(PAIRS[..., :1])
    for old, new in zip(before, kept(gan), strict=True):
        np.testing.assert_array_equal(old, new)
    gan.fit(VARIANT.batches(), verbose=0)
    assert all(not np.array_equal(old, new) for old, new in zip(before, kept(gan), strict=True))


@pytest.mark.parametrize("steps", [1, pytest.param(2, marks=pytest.mark.thorough)])
def test_replicas_keep_the_same_images_and_train_as_one(mirrored, steps):
    """With a pool that is full after the first step, so that the others show old fakes."""

    def trained():
        gan = VARIANT.awake(pool=6)
        gan.compile(*(keras.optimizers.SGD(0.01, momentum=0.5) for _ in range(2)), steps_per_execution=steps)
        gan.fit(VARIANT.batches(), verbose=0)
        return gan

    one = trained()
    with mirrored.scope():
        two = trained()
    for left, right in zip(one.weights, two.weights, strict=True):
        np.testing.assert_allclose(right.numpy(), left.numpy(), rtol=1e-4, atol=1e-5, err_msg=left.path)
    copies = [mirrored.experimental_local_results(memory.images.value) for memory in (two.pool, two.prior)]
    for first, second in copies:
        np.testing.assert_array_equal(first, second)


# The album, and what is made of images.


def test_the_album_holds_the_first_pairs_and_samples_are_their_translations():
    gan = VARIANT.create(album=24)
    noise = gan.prior.sample(4, 0).numpy()
    assert np.abs(noise).max() <= 1 and noise.std() > 0.5
    gan.fit(VARIANT.batches(), epochs=2, verbose=0)
    np.testing.assert_array_equal(gan.prior.images.numpy(), PAIRS[:24])
    pairs = gan.prior.sample(60, 7).numpy()
    known = [[half.tobytes() for half in np.split(pair, 2, axis=-1)] for pair in PAIRS[:24]]
    rows = np.array(
        [
            [[pair[part] for pair in known].index(half.tobytes()) for part, half in enumerate(np.split(pair, 2, -1))]
            for pair in pairs
        ]
    )
    for part in range(2):
        assert sorted(rows[:24, part]) == sorted(rows[24:48, part]) == list(range(24))
    assert not np.array_equal(rows[:24, 0], rows[:24, 1])
    np.testing.assert_allclose(gan.sample(5, seed=7), gan.predict(pairs[:5], verbose=0), rtol=1e-5, atol=1e-6)


def test_an_album_draws_halves_independently():
    album = Album(6, (1, 1, 2))
    album.images.assign(np.arange(6)[:, None, None, None] * np.ones((1, 1, 1, 2)))
    pairs = np.concatenate([album.sample(6, seed).numpy() for seed in range(600)]).reshape(-1, 2).astype(int)
    counts = np.zeros((6, 6))
    np.add.at(counts, tuple(pairs.T), 1)
    np.testing.assert_allclose(counts, 100, atol=60)


def test_translations_are_those_of_each_network():
    gan = VARIANT.awake()
    for to in ("a", "b"):
        found = gan.translate(PAIRS[:5, ..., :1], to=to, batch_size=2)
        np.testing.assert_allclose(found, gan.generator.get_layer(f"to_{to}")(PAIRS[:5, ..., :1]), rtol=1e-4, atol=1e-5)
        assert found.shape == (5, 8, 8, 1) and found.dtype == np.float32
    averaged = VARIANT.awake(generator_ema=0.999)
    now = averaged.translate(PAIRS[:2, ..., :1])
    averaged.generator.set_weights([np.zeros_like(weight) for weight in averaged.generator.get_weights()])
    np.testing.assert_array_equal(averaged.translate(PAIRS[:2, ..., :1]), now)


@pytest.mark.parametrize(
    ("images", "to", "message"),
    [
        (PAIRS[..., :1], "c", "cyclegan translates to a and b; got to='c'"),
        (PAIRS, "b", r"made for data_shape=\(8, 8, 1\)"),
        (PAIRS[..., :1] * 127, "b", r"must be in \[-1, 1\]"),
    ],
)
def test_what_cannot_be_translated(images, to, message):
    with pytest.raises(ValueError, match=message):
        VARIANT.create().translate(images, to=to)


@pytest.mark.parametrize("shape", [(8, 8, 1), (2,)])
def test_one_domain_alone_is_refused(shape):
    with pytest.raises(ValueError, match="side by side in the channels"):
        ganzoo.create("cyclegan", shape)
