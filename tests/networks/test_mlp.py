import keras
import numpy as np
import pytest

from ganzoo.networks import mlp
from ganzoo.networks.layers import Maxout


def test_maxout_against_numpy():
    layer = Maxout(3, pieces=4)
    inputs = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)
    outputs = layer(inputs).numpy()
    kernel, bias = (weight.numpy() for weight in layer.weights)
    expected = (inputs @ kernel + bias).reshape(5, 3, 4).max(axis=2)
    assert layer.compute_output_shape((None, 7)) == (None, 3)
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)


def test_maxout_round_trip(tmp_path):
    model = keras.Sequential([keras.Input((7,)), Maxout(3, pieces=4), Maxout(2, pieces=2, use_bias=False)])
    model.save(tmp_path / "model.keras")
    inputs = np.ones((2, 7), np.float32)
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras")(inputs), model(inputs))


@pytest.mark.parametrize("data_shape", [(28, 28, 1), (8, 8, 3), (2,), (1,)])
def test_any_data_shape(data_shape):
    generator = mlp.generator(5, data_shape, units=(6, 7))
    discriminator = mlp.discriminator(data_shape, units=(8,), pieces=2)
    images = generator(1000 * np.ones((3, 5), np.float32))
    assert images.shape == (3, *data_shape)
    assert discriminator(images).shape == (3, 1)
    bounded = np.abs(images).max() <= 1
    assert bounded == (len(data_shape) == 3)  # images in tanh's range, vectors anywhere


def test_the_papers_sizes():
    """100-1200-1200-784, and 784-240x5-240x5-1, weights and biases."""
    generator, discriminator = mlp.generator(100, (28, 28, 1)), mlp.discriminator((28, 28, 1))
    assert generator.count_params() == 101 * 1200 + 1201 * 1200 + 1201 * 784
    assert discriminator.count_params() == 785 * 1200 + 241 * 1200 + 241


def test_initial_weights_fill_the_range_and_differ_between_layers():
    generator = mlp.generator(50, (8, 8, 1), units=(50, 50), scale=0.05)
    first, second = [layer.kernel.numpy() for layer in generator.layers if isinstance(layer, keras.layers.Dense)][:2]
    np.testing.assert_allclose([np.abs(first).max(), first.std()], [0.05, 0.05 / np.sqrt(3)], rtol=0.03)
    assert not np.array_equal(first, second)


def test_trap_18_dropout_is_off_outside_training():
    discriminator = mlp.discriminator((4,), units=(8,), dropout=(0.5, 0.5), scale=0.5)
    inputs = np.ones((64, 4), np.float32)
    assert np.ptp(discriminator(inputs, training=False)) == 0
    assert np.ptp(discriminator(inputs, training=True)) > 0


def test_trap_21_no_batch_normalization_at_the_ends():
    for network in (mlp.generator(5, (8, 8, 1)), mlp.discriminator((8, 8, 1))):
        assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in network.layers)
