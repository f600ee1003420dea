"""Penalties that read the round: LeCam, consistency, and what the others are to them; by hand, in NumPy."""

import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from descriptors import fixed_round
from ganzoo import penalties
from ganzoo.losses.consistency import shift_and_flip
from ganzoo.losses.penalty_base import compute, make_states

SEED = tf.constant([1, 2], tf.int64)


def scores_of(numbers):
    return tf.constant(np.reshape(numbers, (-1, 1)), tf.float32)


def test_lecam_pulls_scores_towards_the_averages_of_the_other_kind():
    penalty = penalties.LeCam(weight=2.0, decay=0.5, start=1)
    game = fixed_round(penalty_states=make_states(penalty))
    rounds = [([3.0, 1.0], [-1.0, -2.0]), ([4.0, 0.5], [1.0, 0.0]), ([2.0, 1.0], [0.5, 3.0])]
    real_mean, fake_mean, found, expected = 0.0, 0.0, [], []
    for step, (real, fake) in enumerate(rounds):
        play = fixed_round(game=game, real_scores=scores_of(real), fake_scores=scores_of(fake))
        found.append(float(compute(penalty, play, None, None, None, SEED)))
        decay = 0.5 if step >= 1 else 0.0
        real_mean = decay * real_mean + (1 - decay) * np.mean(real)
        fake_mean = decay * fake_mean + (1 - decay) * np.mean(fake)
        excess = np.maximum(np.subtract(real, fake_mean), 0), np.maximum(np.subtract(real_mean, fake), 0)
        expected.append(2 * sum(np.mean(part**2) for part in excess) if step >= 1 else 0.0)
    assert expected[1] > 0
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    evaluated = fixed_round(game=game, real_scores=scores_of([9.0]), fake_scores=scores_of([9.0]), training=False)
    before = game.penalty_states["lecam"].means.numpy()
    compute(penalty, evaluated, None, None, None, SEED)
    np.testing.assert_array_equal(game.penalty_states["lecam"].means.numpy(), before)


def test_a_shift_brings_in_the_reflection_and_half_of_the_images_are_mirrored():
    image = np.arange(8 * 16, dtype=np.float32).reshape(8, 16, 1)
    moved = shift_and_flip(tf.constant(np.stack([image] * 64)), SEED).numpy()
    padded = np.pad(image, ((1, 1), (2, 2), (0, 0)), mode="reflect")
    windows = {}
    for down in range(3):
        for right in range(5):
            window = padded[down : down + 8, right : right + 16]
            windows[window.tobytes()] = False
            windows[window[:, ::-1].tobytes()] = True
    kinds = [windows[one.tobytes()] for one in moved]  # a KeyError if it is none of them
    assert 16 < sum(kinds) < 48
    assert len({one.tobytes() for one in moved}) > 10
    np.testing.assert_array_equal(shift_and_flip(tf.constant(np.stack([image] * 64)), SEED), moved)


def test_vectors_cannot_be_shifted():
    with pytest.raises(ValueError, match="leave them out for vectors"):
        shift_and_flip(tf.zeros((4, 2)), SEED)


@pytest.mark.parametrize(
    ("penalty", "kind"), [(penalties.Consistency(3.0), "real"), (penalties.FakeConsistency(3.0), "fake")]
)
def test_consistency_is_the_squared_change_of_the_score(penalty, kind):
    images = tf.random.stateless_normal((16, 8, 8, 1), [0, 1])
    weights = tf.random.stateless_normal((8, 8, 1), [0, 2])

    def score(images):
        return tf.reduce_sum(images * weights, axis=(1, 2, 3))[:, None]

    play = fixed_round(**{kind: images, f"{kind}_scores": score(images), "score": score})
    change = score(images) - score(shift_and_flip(images, SEED))
    assert float(tf.reduce_max(tf.abs(change))) > 0.1
    expected = 3 * np.mean(np.square(change))
    np.testing.assert_allclose(compute(penalty, play, score, None, None, SEED), expected, rtol=1e-5)


def test_latent_consistency_and_diversity_are_differences_of_nearby_latents():
    """G(z) = A z and s(x) = b . x: the differences are A and b A times .1 n, for standard normal n."""
    random = np.random.default_rng(0)
    a, b = random.normal(size=(3, 5)).astype(np.float32), random.normal(size=(5, 1)).astype(np.float32)
    latents = tf.constant(random.normal(size=(4000, 3)), tf.float32)
    play = fixed_round(latents=latents, fake=latents @ a, synthesize=lambda z: z @ a, score=lambda x: x @ b)
    play.fake_scores = play.fake @ b
    consistency = compute(penalties.LatentConsistency(2.0, 0.1), play, None, None, None, SEED)
    np.testing.assert_allclose(consistency, 2 * 0.01 * np.sum(np.square(a @ b)), rtol=0.1)
    diversity = compute(penalties.LatentDiversity(2.0, 0.1), play, None, None, None, SEED)
    np.testing.assert_allclose(diversity, -2 * 0.01 * np.sum(np.square(a)) / 5, rtol=0.1)


def test_r2_is_r1_at_the_fakes():
    weights = tf.constant([[1.0], [2.0]])
    real, fake = tf.ones((4, 2)), tf.constant([[0.5, 2.0], [1.0, -1.0]])

    def score(images):
        return tf.square(images) @ weights

    found = penalties.R2(3.0)(score, real, fake, SEED)
    slopes = 2 * fake.numpy() * [1.0, 2.0]
    np.testing.assert_allclose(found, 1.5 * np.mean(np.sum(slopes**2, axis=1)), rtol=1e-6)
    np.testing.assert_allclose(found, penalties.R1(3.0)(score, fake, real, SEED), rtol=1e-6)


@pytest.mark.thorough
@pytest.mark.parametrize("every", [1, 2])
def test_lazy_or_not_they_train_and_are_logged(every):
    """Gradients reach D and G through each of them, also from inside a branch."""
    names = ["lecam", "consistency", "fake_consistency", "latent_consistency"]
    some = [penalties.get(name) for name in names]
    lazy = [penalties.Lazy(one, every) for one in some] if every > 1 else some
    diversity = penalties.LatentDiversity(1.0)
    gan = ganzoo.create(
        "dcgan",
        (8, 8, 1),
        width=4,
        normalization="layer",
        penalties=lazy,
        generator_penalties=[penalties.Lazy(diversity, every) if every > 1 else diversity],
        seed=0,
    )
    images = np.random.default_rng(0).uniform(-1, 1, (32, 8, 8, 1)).astype(np.float32)
    logs = gan.fit(images, batch_size=16, verbose=0).history
    assert {*names, "latent_diversity"} < set(logs)
    assert logs["fake_consistency"][0] > 0 and logs["latent_diversity"][0] < 0
    assert gan.penalty_states["lecam"].updates.numpy() == 2 / every


@pytest.mark.parametrize("name", ["lecam", "consistency"])
def test_games_with_several_fakes_refuse_them(name):
    with pytest.raises(ValueError, match="needs a game of one generator and one discriminator"):
        ganzoo.create("cyclegan", (8, 8, 1), width=4, blocks=1, penalties=[name])
