"""Random numbers are those of TensorFlow's kernels, and the same under XLA."""

import numpy as np
import pytest
import tensorflow as tf

from ganzoo import random_numbers

DRAWS = {
    "uniform": lambda seed: random_numbers.uniform((50, 3), seed, -2.0, 5.0),
    "normal": lambda seed: random_numbers.normal((50, 3), seed),
    "odd": lambda seed: random_numbers.normal((7,), seed),
    "integers": lambda seed: random_numbers.integers((50, 3), seed, 10),
    "split": lambda seed: random_numbers.split(seed, 3),
    "fold_in": lambda seed: random_numbers.fold_in(seed, 3),
}
OF_TENSORFLOW = {
    "uniform": lambda seed: tf.random.stateless_uniform((50, 3), seed, -2.0, 5.0),
    "normal": lambda seed: tf.random.stateless_normal((50, 3), seed),
    "odd": lambda seed: tf.random.stateless_normal((7,), seed),
    "integers": lambda seed: tf.random.stateless_uniform((50, 3), seed, 0, 10, tf.int32),
    "split": lambda seed: tf.unstack(tf.random.split(seed, 3)),
    "fold_in": lambda seed: tf.random.experimental.stateless_fold_in(seed, tf.constant(3, tf.int64)),
}
SEED = tf.constant([2**40 + 5, -7], tf.int64)


@pytest.mark.parametrize("name", DRAWS)
def test_floats_are_those_of_tensorflow_on_a_cpu(name):
    for ours, its in zip(DRAWS[name](SEED), OF_TENSORFLOW[name](SEED), strict=True):
        np.testing.assert_allclose(ours, its, rtol=1e-6, atol=1e-6)


@pytest.mark.cases(3)
@pytest.mark.parametrize("name", DRAWS)
def test_xla_draws_the_same_numbers(name):
    """The seed is not a constant, because constants are folded before XLA sees them."""
    compiled = tf.function(DRAWS[name], jit_compile=True, autograph=False)
    for ours, its in zip(DRAWS[name](SEED), compiled(SEED), strict=True):
        np.testing.assert_allclose(ours, its, rtol=1e-5, atol=1e-6)


def test_a_seed_is_an_int_or_a_pair():
    np.testing.assert_array_equal(random_numbers.uniform((4,), 3), random_numbers.uniform((4,), [3, 0]))
    assert not np.array_equal(random_numbers.uniform((4,), 3), random_numbers.uniform((4,), [3, 1]))


def test_moments():
    normal, uniform = (
        random_numbers.normal((100, 1000), 0).numpy(),
        random_numbers.uniform((100, 1000), 1, -1.0, 3.0).numpy(),
    )
    assert abs(normal.mean()) < 0.015 and abs(normal.std() - 1) < 0.01 and abs((normal**4).mean() - 3) < 0.15
    assert abs(uniform.mean() - 1) < 0.02 and uniform.min() >= -1 and uniform.max() < 3
    assert abs(np.corrcoef(normal.ravel()[::2], normal.ravel()[1::2])[0, 1]) < 0.02
