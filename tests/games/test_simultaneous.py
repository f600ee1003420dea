"""A turn in which both players move at once: with the same fakes, and gradients from before either has moved."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo.zoo import variants
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
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2), run_eagerly=True)
    return gan


def test_one_step_by_hand():
    gan, hand = small(simultaneous=True), small()
    play = ganzoo.AdversarialRound(hand, tf.constant(REAL), None, tf.constant([3, 0], tf.int64), training=True)
    discriminator, generator = hand.discriminator, hand.generator
    with tf.GradientTape(persistent=True) as tape:
        fake = generator(play.latents)
        scores = discriminator(fake)
        loss = tf.reduce_mean(tf.nn.softplus(-discriminator(REAL))) + tf.reduce_mean(tf.nn.softplus(scores))
        reply = tf.reduce_mean(tf.nn.softplus(-scores))
    players = (discriminator, loss, 0.2), (generator, reply, 0.1)
    slopes = [tape.gradient(own, network.trainable_variables) for network, own, _ in players]
    for (network, _, rate), gradient in zip(players, slopes, strict=True):
        for variable, slope in zip(network.trainable_variables, gradient, strict=True):
            variable.assign_sub(rate * slope)
    logs = gan.fit(REAL, batch_size=16, verbose=0).history
    for ours, theirs in zip(gan.trainable_variables, hand.trainable_variables, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    np.testing.assert_allclose(logs["generator_loss"], reply, rtol=1e-5)
    np.testing.assert_allclose(logs["discriminator_loss"], loss, rtol=1e-5)
    alternating = small()
    alternating.fit(REAL, batch_size=16, verbose=0)
    for ours, theirs in zip(gan.discriminator.weights, alternating.discriminator.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-8)
    assert np.abs(gan.generator.weights[0] - alternating.generator.weights[0]).max() > 1e-6


@pytest.mark.thorough
@pytest.mark.parametrize("simultaneous, passes", [(False, 2), (True, 1)])
def test_passes_through_the_generator(simultaneous, passes):
    inner = ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=0, **SMALL)
    latents = keras.Input((4,))
    generator = keras.Model(latents, Counted()(inner.generator(latents)))
    gan = ganzoo.GAN(generator, inner.discriminator, inner.prior, simultaneous=simultaneous)
    gan.compile(run_eagerly=True)
    gan.fit(REAL[:8], batch_size=8, verbose=0)
    Counted.calls = 0
    gan.fit(REAL[:8], batch_size=8, verbose=0)
    assert Counted.calls == passes


@pytest.mark.kinds("vaegan", "cyclegan")
def test_every_variant_of_one_discriminator_step_can(variant):
    if "simultaneous" not in variants.settings_of(variant.name):
        assert variant.create().turns == (ganzoo.Turn("discriminator", "encoder", "decoder"),)  # it always is
        return
    if variant.create().turns[0].times > 1:
        with pytest.raises(ValueError, match="A simultaneous game has one discriminator step, not 2"):
            variant.create(simultaneous=True)
        return
    gan = variant.create(simultaneous=True)
    gan.run_eagerly = True
    before = {name: [weight.numpy() for weight in network.weights] for name, network in gan.players.items()}
    gan.fit(variant.batches(count=16), verbose=0)
    assert all(np.isfinite(weight.numpy()).all() for weight in gan.trainable_variables)
    for name, network in gan.players.items():
        assert any((old != new.numpy()).any() for old, new in zip(before[name], network.weights, strict=True))


def test_it_is_saved(tmp_path):
    small(simultaneous=True).save(tmp_path / "gan.keras")
    assert ganzoo.load(tmp_path / "gan.keras").turns == (ganzoo.Turn("discriminator", "generator"),)
