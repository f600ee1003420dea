"""R3GAN's networks: blocks that begin as the identity, convolutions in groups, labels, and gradients of gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo import penalties
from ganzoo.networks import r3gan
from ganzoo.networks.grouped import GroupedConv2D


def test_groups_are_separate_convolutions():
    layer = GroupedConv2D(6, 3, padding="same", groups=3, bias_initializer="ones")
    images = np.random.default_rng(0).normal(size=(2, 5, 4, 6)).astype(np.float32)
    found = layer(images).numpy()
    assert layer.kernel.shape == (3, 3, 2, 6)
    for group in range(3):
        channels = slice(2 * group, 2 * group + 2)
        kernel = layer.kernel.numpy()[..., channels]
        expected = tf.nn.conv2d(images[..., channels], kernel, 1, "SAME").numpy() + 1
        np.testing.assert_allclose(found[..., channels], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.cases(1)
@pytest.mark.parametrize(
    ("data_shape", "classes"),
    [
        ((8, 8, 1), 10),
        ((16, 32, 3), None),
        *(pytest.param((28, 28, 1), classes, marks=pytest.mark.exhaustive) for classes in (None, 10)),
    ],
)
def test_shapes_and_scales(data_shape, classes):
    generator = r3gan.generator(12, data_shape, 8, num_classes=classes)
    discriminator = r3gan.discriminator(data_shape, 8, num_classes=classes)
    latents, label = tf.random.stateless_normal((32, 12), [0, 1]), tf.one_hot(tf.range(32) % 10, 10)
    images = generator([latents, label] if classes else latents)
    assert images.shape == (32, *data_shape) and images.dtype == "float32"
    assert 0.05 < np.std(images) < 2
    scores = discriminator([images, label] if classes else images)
    assert scores.shape == (32, 1) and 0 < np.std(scores) < 2


@pytest.mark.parametrize(
    ("data_shape", "width", "expected"),
    [
        ((32, 32, 3), None, [768] * 4),
        ((64, 64, 3), None, [384, 768, 768, 768, 768]),
        ((256, 256, 3), None, [96, 192, 384, 768, 768, 768, 768]),
        ((28, 28, 1), 8, [8, 8, 8]),
    ],
)
def test_channels_are_those_of_the_paper(data_shape, width, expected):
    assert r3gan.channels(data_shape, width) == expected


def test_blocks_begin_as_the_identity():
    """With all W3 at 0, the generator is the learned basis, resampled and mapped by 1 x 1 convolutions."""
    generator = r3gan.generator(4, (16, 16, 2), 8)
    latents = tf.random.stateless_normal((3, 4), [0, 1])
    weights = next(layer for layer in generator.layers if isinstance(layer, keras.layers.Dense))(latents)
    x = next(layer for layer in generator.layers if isinstance(layer, r3gan.LearnedBasis))(weights)
    for _ in range(2):
        x = r3gan.FilteredUpsampling()(x)
    np.testing.assert_allclose(generator(latents), generator.layers[-1](x), rtol=1e-4, atol=1e-5)


def test_the_score_of_a_label_is_a_product():
    discriminator = r3gan.discriminator((8, 8, 1), 8, num_classes=3)
    images = tf.random.stateless_normal((5, 8, 8, 1), [0, 1])
    features = keras.Model(discriminator.inputs, discriminator.get_layer(discriminator.layers[-1].name).input)
    first, _ = features([images, tf.one_hot([0] * 5, 3)])
    embedding = [layer for layer in discriminator.layers if isinstance(layer, keras.layers.Dense)]
    embedding = next(layer.kernel.numpy() for layer in embedding if layer.kernel.shape[0] == 3)
    for label in range(3):
        scores = discriminator([images, tf.one_hot([label] * 5, 3)])
        np.testing.assert_allclose(scores[:, 0], first.numpy() @ embedding[label], rtol=1e-4, atol=1e-6)


def test_spectral_normalization_is_refused():
    with pytest.raises(ValueError, match="have no spectral normalization"):
        r3gan.discriminator((8, 8, 1), 8, normalization="spectral")


@pytest.mark.thorough
@pytest.mark.parametrize("jit_compile", [False, pytest.param(True, marks=pytest.mark.thorough)])
def test_penalties_reach_every_kernel(jit_compile):
    """R1 and R2 differentiate the gradient through the grouped convolutions."""
    discriminator = r3gan.discriminator((8, 8, 1), 8)
    for variable in discriminator.trainable_variables:
        variable.assign(tf.random.stateless_normal(variable.shape, [len(variable.shape), 3]) * 0.3)
    images = tf.random.stateless_normal((4, 8, 8, 1), [0, 1])

    @tf.function(jit_compile=jit_compile)
    def slopes():
        with tf.GradientTape() as tape:
            value = penalties.R1(1.0)(lambda x: discriminator(x, training=True), images, images, None)
        return tape.gradient(value, [one.value for one in discriminator.trainable_variables])

    kernels = [one for one in discriminator.trainable_variables if one.name != "bias"]
    found = dict(zip((one.path for one in discriminator.trainable_variables), slopes(), strict=True))
    for kernel in kernels:
        assert np.isfinite(found[kernel.path]).all() and np.abs(found[kernel.path]).max() > 0, kernel.path


@pytest.mark.thorough
def test_the_recipe_schedules_everything():
    gan = ganzoo.create("r3gan", (8, 8, 1), width=8, images=1000)
    scheduled = gan.penalties[0]
    assert [penalty.__name__ for penalty in gan.penalties] == ["r1", "r2"]
    assert (scheduled.schedule.start, scheduled.schedule.end) == (0.05, 0.005)
    optimizer = gan.generator_optimizer
    for seen, rate, beta in ((0, 2e-4, 0.9), (1000, 5e-5, 0.99)):
        gan.images_seen.assign(seen)
        np.testing.assert_allclose(optimizer.learning_rate, rate, rtol=1e-5)
        np.testing.assert_allclose(optimizer.beta_2_schedule(0), beta, rtol=1e-5)
    assert ganzoo.create("r3gan", (64, 64, 3), width=8).penalties[0].schedule.start == 2.0


def test_other_architectures_take_its_networks():
    gan = ganzoo.create("sngan", (8, 8, 1), architecture="r3gan", width=8, normalization=None)
    assert any(isinstance(layer, r3gan.LearnedBasis) for layer in gan.generator.layers)
