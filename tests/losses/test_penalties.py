"""Penalties against closed forms: of a linear and of a quadratic score the gradient is known."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from descriptors import real as digits
from ganzoo.distribution.global_batch import local_rows
from ganzoo.losses import penalties
from ganzoo.losses.gradient_penalties import gradient_norms

RANDOM = np.random.default_rng(0)
REAL, FAKE = (RANDOM.normal(size=(6, 3)).astype("float32") for _ in range(2))
SLOPE = np.float32([[0.5], [-1.0], [2.0]])
SEED = tf.constant([3, 4], tf.int64)
ALL = pytest.mark.parametrize("penalty", [penalties.GradientPenalty, penalties.DRAGAN, penalties.R1])


def linear(images):
    return images @ SLOPE


def quadratic(images):
    return tf.reduce_sum(tf.square(images), axis=1, keepdims=True) / 2


def of(penalty, score=linear, real=REAL, fake=FAKE, **settings):
    return float(penalty(**settings)(score, tf.constant(real), tf.constant(fake), SEED))


def test_of_a_linear_score():
    """Its gradient is its slope everywhere."""
    norm = np.linalg.norm(SLOPE)
    for penalty in (penalties.GradientPenalty, penalties.DRAGAN):
        np.testing.assert_allclose(of(penalty), 10 * (norm - 1) ** 2, rtol=1e-5)
        np.testing.assert_allclose(of(penalty, weight=2.5), 2.5 * (norm - 1) ** 2, rtol=1e-5)
    np.testing.assert_allclose(of(penalties.R1, weight=3.0), 1.5 * norm**2, rtol=1e-5)


def test_of_a_quadratic_score_the_gradient_is_the_point():
    """So that the penalty says where it looks: on the lines between pairs, round the data, at the data."""
    share = tf.random.stateless_uniform((6, 1), SEED).numpy()
    between = share * REAL + (1 - share) * FAKE
    expected = 10 * np.mean((np.linalg.norm(between, axis=1) - 1) ** 2)
    np.testing.assert_allclose(of(penalties.GradientPenalty, quadratic), expected, rtol=1e-5)
    assert len(np.unique(share)) == 6
    np.testing.assert_allclose(of(penalties.R1, quadratic), 5 * np.mean(np.sum(REAL**2, axis=1)), rtol=1e-5)
    first, second = tf.unstack(tf.random.split(SEED))
    reach, noise = (
        tf.random.stateless_uniform(shape, one).numpy() for shape, one in (((6, 1), first), ((6, 3), second))
    )
    near = REAL + reach * 0.5 * REAL.std() * noise
    expected = 10 * np.mean((np.linalg.norm(near, axis=1) - 1) ** 2)
    np.testing.assert_allclose(of(penalties.DRAGAN, quadratic), expected, rtol=1e-4)


@pytest.mark.parametrize("offset", [0, 100, 1e4, -1e4])
def test_dragans_noise_does_not_depend_on_an_offset_of_the_data(offset):
    real = np.random.default_rng(0).normal(size=(64, 4, 4, 3)) + offset
    seen = []

    def score(images):
        seen.append(images)
        return tf.reduce_sum(images, axis=(1, 2, 3))[:, None]

    penalties.DRAGAN()(score, tf.constant(real, tf.float32), None, SEED)
    first, second = tf.unstack(tf.random.split(SEED))
    reach = tf.random.stateless_uniform((64, 1, 1, 1), first).numpy()
    noise = 0.5 * real.std() * reach * tf.random.stateless_uniform((64, 4, 4, 3), second).numpy()
    np.testing.assert_allclose(seen[0] - np.float32(real), noise, atol=1e-3 if offset else 1e-5)
    constant = tf.fill((8, 3), np.float32(offset))
    penalties.DRAGAN()(lambda images: seen.append(images) or linear(images), constant, None, SEED)
    np.testing.assert_allclose(seen[-1], constant, rtol=1e-6)


def test_trap_17_gradients_are_finite_where_the_score_is_flat_and_alphas_uniform_and_one_for_each_example():
    weights = tf.Variable(tf.zeros((3, 1)))
    for penalty in (penalties.GradientPenalty(), penalties.DRAGAN(), penalties.R1()):
        with tf.GradientTape() as tape:
            loss = penalty(lambda images: images @ weights, tf.constant(REAL), tf.constant(FAKE), SEED)
        assert np.isfinite(tape.gradient(loss, weights)).all()
    shares = local_rows(lambda count: tf.random.stateless_uniform((count, 1), SEED), 4000).numpy()
    assert 0 <= shares.min() < 0.01 and 0.99 < shares.max() <= 1 and abs(shares.mean() - 0.5) < 0.02


@ALL
def test_gradients_by_the_weights_are_finite_differences(penalty):
    """The second derivative of a network, in float64."""
    inner = RANDOM.normal(size=(3, 4))
    pair = tf.constant(REAL, tf.float64), tf.constant(FAKE, tf.float64)

    def loss(matrix):
        def score(images):
            return tf.reduce_sum(tf.tanh(tf.cast(images, tf.float64) @ matrix), axis=1, keepdims=True)

        share = tf.constant(RANDOM_SHARE, tf.float64)
        if penalty is penalties.R1:
            return penalty()(score, *pair, SEED)
        points = share * pair[0] + (1 - share) * pair[1]
        return tf.reduce_mean(tf.square(gradient_norms(score, points) - 1))

    variable = tf.Variable(inner)
    with tf.GradientTape() as tape:
        value = loss(variable)
    found, h = tape.gradient(value, variable).numpy(), 1e-5
    for place in ((0, 0), (1, 2), (2, 3)):
        step = np.zeros((3, 4))
        step[place] = h
        difference = (loss(tf.constant(inner + step)) - loss(tf.constant(inner - step))) / (2 * h)
        np.testing.assert_allclose(found[place], difference, rtol=1e-5)


RANDOM_SHARE = RANDOM.uniform(size=(6, 1))


@pytest.mark.parametrize("penalty", [penalties.GradientPenalty, penalties.R1])  # DRAGAN's noise depends on the batch
def test_each_example_counts_by_itself(penalty):
    """The norm is each example's own, not one of the whole batch: a batch of two is the mean of two batches of one."""
    far = np.float32([[1, 0, 0], [0, 30, 0]])
    one = penalty()
    both = float(one(quadratic, tf.constant(far), tf.constant(far), SEED))
    alone = [float(one(quadratic, tf.constant(row[None]), tf.constant(row[None]), SEED)) for row in far]
    np.testing.assert_allclose(both, np.mean(alone), rtol=1e-4)


@pytest.mark.cases(2)
@ALL
@pytest.mark.usefixtures("eagerly")
def test_a_penalty_trains_is_logged_and_saved(penalty, tmp_path):
    gan = ganzoo.create("nsgan", (8, 8, 1), penalties=[penalty(2.0)], units=8, maxout_units=4, pieces=2, seed=1)
    history = gan.fit(tf.data.Dataset.from_tensor_slices(digits((8, 8, 1), 16)).batch(16), verbose=0).history
    (name,) = {"gradient_penalty", "dragan", "r1"} & history.keys()
    np.testing.assert_allclose(
        history["discriminator_loss"][0], history["discriminator_adversarial"][0] + history[name][0], rtol=1e-5
    )
    gan.save(tmp_path / "gan.keras")
    (loaded,) = ganzoo.load(tmp_path / "gan.keras").penalties
    assert type(loaded) is penalty and loaded.weight == 2


def test_two_replicas_are_penalized_as_one(mirrored):
    """Noise belongs to an example of the whole batch, and DRAGAN's deviation is that of the whole batch."""
    for penalty in (penalties.GradientPenalty(), penalties.DRAGAN()):
        whole = float(penalty(quadratic, tf.constant(REAL), tf.constant(FAKE), SEED))
        halves = mirrored.run(
            tf.function(
                lambda penalty=penalty: penalty(
                    quadratic, *(tf.constant(one)[_half() : _half() + 3] for one in (REAL, FAKE)), SEED
                ),
                autograph=False,
            )
        )
        parts = [float(part) for part in mirrored.experimental_local_results(halves)]
        assert parts[0] != parts[1]
        np.testing.assert_allclose(np.mean(parts), whole, rtol=1e-5)


def _half():
    return 3 * tf.distribute.get_replica_context().replica_id_in_sync_group


def test_a_weight_is_above_0():
    with pytest.raises(ValueError, match="A penalty's weight must be a number above 0; got 0"):
        penalties.R1(0)
    assert keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(penalties.R1(3.0))).weight == 3


def test_of_packs_it_is_the_gradient_by_the_whole_pack():
    def of_pairs(images):
        return tf.reshape(images @ SLOPE, (-1, 2))[:, :1] + tf.reshape(images @ SLOPE, (-1, 2))[:, 1:] * 3

    norm = np.linalg.norm(np.concatenate([SLOPE, 3 * SLOPE]))
    np.testing.assert_allclose(of(penalties.GradientPenalty, of_pairs), 10 * (norm - 1) ** 2, rtol=1e-5)
    np.testing.assert_allclose(of(penalties.R1, of_pairs, weight=3.0), 1.5 * norm**2, rtol=1e-5)


def test_two_of_one_name_are_refused_and_one_alone_needs_no_list():
    assert ganzoo.create("nsgan", (2,), penalties=penalties.R1(2.0)).penalties == (penalties.R1(2.0),)
    with pytest.raises(ValueError, match=r"`__name__` of its own.*\['r1', 'r1'\].*`weight`"):
        ganzoo.create("r1", (2,), penalties=[penalties.R1(1e-6)])


def test_what_could_not_be_loaded_is_refused_before_training():
    def steep(score, real, fake, seed):
        return tf.reduce_mean(score(real))

    class Steep(penalties.Penalty):
        __name__ = "steep"

        def __call__(self, score, real, fake, seed):
            return steep(score, real, fake, seed)

    for settings in (
        {"penalties": steep},
        {"penalties": [penalties.R1(), Steep(1.0)]},
        {"penalties": penalties.Lazy(steep)},
        {"generator_penalties": [steep]},
    ):
        with pytest.raises(ValueError, match="penalty 'steep' could not be loaded.*register_keras_serializable"):
            ganzoo.create("nsgan", (2,), **settings)


def test_variants_with_a_penalty_take_further_ones():
    for further in (penalties.DRAGAN(2.0), [penalties.DRAGAN(2.0)]):
        gan = ganzoo.create("r1", (2,), weight=3.0, penalties=further)
        assert gan.penalties == (penalties.R1(3.0), penalties.DRAGAN(2.0))


@pytest.mark.parametrize(
    "given, expected",
    [
        ("r1", [penalties.R1(10)]),
        ("r1:5", [penalties.R1(5)]),
        ("R1", [penalties.R1()]),
        (
            ["gradient_penalty:2", "dragan", penalties.R1(1)],
            [penalties.GradientPenalty(2), penalties.DRAGAN(), penalties.R1(1)],
        ),
        ((), []),
    ],
)
def test_names_stand_for_penalties(given, expected):
    assert penalties.check(given) == tuple(expected)


@pytest.mark.parametrize(
    "given, message",
    [
        (3, "Penalties are functions, such as ganzoo.penalties.R1.*got 3"),
        (["r1", None], "Penalties are functions, .*got None"),
        ("r3", "Unknown penalty function 'r3'; did you mean 'r[12]'"),
        ("r1:x", "The weight of a penalty, as in 'r1:10', is a number above 0; got 'r1:x'"),
        ("r1:-1", "The weight of a penalty"),
        ("r1:nan", "The weight of a penalty"),
    ],
)
def test_what_is_no_penalty(given, message):
    with pytest.raises(ValueError, match=message):
        penalties.check(given)


def test_a_model_takes_them_by_name_and_keeps_them(tmp_path):
    gan = ganzoo.create("dcgan", (2,), width=4, latent_dim=2, penalties="r1:7", generator_penalties="jacobian_clamping")
    gan.save(tmp_path / "gan.keras")
    assert ganzoo.load(tmp_path / "gan.keras").penalties == gan.penalties == (penalties.R1(7),)
