"""The path length against finite differences of the generator by w, and its moving mean by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo import random_numbers
from ganzoo.games.round import AdversarialRound
from ganzoo.losses.path_length import PathLength
from ganzoo.networks import dcgan, mlp, stylegan2

SEED = tf.constant([3, 4], tf.int64)
IMAGES = np.random.default_rng(0).uniform(-1, 1, (8, 8, 8, 2)).astype("float32")


class Regularized(ganzoo.GAN):
    """A game whose generator has the penalty, and keeps the state of it."""

    penalty = PathLength(weight=3.0, decay=0.25)

    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        self.penalty_states = {"path_length": self.penalty.make_state()}

    def generator_penalty_terms(self, play):
        return {"path_length": self.penalty.term(play, play.synthesize, play.latents, play.fake, play.seed_for(0))}


def game(generator=None, **how):
    generator = generator or stylegan2.generator(3, (8, 8, 2), width=4, noise=False)
    gan = Regularized(generator, mlp.leaky_discriminator((8, 8, 2), (4,)), "normal", seed=0)
    gan.compile(*(keras.optimizers.SGD(0.01) for _ in range(2)), **how)
    return gan


@pytest.fixture
def smooth(monkeypatch):
    """Networks have tanh as their activation: the slopes of leaky ReLUs jump, so their differences are not finite."""
    monkeypatch.setattr(stylegan2, "scaled_leaky_relu", keras.ops.tanh)


def round_of(gan, images=IMAGES, training=True):
    return AdversarialRound(gan, tf.convert_to_tensor(images), None, SEED, training=training)


def term(gan, play):
    return float(gan.penalty.term(play, play.synthesize, play.latents, None, SEED))


def lengths_by_hand(gan, latents, step=1e-2):
    """sqrt(mean over layers of |d f / d w|^2) with f = sum(G(w) n) / sqrt(H W), by central differences in float32."""
    generator = gan.generator
    styles = generator.get_layer("styles")
    w = keras.Model(generator.input, styles.output)(latents, training=False).numpy()
    synthesis = keras.Model(styles.output, generator.output)
    noise = random_numbers.normal((len(latents), 8, 8, 2), SEED).numpy()
    found = []
    for own, n in zip(w, noise, strict=True):
        moves = step * np.eye(own.size, dtype="float32").reshape(-1, *own.shape)
        ahead, behind = (np.sum(np.float64(synthesis(own + sign * moves)) * n, axis=(1, 2, 3)) for sign in (1, -1))
        slopes = (ahead - behind) / (2 * step) / 8
        found.append(np.sqrt(np.mean(np.sum(slopes.reshape(own.shape) ** 2, axis=1))))
    return np.array(found)


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.usefixtures("smooth")
@pytest.mark.parametrize("size", [5, 1])
def test_the_lengths_of_every_second_example_by_finite_differences(size):
    gan = game()
    play = round_of(gan, IMAGES[:size])
    expected = lengths_by_hand(gan, play.latents.numpy()[::2])
    assert np.std(expected) > 0.01 or size == 1
    np.testing.assert_allclose(term(gan, play), 3 * np.mean(expected**2), rtol=0.02)
    mean = gan.penalty_states["path_length"].mean.numpy()
    np.testing.assert_allclose(mean, 0.25 * expected.mean(), rtol=0.01)
    np.testing.assert_allclose(term(gan, play), 3 * np.mean((expected - mean) ** 2), rtol=0.02)
    np.testing.assert_allclose(gan.penalty_states["path_length"].mean, 0.75 * mean + 0.25 * expected.mean(), rtol=0.01)


def test_an_evaluation_leaves_the_mean_alone():
    gan = game()
    state = gan.penalty_states["path_length"]
    state.mean.assign(0.5)
    assert term(gan, round_of(gan, training=False)) > 0
    assert float(state.mean.numpy()) == 0.5


@pytest.mark.thorough
@pytest.mark.usefixtures("smooth")
def test_the_gradient_by_the_parameters_is_that_of_finite_differences():
    gan = game()
    play = round_of(gan)
    gan.penalty_states["path_length"].mean.assign(0.3)
    variables = gan.generator.trainable_variables
    with tf.GradientTape() as tape:
        value = gan.penalty.term(play, SEED)
    gradients = tape.gradient(value, [variable.value for variable in variables])
    gradients = [
        tf.zeros_like(one) if slope is None else slope for one, slope in zip(variables, gradients, strict=True)
    ]
    length, found = tf.linalg.global_norm(gradients), []
    assert float(length) > 0
    for sign in (1, -2):
        for variable, slope in zip(variables, gradients, strict=True):
            variable.assign_add(sign * 1e-3 * slope / length)
        gan.penalty_states["path_length"].mean.assign(0.3)
        found.append(term(gan, play))
    np.testing.assert_allclose((found[0] - found[1]) / 2e-3, length, rtol=0.02)


@pytest.mark.thorough
@pytest.mark.parametrize("jit_compile", [False, pytest.param(True, marks=pytest.mark.exhaustive)])
def test_a_game_trains_with_it_and_saves_the_mean(jit_compile, tmp_path):
    gan = game(jit_compile=jit_compile, run_eagerly=not jit_compile)
    logs = gan.fit(IMAGES, batch_size=8, verbose=0).history
    mean = gan.penalty_states["path_length"].mean.numpy()
    assert np.isfinite(logs["path_length"]).all() and mean > 0
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert loaded.penalty_states["path_length"].mean.numpy() == mean
    for each in (gan, loaded):
        each.fit(IMAGES, batch_size=8, verbose=0)
    for left, right in zip(gan.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy())


@pytest.mark.thorough
def test_labels_are_those_of_the_examples():
    """Labels beyond the classes give a label of zeros, so that only the examples that take part show."""
    generator = stylegan2.generator(3, (8, 8, 2), width=4, num_classes=2)

    class Conditional(Regularized, ganzoo.games.conditional.ConditionalGAN):
        pass

    gan = Conditional(generator, stylegan2.discriminator((8, 8, 2), 4, num_classes=2), "normal", num_classes=2, seed=0)
    gan.compile()

    def value(labels):
        play = AdversarialRound(gan, tf.constant(IMAGES[:4]), tf.constant(labels), SEED, training=False)
        return term(gan, play)

    assert value([0, 0, 1, 1]) == value([0, 1, 1, 0]) != value([1, 0, 1, 0])


@pytest.mark.thorough
def test_two_replicas_are_penalized_as_one(mirrored):
    with mirrored.scope():
        gan = game()
    whole, state = term(gan, round_of(gan)), gan.penalty_states["path_length"]
    mean = float(state.mean.numpy())
    state.mean.assign(0.0)

    def half():
        first = 4 * tf.distribute.get_replica_context().replica_id_in_sync_group
        play = round_of(gan, tf.constant(IMAGES)[first : first + 4])
        return gan.penalty.term(play, SEED)

    parts = mirrored.experimental_local_results(mirrored.run(tf.function(half, autograph=False)))
    assert float(parts[0]) != float(parts[1])
    np.testing.assert_allclose(np.mean(parts), whole, rtol=1e-4)
    np.testing.assert_allclose(state.mean.numpy(), mean, rtol=1e-4)


def test_another_generator_is_refused():
    gan = game(dcgan.generator(3, (8, 8, 2), width=4))
    with pytest.raises(ValueError, match="path length is that of StyleGAN2's generator"):
        term(gan, round_of(gan))


def test_settings_make_it_equal_and_are_its_configuration():
    one = PathLength(3.0, decay=0.25)
    assert one == Regularized.penalty and one not in (PathLength(3.0), PathLength(2.0, 0.25))
    assert keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(one)) == one
    with pytest.raises(ValueError, match="weight must be a number above 0; got 0"):
        PathLength(0)
    with pytest.raises(ValueError, match="decay of a path length must be a number from 0 to 1; got 2"):
        PathLength(decay=2)
