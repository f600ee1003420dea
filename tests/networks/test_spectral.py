"""Spectral normalisation against NumPy's singular values."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.networks.spectral import SpectralConv2D, SpectralDense

LAYERS = {
    "dense": (lambda **more: SpectralDense(5, kernel_initializer="random_normal", **more), (7,)),
    "convolution": (
        lambda **more: SpectralConv2D(6, 3, strides=2, padding="same", kernel_initializer="random_normal", **more),
        (8, 8, 4),
    ),
}


def settled(kind, **more):
    make, shape = LAYERS[kind]
    layer, inputs = make(**more), np.random.default_rng(0).normal(size=(3, *shape)).astype("float32")
    layer(inputs, training=True)
    step = tf.function(lambda: layer(inputs, training=True), autograph=False)
    for _ in range(200):
        step()
    return layer, inputs


@pytest.mark.parametrize("kind", LAYERS)
def test_the_kernel_counts_divided_by_its_largest_singular_value(kind):
    layer, inputs = settled(kind)
    kernel = layer.kernel.numpy()
    sigma = np.linalg.svd(kernel.reshape(-1, kernel.shape[-1]), compute_uv=False)[0]
    plain = keras.layers.Dense(5) if kind == "dense" else keras.layers.Conv2D(6, 3, strides=2, padding="same")
    plain.build(inputs.shape)
    plain.set_weights([kernel / sigma, layer.bias.numpy()])
    np.testing.assert_allclose(layer(inputs, training=False), plain(inputs), rtol=1e-4, atol=1e-5)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", LAYERS)
def test_trap_12_the_kernel_is_never_overwritten_and_two_calls_see_one(kind):
    layer, inputs = settled(kind)
    before = layer.kernel.numpy()
    first, second = (layer(inputs, training=True).numpy() for _ in range(2))
    np.testing.assert_array_equal(layer.kernel, before)
    np.testing.assert_allclose(first, second, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", LAYERS)
def test_the_vector_moves_in_training_alone_and_is_saved(kind, tmp_path):
    make, shape = LAYERS[kind]
    model = keras.Sequential([keras.Input(shape), make()])
    inputs = np.ones((2, *shape), "float32")
    start = model.layers[0].direction.numpy()
    model(inputs, training=False)
    np.testing.assert_array_equal(model.layers[0].direction, start)
    model(inputs, training=True)
    assert not np.array_equal(model.layers[0].direction, start)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.layers[0].direction, model.layers[0].direction)
    np.testing.assert_array_equal(again(inputs), model(inputs))


def test_the_gradient_is_the_papers():
    """Equation (12): the gradient by the kernel is that by kernel / sigma, less its part along u v^T, over sigma."""
    layer, inputs = settled("dense", use_bias=False)
    weights = np.random.default_rng(1).normal(size=(3, 5)).astype("float32")
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(inputs, training=False) * weights)
    found = tape.gradient(loss, layer.kernel.value)
    left, sigmas, right = np.linalg.svd(layer.kernel.numpy(), full_matrices=False)
    by_normalized, along = inputs.T @ weights, np.outer(left[:, 0], right[0])
    scale = np.sum(by_normalized * layer.kernel.numpy()) / sigmas[0]
    np.testing.assert_allclose(found, (by_normalized - scale * along) / sigmas[0], rtol=1e-3, atol=1e-4)
