"""Equalized learning rates: weights of variance 1 that are scaled when they are used."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.networks.equalized import EqualizedConv2D, EqualizedDense, scaled_leaky_relu

RANDOM = np.random.default_rng(0)
VECTORS = RANDOM.normal(size=(6, 50)).astype("float32")
IMAGES = RANDOM.normal(size=(2, 6, 6, 5)).astype("float32")


@pytest.mark.parametrize("multiplier", [1.0, 0.01])
def test_a_dense_layer_scales_its_weights_by_hand(multiplier):
    layer = EqualizedDense(40, scaled_leaky_relu, learning_rate_multiplier=multiplier, initial_bias=0.5)
    found = layer(VECTORS)
    np.testing.assert_allclose(
        [np.mean(layer.kernel), np.std(layer.kernel) * multiplier], [0, 1], atol=0.05 / multiplier
    )
    np.testing.assert_allclose(np.std(layer.kernel) * multiplier, 1, atol=0.05)
    before = VECTORS @ (layer.kernel.numpy() * multiplier / np.sqrt(50)) + 0.5
    np.testing.assert_allclose(found, np.sqrt(2) * np.where(before > 0, before, 0.2 * before), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("settings", [{"padding": "same"}, {"strides": 2, "use_bias": False}])
def test_a_convolution_is_keras_own_with_the_scaled_kernel(settings):
    layer, plain = EqualizedConv2D(30, 3, **settings), keras.layers.Conv2D(30, 3, **settings)
    found, _ = layer(IMAGES), plain(IMAGES)
    np.testing.assert_allclose(np.std(layer.kernel), 1, atol=0.05)
    plain.kernel.assign(layer.kernel / np.sqrt(9 * 5))
    np.testing.assert_allclose(found, plain(IMAGES), rtol=1e-4, atol=1e-5)
    assert layer.compute_output_shape(IMAGES.shape) == found.shape


def test_a_step_of_sgd_moves_what_is_used_by_the_squares_of_the_scales():
    """d loss / d stored = scale * d loss / d used, and the used weight moves by scale times that."""
    layer = EqualizedDense(1, learning_rate_multiplier=0.5)
    layer.build((None, 4))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(tf.ones((1, 4))))
    np.testing.assert_allclose(tape.gradient(loss, layer.kernel.value), np.full((4, 1), 0.5 / 2))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(tf.ones((1, 4))))
    np.testing.assert_allclose(tape.gradient(loss, layer.bias.value), [0.5])


def test_the_activation_about_keeps_the_mean_square():
    values = RANDOM.normal(size=10**5).astype("float32")
    np.testing.assert_allclose(np.mean(np.square(scaled_leaky_relu(values))), 1.04, rtol=0.02)


def test_layers_are_loaded_with_their_settings(tmp_path):
    inputs = keras.Input((6, 6, 5))
    x = keras.layers.Flatten()(EqualizedConv2D(3, 3, activation=scaled_leaky_relu)(inputs))
    x = EqualizedDense(2, learning_rate_multiplier=0.01, initial_bias=1.0)(x)
    model = keras.Model(inputs, x)
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras")(IMAGES), model(IMAGES))


def test_a_multiplier_of_0_is_refused():
    with pytest.raises(ValueError, match="learning_rate_multiplier must be a number above 0; got 0"):
        EqualizedDense(3, learning_rate_multiplier=0)
