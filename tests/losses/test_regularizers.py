import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.losses.regularizers import OrthogonalRegularizer


def off_diagonal(kernel):
    """The sum over pairs of filters of the squares of their products, pair by pair."""
    filters = np.moveaxis(kernel, -1, 0).reshape(kernel.shape[-1], -1).astype("float64")
    count = len(filters)
    return sum(np.dot(filters[i], filters[j]) ** 2 for i in range(count) for j in range(count) if i != j)


@pytest.mark.parametrize("shape", [(3, 3, 4, 5), (7, 5), (2, 6), (1, 1, 3, 1)])
def test_it_is_the_sum_over_pairs_of_filters_and_so_is_its_gradient(shape):
    kernel = np.random.default_rng(0).normal(size=shape)
    variable, regularizer = tf.Variable(kernel), OrthogonalRegularizer(0.5)
    with tf.GradientTape() as tape:
        loss = regularizer(variable)
    np.testing.assert_allclose(loss, 0.5 * off_diagonal(kernel), rtol=1e-6)
    direction = np.random.default_rng(1).normal(size=shape)
    slope = 0.5 * (off_diagonal(kernel + 1e-5 * direction) - off_diagonal(kernel - 1e-5 * direction)) / 2e-5
    np.testing.assert_allclose(np.sum(tape.gradient(loss, variable) * direction), slope, rtol=1e-5, atol=1e-9)


def test_orthogonal_filters_of_any_length_cost_nothing():
    lengths = np.array([1.0, 7.0, 0.2])
    kernel = keras.initializers.Orthogonal()((5, 3)) * lengths
    np.testing.assert_allclose(OrthogonalRegularizer(1)(kernel), 0, atol=1e-9)


def test_the_default_is_the_papers_and_survives_saving():
    assert OrthogonalRegularizer().strength == 1e-4
    config = keras.regularizers.serialize(OrthogonalRegularizer(0.3))
    assert keras.regularizers.deserialize(config).strength == 0.3
    with pytest.raises(ValueError, match="orthogonal regularization must be a number of at least 0; got -1"):
        OrthogonalRegularizer(-1)
