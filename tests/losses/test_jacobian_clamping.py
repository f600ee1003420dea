"""Jacobian clamping against closed forms: a linear generator stretches each step in latent space by a known factor."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from descriptors import real
from ganzoo.losses.penalties import GradientPenalty, JacobianClamping, Lazy

RANDOM = np.random.default_rng(0)
LATENTS = RANDOM.normal(size=(6, 3)).astype("float32")
ISOMETRY = np.linalg.qr(RANDOM.normal(size=(5, 3)))[0].T.astype("float32")  # (3, 5), rows of length 1
SEED = tf.constant([3, 4], tf.int64)


def clamping(matrix, latents=LATENTS, **settings):
    def synthesize(z):
        return z @ matrix

    return JacobianClamping(**settings)(synthesize, tf.constant(latents), synthesize(tf.constant(latents)), SEED)


@pytest.mark.parametrize(("stretch", "expected"), [(0.25, 0.75**2), (1.5, 0), (19.5, 0), (23.0, 9.0)])
def test_a_generator_that_stretches_all_steps_alike_costs_the_squared_distance_from_the_range(stretch, expected):
    np.testing.assert_allclose(clamping(stretch * ISOMETRY), expected, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(clamping(stretch * ISOMETRY, weight=3.0), 3 * expected, rtol=1e-3, atol=1e-6)


def test_the_range_and_the_length_of_the_step_are_settings():
    np.testing.assert_allclose(clamping(2 * ISOMETRY, low=3.5), 1.5**2, rtol=1e-4)
    np.testing.assert_allclose(clamping(2 * ISOMETRY, low=0.5, high=1.25), 0.75**2, rtol=1e-4)
    seen = []

    def synthesize(z):
        seen.append(z.numpy())
        return tf.square(z)

    latents = tf.constant(LATENTS)
    found = JacobianClamping(2.0, low=1.2, high=1.7, epsilon=0.3)(synthesize, latents, tf.square(latents), SEED)
    (moved,) = seen
    steps = np.linalg.norm(moved - LATENTS, axis=1)
    np.testing.assert_allclose(steps, 0.3, rtol=1e-4)
    assert len(np.unique(np.round((moved - LATENTS) / 0.3, 4), axis=0)) == 6  # each example has a step of its own
    ratios = np.linalg.norm(np.float64(moved) ** 2 - np.float64(LATENTS) ** 2, axis=1) / steps
    assert (ratios < 1.2).any() and (ratios > 1.7).any()
    expected = 2 * np.mean(np.maximum(ratios - 1.7, 0) ** 2 + np.minimum(ratios - 1.2, 0) ** 2)
    np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_the_gradient_drives_the_generator_back_into_the_range():
    """d/ds (s - 20)^2 = 2 (s - 20) above the range, 2 (s - 1) below, 0 within; finite for a constant generator."""
    for stretch, slope in ((25.0, 10.0), (0.5, -1.0), (4.0, 0.0)):
        variable = tf.Variable(stretch)
        with tf.GradientTape() as tape:
            loss = clamping(variable * ISOMETRY)
        np.testing.assert_allclose(tape.gradient(loss, variable), slope, rtol=1e-3, atol=1e-6)
    matrix = tf.Variable(0 * ISOMETRY)
    with tf.GradientTape() as tape:
        loss = clamping(matrix)
    assert np.isfinite(tape.gradient(loss, matrix)).all()
    np.testing.assert_allclose(loss, 1, rtol=1e-4)


def test_two_replicas_are_penalized_as_one(mirrored):
    whole = float(JacobianClamping(low=3.0)(tf.square, tf.constant(LATENTS), tf.square(LATENTS), SEED))

    def half():
        first = 3 * tf.distribute.get_replica_context().replica_id_in_sync_group
        latents = tf.constant(LATENTS)[first : first + 3]
        return JacobianClamping(low=3.0)(tf.square, latents, tf.square(latents), SEED)

    parts = mirrored.experimental_local_results(mirrored.run(tf.function(half, autograph=False)))
    assert float(parts[0]) != float(parts[1])
    np.testing.assert_allclose(np.mean(parts), whole, rtol=1e-5)


@pytest.mark.usefixtures("eagerly")
@pytest.mark.usefixtures("eagerly")
def test_a_gan_trains_with_it_logs_it_and_is_loaded_with_it(tmp_path):
    penalty = JacobianClamping(2.0, low=3.0, high=4.0, epsilon=0.5)
    gan = ganzoo.create("dcgan", (2,), width=8, latent_dim=3, generator_penalties=penalty, seed=1)
    logs = gan.fit(real((2,), 40), batch_size=20, verbose=0).history
    assert logs["jacobian_clamping"][0] > 0
    np.testing.assert_allclose(
        logs["generator_loss"][0], logs["generator_adversarial"][0] + logs["jacobian_clamping"][0], rtol=1e-5
    )
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert loaded.generator_penalties == (penalty,) and loaded.penalties == ()
    for each in (gan, loaded):
        each.fit(real((2,), 40), batch_size=20, verbose=0)
    for left, right in zip(gan.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy())


@pytest.mark.usefixtures("eagerly")
@pytest.mark.thorough
@pytest.mark.parametrize("jit_compile", [False, True])
def test_computed_lazily_it_trains_the_generator_alike(jit_compile):
    """Its gradient flows through G(z) and G(z'), of which G(z) is made outside of the penalty."""
    trained = []
    for penalty in (JacobianClamping(low=3.0, high=4.0), Lazy(JacobianClamping(low=3.0, high=4.0), every=1)):
        gan = ganzoo.create("dcgan", (2,), width=8, latent_dim=3, generator_penalties=penalty, seed=1)
        gan.compile(*(keras.optimizers.SGD(0.1) for _ in range(2)), jit_compile=jit_compile)
        start = gan.generator.get_weights()
        gan.fit(real((2,), 40), batch_size=20, verbose=0)
        trained.append([new - old for new, old in zip(gan.generator.get_weights(), start, strict=True)])
    for plain, lazy in zip(*trained, strict=True):
        np.testing.assert_allclose(lazy, plain, rtol=1e-3, atol=1e-6)


@pytest.mark.thorough
@pytest.mark.kinds("vaegan", "cyclegan")
def test_every_variant_takes_it(variant):
    name = "decoder_penalties" if variant.name == "vaegan" else "generator_penalties"
    gan = variant.create(**{name: Lazy(JacobianClamping(low=50.0, high=60.0), every=2)})
    logs = gan.values(variant.batch(), training=False)
    values = [float(value) for name, value in logs.items() if "jacobian_clamping" in name]
    assert values and min(values) > 0


def test_settings_make_it_equal_and_are_its_configuration():
    one = JacobianClamping(low=2.0)
    assert one == JacobianClamping(low=2.0) and hash(one) == hash(JacobianClamping(low=2.0))
    assert one not in (JacobianClamping(), JacobianClamping(low=2.0, epsilon=0.1), GradientPenalty(1.0))
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(one))
    assert again == one and again.low == 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"weight": 0}, "weight must be a number above 0; got 0"),
        ({"low": 2, "high": 2}, "must be 0 <= low < high; got 2 and 2"),
        ({"low": -1}, "must be 0 <= low < high; got -1 and 20"),
        ({"epsilon": 0}, "epsilon of Jacobian clamping must be a number above 0; got 0"),
    ],
)
def test_impossible_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        JacobianClamping(**settings)
