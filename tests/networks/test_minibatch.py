"""The minibatch standard deviation against NumPy, whatever the size of the batch."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.networks.minibatch import MinibatchStandardDeviation

FEATURES = np.random.default_rng(0).normal(size=(8, 2, 3, 5)).astype("float32")


def by_hand(features, group_size):
    """The further channel of each example (N,): by neighbours, with the first ones again at the end."""
    size, found = len(features), []
    for start in range(0, size, group_size):
        group = np.float64([features[place % size] for place in range(start, start + group_size)])
        found += [np.sqrt(group.var(axis=0) + 1e-8).mean()] * group_size
    return found[:size]


@pytest.mark.cases(8)
@pytest.mark.parametrize("size", [8, 7, 5, 3, 2, 1])
@pytest.mark.parametrize("group_size", [4, 3, 1, 32])
def test_any_batch_and_group(size, group_size):
    features = FEATURES[:size]
    found = MinibatchStandardDeviation(group_size)(features).numpy()
    np.testing.assert_array_equal(found[..., :5], features)
    expected = np.broadcast_to(np.reshape(by_hand(features, group_size), (size, 1, 1, 1)), (size, 2, 3, 1))
    np.testing.assert_allclose(found[..., 5:], expected, rtol=1e-4)


def test_parts_of_whole_groups_are_judged_as_in_the_whole_batch():
    layer = MinibatchStandardDeviation(4)
    parts = np.concatenate([layer(FEATURES[:4]), layer(FEATURES[4:])])
    np.testing.assert_array_equal(layer(FEATURES), parts)


def test_a_batch_of_unknown_size_and_equal_examples_with_finite_second_derivatives():
    network = keras.Sequential([keras.Input((2, 3, 5)), MinibatchStandardDeviation(4)])
    assert network.output_shape == (None, 2, 3, 6)

    @tf.function(input_signature=[tf.TensorSpec((None, 2, 3, 5))], autograph=False)
    def second_derivative(features):
        with tf.GradientTape() as outer:
            outer.watch(features)
            with tf.GradientTape() as inner:
                inner.watch(features)
                total = tf.reduce_sum(network(features))
            slopes = tf.reduce_sum(tf.square(inner.gradient(total, features)))
        return outer.gradient(slopes, features)

    for features in (FEATURES[:5], np.ones((4, 2, 3, 5), "float32")):
        assert np.isfinite(second_derivative(features)).all()


def test_in_half_precision_the_deviation_is_computed_in_float32():
    found = MinibatchStandardDeviation(4, dtype="mixed_float16")(FEATURES * 1000)
    assert found.dtype == tf.float16
    np.testing.assert_allclose(found[:, 0, 0, 5], by_hand(np.float16(FEATURES * 1000), 4), rtol=2e-3)


def test_an_impossible_group():
    with pytest.raises(ValueError, match="group_size must be an integer of at least 1; got 0"):
        MinibatchStandardDeviation(0)
