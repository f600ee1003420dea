"""Filtered resampling is convolution with [1, 3, 3, 1], between or after zeros, in NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from ganzoo.networks.resampling import FilteredDownsampling, FilteredUpsampling, Smoothing

FILTER = np.array([1, 3, 3, 1]) / 8


def filtered(images, axis, up):
    """The oracle along one axis: zeros between the pixels, or every second place of the result."""

    def line(pixels):
        if not up:
            return np.convolve(np.pad(pixels, 1), FILTER, "valid")[::2]
        spread = np.zeros(2 * len(pixels))
        spread[::2] = pixels
        return np.convolve(np.pad(spread, (2, 1)), 2 * FILTER, "valid")

    return np.apply_along_axis(line, axis, images)


@pytest.mark.parametrize(("layer", "up"), [(FilteredUpsampling(), True), (FilteredDownsampling(), False)])
@pytest.mark.parametrize("shape", [(2, 4, 6, 3), (1, 8, 2, 1)])
def test_it_is_a_convolution_along_both_axes(layer, up, shape):
    images = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    expected = filtered(filtered(images, 1, up), 2, up)
    assert layer.compute_output_shape(shape) == expected.shape
    np.testing.assert_allclose(layer(images), expected, rtol=1e-5, atol=1e-6)


def test_halving_is_the_adjoint_of_doubling():
    """<up(x), y> = 4 <x, down(y)>, as of any filter and its transpose."""
    random = np.random.default_rng(1)
    small, large = (tf.constant(random.normal(size=(1, side, side, 2)), tf.float32) for side in (4, 8))
    left = tf.reduce_sum(FilteredUpsampling()(small) * large)
    right = 4 * tf.reduce_sum(small * FilteredDownsampling()(large))
    np.testing.assert_allclose(left, right, rtol=1e-5)


@pytest.mark.parametrize("padding", [1, 2])
def test_smoothing_is_the_filter_alone(padding):
    images = np.random.default_rng(2).normal(size=(2, 5, 6, 3)).astype(np.float32)
    expected = images
    for axis in (1, 2):
        expected = np.apply_along_axis(lambda line: np.convolve(np.pad(line, padding), FILTER, "valid"), axis, expected)
    layer = Smoothing(padding)
    assert layer.compute_output_shape(images.shape) == expected.shape
    np.testing.assert_allclose(layer(images), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(Smoothing.from_config(layer.get_config())(images), layer(images))
