import keras
import numpy as np

from ganzoo import data
from ganzoo.networks import improved
from ganzoo.networks.layers import WeightNormDense


def test_weight_norm_against_numpy(tmp_path):
    layer = WeightNormDense(3, scale=2.5)
    inputs = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)
    layer.build(inputs.shape)
    layer.bias.assign([1.0, 2.0, 3.0])
    kernel = layer.kernel.numpy()
    expected = 2.5 * inputs @ (kernel / np.linalg.norm(kernel, axis=0)) + [1, 2, 3]
    np.testing.assert_allclose(layer(inputs), expected, rtol=1e-5, atol=1e-5)
    assert len(layer.trainable_variables) == 2 and len(WeightNormDense(3, train_scale=True).variables) == 0
    model = keras.Sequential([keras.Input((7,)), WeightNormDense(4, 2.0, train_scale=True), WeightNormDense(2)])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(inputs), model(inputs))
    assert [len(layer.trainable_variables) for layer in loaded.layers] == [3, 2]


def test_the_papers_sizes():
    """100-500-500-784, and 784-1000-500-250-250-250-10, with a scale for each unit of normalised weights."""
    generator, discriminator = improved.generator(100, (28, 28, 1)), improved.discriminator((28, 28, 1), 10)
    assert sum(np.prod(v.shape) for v in generator.trainable_variables) == 101 * 500 + 501 * 500 + 502 * 784
    sizes = (784, 1000, 500, 250, 250, 250, 10)
    assert sum(np.prod(v.shape) for v in discriminator.trainable_variables) == 10 + sum(
        (inputs + 1) * outputs for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True)
    )


def test_noise_is_off_outside_training_and_of_the_given_size():
    images = np.zeros((400, 8, 8, 1), np.float32)
    network = improved.discriminator((8, 8, 1), 10)
    assert np.ptp(network(images, training=False)["logits"], axis=0).max() < 1e-5
    assert np.ptp(network(images, training=True)["logits"], axis=0).min() > 0.1
    noises = [layer for layer in network.layers if isinstance(layer, keras.layers.GaussianNoise)]
    spread = [float(np.std(layer(np.zeros((100, 100), np.float32), training=True))) for layer in noises]
    np.testing.assert_allclose(spread, [0.3] + [0.5] * 5, rtol=0.05)


def test_units_start_with_a_spread_of_about_one():
    """What the paper's code does with 500 images of its data, its scales do here on other digits."""
    keras.utils.set_random_seed(0)
    digits = data.examples("digits")
    network = improved.discriminator(digits.shape, 10)
    taps = [layer.output for layer in network.layers if isinstance(layer, WeightNormDense)]
    activations = keras.Model(network.input, taps)(np.float32(digits.images[:500] / 127.5 - 1), training=True)
    spreads = [float(np.median(np.std(values, axis=0))) for values in activations]
    assert all(0.5 < spread < 2 for spread in spreads), spreads
