"""One pass through G less: it replies with the fakes that D has just learnt from."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo.games.round import Round
from small_gan import SMALL

REAL = np.random.default_rng(0).uniform(-1, 1, (16, 8, 8, 1)).astype("float32")


class Counted(keras.layers.Layer):
    calls = 0

    def call(self, inputs):
        Counted.calls += 1
        return inputs


def small(**settings):
    gan, random = (
        ganzoo.create("nsgan", (8, 8, 1), seed=3, **SMALL, dropout=(0, 0), **settings),
        np.random.default_rng(0),
    )
    for variable in gan.trainable_variables:
        variable.assign(random.normal(0, 0.3, variable.shape))
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2))
    return gan


def test_one_step_by_hand():
    gan, hand = small(reuse_fakes=True), small()
    seed = tf.constant([3, 0], tf.int64)
    play = Round(hand, tf.constant(REAL), None, seed, training=True)
    latents, judge, maker = play.latents, hand.discriminator, hand.generator
    with tf.GradientTape() as tape:
        fake = maker(latents)
        loss = tf.reduce_mean(tf.nn.softplus(-judge(REAL))) + tf.reduce_mean(tf.nn.softplus(judge(fake)))
    for variable, slope in zip(judge.trainable_variables, tape.gradient(loss, judge.trainable_variables), strict=True):
        variable.assign_sub(0.2 * slope)
    with tf.GradientTape() as tape:
        reply = tf.reduce_mean(tf.nn.softplus(-judge(maker(latents))))
    for variable, slope in zip(maker.trainable_variables, tape.gradient(reply, maker.trainable_variables), strict=True):
        variable.assign_sub(0.1 * slope)
    logs = gan.fit(REAL, batch_size=16, verbose=0).history
    for ours, theirs in zip(gan.trainable_variables, hand.trainable_variables, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    np.testing.assert_allclose(logs["generator_loss"], reply, rtol=1e-5)
    np.testing.assert_allclose(logs["discriminator_loss"], loss, rtol=1e-5)
    plain = small()
    plain.fit(REAL, batch_size=16, verbose=0)
    for ours, theirs in zip(
        gan.discriminator.trainable_variables, plain.discriminator.trainable_variables, strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-8)
    assert np.abs(gan.generator.weights[0] - plain.generator.weights[0]).max() > 1e-6


@pytest.mark.parametrize("reuse, passes", [(False, 2), (True, 1)])
def test_passes_through_the_generator(reuse, passes):
    inner = ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=0, **SMALL)
    latents = keras.Input((4,))
    generator = keras.Model(latents, Counted()(inner.generator(latents)))
    gan = ganzoo.GAN(generator, inner.discriminator, inner.prior, reuse_fakes=reuse)
    gan.compile(run_eagerly=True)
    gan.fit(REAL[:8], batch_size=8, verbose=0)
    Counted.calls = 0
    gan.fit(REAL[:8], batch_size=8, verbose=0)
    assert Counted.calls == passes


def test_every_variant_of_one_discriminator_step_can(variant):
    if variant.create().discriminator_steps > 1:
        with pytest.raises(ValueError, match="reuse_fakes is for one discriminator step"):
            variant.create(reuse_fakes=True)
        return
    gan = variant.create(reuse_fakes=True)
    before = [weight.numpy() for weight in gan.trainable_variables]
    gan.fit(variant.batches(), epochs=1, steps_per_epoch=1, verbose=0)
    after = [weight.numpy() for weight in gan.trainable_variables]
    assert all(np.isfinite(weight).all() for weight in after)
    players = len(gan.generator.trainable_variables)
    for part in (slice(players), slice(players, None)):
        assert any((old != new).any() for old, new in zip(before[part], after[part], strict=True))


def test_it_is_saved(tmp_path):
    gan = small(reuse_fakes=True)
    gan.save(tmp_path / "gan.keras")
    assert ganzoo.load(tmp_path / "gan.keras").reuse_fakes


def test_the_generator_of_a_cyclegan_hears_its_judge():
    """Though D sees fakes of the pool."""

    def weights(adversarial):
        gan = ganzoo.create("cyclegan", (8, 8, 2), seed=0, width=4, blocks=1, reuse_fakes=True, adversarial=adversarial)
        gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
        gan.fit(np.concatenate([REAL, REAL], axis=-1), batch_size=8, verbose=0)
        return np.concatenate([np.ravel(one) for one in gan.generator.get_weights()])

    assert np.abs(weights(2.0) - weights(0.5)).max() > 1e-4
