"""Modulated convolutions against kernels that are scaled example by example, in NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.networks.modulation import LearnedConstant, ModulatedConv2D
from ganzoo.networks.noise import NoiseInjection
from ganzoo.networks.resampling import FilteredUpsampling

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.normal(size=(3, 5, 6, 4)).astype("float32")
STYLES = RANDOM.normal(size=(3, 7)).astype("float32")


def built(*settings, **more):
    """A layer with a bias that is not 0."""
    layer = ModulatedConv2D(*settings, **more)
    layer.build([IMAGES.shape, STYLES.shape])
    layer.bias.assign(RANDOM.normal(size=layer.bias.shape))
    return layer


def kernel_of(layer, style, demodulate):
    """The kernel of one example: W s / sqrt(inputs of a unit), divided by the norm of each output's part."""
    kernel = np.float64(layer.kernel) * np.float64(style)[:, None] / np.sqrt(np.prod(layer.kernel.shape[:-1]))
    return kernel / np.sqrt((kernel**2).sum(axis=(0, 1, 2)) + 1e-8) if demodulate else kernel


def convolved(image, kernel):
    """A convolution (as networks have it: not mirrored) of one image with "same" padding."""
    reach = kernel.shape[0] // 2
    padded = np.pad(np.float64(image), ((reach, reach), (reach, reach), (0, 0)))
    height, width = image.shape[:2]
    return sum(
        padded[row : row + height, column : column + width] @ kernel[row, column]
        for row in range(kernel.shape[0])
        for column in range(kernel.shape[1])
    )


@pytest.mark.parametrize(("filters", "size", "demodulate"), [(5, 3, True), (5, 3, False), (2, 1, False), (2, 1, True)])
def test_scaling_activations_is_a_kernel_for_each_example(filters, size, demodulate):
    layer = built(filters, size, demodulate)
    found = layer([IMAGES, STYLES])
    styles = STYLES @ layer.style.kernel.numpy() / np.sqrt(7) + 1
    for image, style, output in zip(IMAGES, styles, found, strict=True):
        kernel = kernel_of(layer, style, demodulate)
        if demodulate:
            np.testing.assert_allclose((kernel**2).sum(axis=(0, 1, 2)), 1, rtol=1e-5)
        np.testing.assert_allclose(output, convolved(image, kernel) + layer.bias.numpy(), rtol=1e-3, atol=1e-4)
    assert layer.compute_output_shape([IMAGES.shape, STYLES.shape]) == found.shape


def test_demodulated_weights_have_unit_norm():
    """Images that are 1 in one channel at one pixel, and 0 elsewhere, show the kernel that is used."""
    layer = built(5, 3)
    layer.bias.assign(np.zeros(5))
    squares = 0
    for channel in range(4):
        image = np.zeros((1, 5, 6, 4), "float32")
        image[0, 2, 3, channel] = 1
        squares += np.square(layer([image, STYLES[:1]])).sum(axis=(0, 1, 2))
    np.testing.assert_allclose(squares, 1, rtol=1e-4)


@pytest.mark.parametrize("demodulate", [True, False])
def test_upsampling_is_the_filter_and_then_the_convolution_away_from_the_border(demodulate):
    layer = built(5, 3, demodulate, upsample=True)
    found = layer([IMAGES, STYLES])
    assert found.shape == (3, 10, 12, 5) == layer.compute_output_shape([IMAGES.shape, STYLES.shape])
    large, styles = FilteredUpsampling()(IMAGES), STYLES @ layer.style.kernel.numpy() / np.sqrt(7) + 1
    for image, style, output in zip(large, styles, found, strict=True):
        mirrored = kernel_of(layer, style, demodulate)[::-1, ::-1]  # a transposed convolution mirrors its kernel
        expected = convolved(image, mirrored) + layer.bias.numpy()
        np.testing.assert_allclose(output[2:-2, 2:-2], expected[2:-2, 2:-2], rtol=1e-3, atol=1e-4)


@pytest.mark.thorough
def test_gradients_reach_everything_and_second_ones_are_finite_under_xla():
    for upsample in (False, True):
        layer = built(5, 3, upsample=upsample)

        @tf.function(jit_compile=True, autograph=False)
        def derivatives(images, styles, layer=layer):
            with tf.GradientTape() as outer:
                with tf.GradientTape() as inner:
                    inner.watch([images, styles])
                    total = tf.reduce_sum(tf.tanh(layer([images, styles])))
                slopes = inner.gradient(total, [images, styles])
                square = sum(tf.reduce_sum(tf.square(slope)) for slope in slopes)
            return slopes, outer.gradient(square, [variable.value for variable in layer.trainable_variables])

        slopes, second = derivatives(tf.constant(IMAGES), tf.constant(STYLES))
        assert all(np.isfinite(each).all() and np.abs(each).max() > 0 for each in (*slopes, *second))


def test_noise_is_new_in_training_and_constant_in_inference_and_0_at_first():
    layer = NoiseInjection()
    np.testing.assert_array_equal(layer(IMAGES, training=True), IMAGES)
    layer.strength.assign(2.0)
    first, second = (layer(np.zeros((400, 5, 6, 4), "float32"), training=True).numpy() for _ in range(2))
    assert (first == first[..., :1]).all() and len(np.unique(first[..., 0])) > 0.99 * 400 * 30
    np.testing.assert_allclose(
        [first.mean(), first.std(), np.corrcoef(first.ravel(), second.ravel())[0, 1]], [0, 2, 0], atol=0.06
    )
    constant = layer(IMAGES, training=False) - IMAGES
    np.testing.assert_allclose(constant, np.broadcast_to(2 * layer.constant_noise.numpy(), IMAGES.shape), atol=1e-5)
    assert np.std(layer.constant_noise) > 0.5


def test_the_constant_is_the_same_for_every_row_of_w():
    layer = LearnedConstant((4, 6, 2))
    found = layer(STYLES)
    assert found.shape == (3, 4, 6, 2) == layer.compute_output_shape(STYLES.shape)
    for image in found:
        np.testing.assert_array_equal(image, layer.constant)


def test_half_precision_is_close():
    layer = built(5, 3, upsample=True)
    half = ModulatedConv2D(5, 3, upsample=True, dtype="mixed_float16")
    half.build([IMAGES.shape, STYLES.shape])
    half.set_weights(layer.get_weights())
    found = half([IMAGES, STYLES])
    assert found.dtype == tf.float16
    np.testing.assert_allclose(found, layer([IMAGES, STYLES]), rtol=0.02, atol=0.02)


def test_layers_are_loaded(tmp_path):
    images, styles = keras.Input(IMAGES.shape[1:]), keras.Input(STYLES.shape[1:])
    x = ModulatedConv2D(3, 3, upsample=True)([images, styles])
    x = ModulatedConv2D(2, 1, demodulate=False)([NoiseInjection()(x), styles])
    model = keras.Model([images, styles], keras.layers.Add()([x, LearnedConstant((10, 12, 2))(styles)]))
    model.layers[3].strength.assign(1.0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again([IMAGES, STYLES]), model([IMAGES, STYLES]))
