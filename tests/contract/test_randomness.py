"""Seeds name runs; noise belongs to an example; the moves of a turn take a share of the batch each."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from descriptors import weights_of


def weights_after(gan, batches):
    gan.run_eagerly = True
    gan.fit(batches, verbose=0)
    return weights_of(gan)


@pytest.mark.quick("cdcgan")
@pytest.mark.kinds("improved_gan", "infogan", "vaegan", "pix2pix")
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(variant):
    one, again, other = (weights_after(variant.create(seed=seed), variant.batches(count=32)) for seed in (1, 1, 2))
    for left, right in zip(one, again, strict=True):
        np.testing.assert_array_equal(left, right)
    assert any(not np.array_equal(left, right) for left, right in zip(one, other, strict=True))


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("stylegan2")
def test_the_users_random_state_is_left_alone(variant):
    keras.utils.set_random_seed(7)
    expected = np.random.rand(), keras.random.normal(()), keras.initializers.GlorotUniform().seed
    keras.utils.set_random_seed(7)
    variant.create(seed=3)
    assert (np.random.rand(), keras.random.normal(()), keras.initializers.GlorotUniform().seed) == expected


@pytest.mark.kinds("infogan", "cyclegan", "stylegan2")
def test_same_seed_same_samples(variant):
    gan = variant.create()
    first, again, in_batches, other = (
        tf.nest.flatten(gan.sample(5, seed=seed, batch_size=size))
        for seed, size in ((4, 256), (4, 256), (4, 2), (5, 256))
    )
    for place, images in enumerate(first):
        assert images.shape == (5, *variant.data_shape) and images.dtype == np.float32
        np.testing.assert_array_equal(images, again[place])
        np.testing.assert_allclose(images, in_batches[place], rtol=1e-5, atol=1e-6)
        assert not np.array_equal(images, other[place])
        if len(variant.data_shape) == 3:
            assert np.abs(images).max() <= 1


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("improved_gan", "vaegan", "cyclegan")
def test_each_of_two_updates_takes_its_own_share_with_its_own_noise(variant):
    assert_shares(variant, 2)


@pytest.mark.thorough
@pytest.mark.quick("lsgan")
@pytest.mark.kinds("vaegan")
@pytest.mark.parametrize("steps", [1, 4])
def test_so_does_each_of_k_updates(variant, steps):
    assert_shares(variant, steps)


def assert_shares(variant, steps):
    gan, plays = variant.create(discriminator_steps=steps), []
    make = gan.round_type
    gan.round_type = lambda *parts, **settings: plays.append(make(*parts, **settings)) or plays[-1]
    gan.run_eagerly = True
    gan.fit(variant.batches(count=16), epochs=2, verbose=0)
    plays = [play for play in plays if play.updates is not None]  # the others are of the check of the first batch
    assert len(plays) == 2 * (steps + 1)
    assert {len(tf.nest.flatten(play.real)[0]) for play in plays} == {16 // steps}
    whole = tf.nest.flatten(gan.unpack(next(iter(variant.batches(count=16))))[0])
    for place, expected in enumerate(whole):
        rows = np.concatenate([np.asarray(tf.nest.flatten(play.real)[place]) for play in plays[:steps]])
        np.testing.assert_array_equal(
            np.sort(rows.reshape(16, -1), axis=0), np.sort(expected.numpy().reshape(16, -1), 0)
        )
    if hasattr(plays[0], "latents") and not variant.deterministic:
        latents = np.concatenate([np.asarray(play.latents) for play in plays])
        assert len(np.unique(latents, axis=0)) == len(latents)
    for turn in gan.turns:
        for player in turn.players:
            assert gan.optimizer_of(player).iterations.numpy() == 2 * turn.times


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("cyclegan")
def test_a_batch_that_cannot_be_shared_out_is_refused(variant):
    gan = variant.create(discriminator_steps=5)
    with pytest.raises(ValueError, match="A batch of 16 is not divisible by 5.*multiple of 5"):
        gan.fit(variant.batches(), verbose=0)
    assert gan.step.numpy() == 0


@pytest.mark.thorough
@pytest.mark.quick("lsgan")
@pytest.mark.kinds("lsgan")
def test_one_example_too_few_for_two_updates_leaves_the_weights_alone(variant):
    gan, after_batches = variant.create(discriminator_steps=2), []
    note = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: after_batches.append(weights_of(gan)))
    data = tf.data.Dataset.from_tensor_slices(variant.data(49)).filter(lambda *example: True).batch(48)
    with pytest.raises(ValueError, match="^The last batch, of 1 examples, is not divisible by 2"):
        gan.fit(data, callbacks=[note], verbose=0)
    (after_one,) = after_batches
    for left, right, variable in zip(after_one, weights_of(gan), gan.weights, strict=True):
        np.testing.assert_array_equal(left, right, err_msg=variable.path)


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("improved_gan", "infogan", "ebgan", "stylegan2")
def test_a_last_batch_of_one_example_does_no_harm(variant):
    gan = variant.create(discriminator_steps=1)
    gan.run_eagerly = True
    gan.fit(tf.data.Dataset.from_tensor_slices(variant.data()).batch(47), verbose=0)
    assert gan.step.numpy() == 2 and all(np.isfinite(weight).all() for weight in weights_of(gan))


def streams(gan):
    """The states of the random generators of its layers, such as dropout."""
    return [variable for variable in gan.variables if variable.name == "seed_generator_state"]


@pytest.mark.quick("nsgan")
@pytest.mark.kinds("improved_gan", "pix2pix", "stylegan2")
def test_no_layer_shares_its_random_stream(variant):
    """Each layer has a seed of its own at each step, the same in each run."""
    gan, seen = variant.create(), []
    for step in range(3):
        gan.reseed_layers(tf.constant([gan.seed, step], tf.int64))
        seen += [int(state.numpy()[0]) for state in streams(gan)]
    assert len(set(seen)) == 3 * len(streams(gan))
    gan.reseed_layers(tf.constant([gan.seed, 0], tf.int64))
    assert [int(state.numpy()[0]) for state in streams(gan)] == seen[: len(streams(gan))]


@pytest.mark.quick("nsgan")
@pytest.mark.kinds("improved_gan", "pix2pix", "stylegan2")
def test_replicas_have_random_streams_of_their_own(variant, mirrored):
    """Those of the first one are those of a single replica; dropout masks are each replica's own."""
    with mirrored.scope():
        gan = variant.create()
    seed = tf.constant([gan.seed, 5], tf.int64)

    @tf.function
    def seeds():
        return mirrored.run(lambda: (gan.reseed_layers(seed), [tf.identity(state.value) for state in streams(gan)])[1])

    first, second = ([mirrored.experimental_local_results(state)[replica] for state in seeds()] for replica in (0, 1))
    single = variant.create()
    single.reseed_layers(seed)
    for one, other, alone in zip(first, second, streams(single), strict=True):
        assert not np.array_equal(one, other)
        np.testing.assert_array_equal(one, alone)
