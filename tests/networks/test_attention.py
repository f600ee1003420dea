"""Self-attention against its formula in NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.losses.regularizers import OrthogonalRegularizer
from ganzoo.networks.attention import SelfAttention


def normal(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def awake(shape, **settings):
    """A layer whose weights, gamma too, are drawn from a normal distribution."""
    layer = SelfAttention(**settings)
    layer.build((None, *shape))
    for place, variable in enumerate(layer.trainable_variables):
        variable.assign(normal(variable.shape, place))
    return layer


def expected(layer, images, sigmas=(1, 1, 1, 1)):
    """The formula, place by place, with each kernel divided by its sigma."""
    kernels = [layer.query.kernel, layer.key.kernel, layer.value.kernel, layer.outward.kernel]
    query, key, value, outward = (kernel.numpy()[0, 0] / sigma for kernel, sigma in zip(kernels, sigmas, strict=True))
    outputs = images.astype("float64")
    _, height, width, _ = images.shape
    for number, image in enumerate(images):
        blocks = [image[y : y + 2, x : x + 2] for y in range(0, height - 1, 2) for x in range(0, width - 1, 2)]
        keys, values = (np.array([(block @ kernel).max(axis=(0, 1)) for block in blocks]) for kernel in (key, value))
        for y in range(height):
            for x in range(width):
                weights = np.exp(keys @ (image[y, x] @ query))
                mean = values.T @ (weights / weights.sum())
                outputs[number, y, x] += layer.gamma.numpy() * (mean @ outward)
    return outputs


@pytest.mark.parametrize("shape", [(4, 6, 16), (5, 7, 8), (4, 4, 1)])
def test_it_is_the_formula(shape):
    layer, images = awake(shape), normal((3, *shape))
    np.testing.assert_allclose(layer(images), expected(layer, images), rtol=1e-4, atol=1e-4)


def test_spectral_kernels_are_divided_by_their_largest_singular_values():
    layer, images = awake((4, 4, 16), spectral=True), normal((2, 4, 4, 16))
    train = tf.function(lambda: layer(images, training=True))
    for _ in range(200):
        train()
    kernels = [part.kernel.numpy()[0, 0] for part in (layer.query, layer.key, layer.value, layer.outward)]
    sigmas = [np.linalg.svd(kernel, compute_uv=False)[0] for kernel in kernels]
    np.testing.assert_allclose(layer(images, training=False), expected(layer, images, sigmas), rtol=1e-3, atol=1e-4)


def test_it_begins_as_the_identity_with_kernels_of_the_papers_sizes():
    layer, images = SelfAttention(), normal((2, 4, 4, 32))
    np.testing.assert_array_equal(layer(images), images)
    assert [variable.shape for variable in layer.trainable_variables if len(variable.shape) == 4] == [
        (1, 1, 32, 4),
        (1, 1, 32, 4),
        (1, 1, 32, 16),
        (1, 1, 16, 32),
    ]
    query, key = layer.query.kernel.numpy()[0, 0], layer.key.kernel.numpy()[0, 0]
    np.testing.assert_allclose(query.T @ query, np.eye(4), atol=1e-5)
    assert not np.allclose(query, key)


def gradient_of_a_penalty(layer, images):
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(images)
            scores = tf.reduce_sum(tf.sin(layer(images, training=False)))
        penalty = tf.reduce_sum(tf.square(inner.gradient(scores, images)))
    return outer.gradient(penalty, [variable.value for variable in layer.trainable_variables])


@pytest.mark.thorough
def test_the_gradient_of_a_gradient_is_that_of_finite_differences_and_xlas():
    """As penalties such as R1 take it."""
    layer, images = awake((4, 4, 8), dtype="float64"), tf.constant(normal((2, 4, 4, 8)), tf.float64)
    found = gradient_of_a_penalty(layer, images)
    compiled = tf.function(gradient_of_a_penalty, jit_compile=True)(layer, images)
    for one, other in zip(found, compiled, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-5, atol=1e-8)

    def penalty():
        with tf.GradientTape() as tape:
            tape.watch(images)
            scores = tf.reduce_sum(tf.sin(layer(images, training=False)))
        return float(tf.reduce_sum(tf.square(tape.gradient(scores, images))))

    for variable, gradient in zip(layer.trainable_variables, found, strict=True):
        start, direction = variable.numpy(), normal(variable.shape, 5)
        values = []
        for step in (1e-5, -1e-5):
            variable.assign(start + step * direction)
            values.append(penalty())
        variable.assign(start)
        np.testing.assert_allclose((values[0] - values[1]) / 2e-5, np.sum(gradient * direction), rtol=1e-3, atol=1e-5)


def test_it_is_saved_with_its_regularizer(tmp_path):
    images = normal((2, 4, 4, 8))
    network = keras.Sequential([keras.Input((4, 4, 8)), awake((4, 4, 8), kernel_regularizer=OrthogonalRegularizer(1))])
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(loaded(images), network(images))
    assert len(network.losses) == 4 and float(sum(network.losses)) == float(sum(loaded.losses)) > 0
