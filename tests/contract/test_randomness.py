"""Seeds name runs; noise belongs to an example; k steps take k shares."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from descriptors import real


def weights_after(gan, batches, **settings):
    gan.fit(batches, epochs=2, verbose=0, **settings)
    return [variable.numpy() for variable in gan.weights]


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(variant):
    one, again, other = (weights_after(variant.create(seed=seed), variant.batches()) for seed in (1, 1, 2))
    for left, right in zip(one, again, strict=True):
        np.testing.assert_array_equal(left, right)
    assert any(not np.array_equal(left, right) for left, right in zip(one, other, strict=True))


def test_the_users_random_state_is_left_alone(variant):
    keras.utils.set_random_seed(7)
    expected = np.random.rand(), keras.random.normal(()), keras.initializers.GlorotUniform().seed
    keras.utils.set_random_seed(7)
    variant.create(seed=3)
    assert (np.random.rand(), keras.random.normal(()), keras.initializers.GlorotUniform().seed) == expected


def test_same_seed_same_samples(variant):
    gan = variant.create()
    images = gan.sample(5, seed=4)
    assert images.shape == (5, *variant.data_shape) and images.dtype == np.float32
    np.testing.assert_array_equal(images, gan.sample(5, seed=4))
    np.testing.assert_allclose(images, gan.sample(5, seed=4, batch_size=2), rtol=1e-5, atol=1e-6)
    assert not np.array_equal(images, gan.sample(5, seed=5))
    if len(variant.data_shape) == 3:
        assert np.abs(images).max() <= 1


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_each_of_k_updates_takes_its_own_share_with_its_own_noise(variant, steps):
    gan = variant.create(discriminator_steps=steps)
    plays = []
    update = gan._update
    gan._update = lambda player, play, tape=None: (plays.append(play), update(player, play, tape))[1]
    gan.run_eagerly = True
    gan.fit(variant.batches(count=16), epochs=2, verbose=0)
    batch = real(variant.data_shape, 16)
    *discriminators, _ = plays[: steps + 1]
    assert len(plays) == 2 * (steps + 1)
    rows = np.concatenate([np.asarray(play.real) for play in discriminators])
    assert [len(play.real) for play in plays] == [16 // steps] * 2 * (steps + 1)
    np.testing.assert_array_equal(np.sort(rows.reshape(16, -1), axis=0), np.sort(batch.reshape(16, -1), axis=0))
    latents = np.concatenate([np.asarray(play.latents) for play in plays])
    assert len(np.unique(latents, axis=0)) == len(latents)
    assert gan.generator_optimizer.iterations.numpy() == 2
    assert gan.discriminator_optimizer.iterations.numpy() == 2 * steps


def test_trap_06_a_batch_that_cannot_be_shared_out_is_refused(variant):
    gan = variant.create(discriminator_steps=5)
    with pytest.raises(ValueError, match="A batch of 16 is not divisible by discriminator_steps=5.*multiple of 5"):
        gan.fit(variant.batches(), verbose=0)
    assert gan.step.numpy() == 0


def test_trap_06_a_smaller_last_batch_does_no_harm(variant):
    """One example is left over: enough for one discriminator step, too few for two, which leave the weights alone."""
    gan = variant.create(discriminator_steps=1)
    gan.fit(tf.data.Dataset.from_tensor_slices(variant.data()).batch(47), verbose=0)
    assert gan.step.numpy() == 2
    gan, once = variant.create(discriminator_steps=2), variant.create(discriminator_steps=2)
    data = tf.data.Dataset.from_tensor_slices(variant.data(49)).batch(48)
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="The last batch is not divisible by discriminator_steps=2"
    ):
        gan.fit(data, verbose=0)
    once.fit(data.take(1), verbose=0)
    for left, right in zip(once.trainable_variables, gan.trainable_variables, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy())


def test_no_layer_shares_its_random_stream(variant):
    """Seeds of the layers' generators (dropout's, say): one for each layer and step, and the same in each run."""
    gan = variant.create()
    states = [state for state in gan.variables if state.name == "seed_generator_state"]
    seen = []
    for step in range(3):
        gan._reseed_layers(tf.constant([gan.seed, step], tf.int64))
        seen += [int(state.numpy()[0]) for state in states]
    assert len(set(seen)) == 3 * len(states)
    gan._reseed_layers(tf.constant([gan.seed, 0], tf.int64))
    assert [int(state.numpy()[0]) for state in states] == seen[: len(states)]


def test_replicas_have_random_streams_of_their_own(variant, mirrored):
    """The first one's are those of a single replica; dropout masks are each replica's own."""
    with mirrored.scope():
        gan = variant.create()
    states = [state for state in gan.variables if state.name == "seed_generator_state"]
    seed = tf.constant([gan.seed, 5], tf.int64)

    @tf.function
    def seeds():
        return mirrored.run(lambda: (gan._reseed_layers(seed), [tf.identity(state.value) for state in states])[1])

    first, second = ([mirrored.experimental_local_results(state)[replica] for state in seeds()] for replica in (0, 1))
    single = variant.create()
    single._reseed_layers(seed)
    expected = [state.numpy() for state in single.variables if state.name == "seed_generator_state"]
    for one, other, alone in zip(first, second, expected, strict=True):
        assert not np.array_equal(one, other)
        np.testing.assert_array_equal(one, alone)
