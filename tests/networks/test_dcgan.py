import keras
import numpy as np
import pytest

from ganzoo.networks import dcgan, heads


def layers_of(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


@pytest.mark.parametrize(
    ("side", "base", "channels"),
    [
        (64, 4, [128, 256, 512, 1024]),
        (32, 4, [128, 256, 512]),
        (28, 7, [128, 256]),
        (8, 4, [128]),
        (96, 6, [128, 256, 512, 1024]),
    ],
)
def test_bases_and_widths(side, base, channels):
    assert dcgan.sizes((side, side, 3), 128) == ((base, base), channels)
    assert dcgan.sizes((128, 128, 3), 128) == ((4, 4), [128, 256, 512, 1024, 1024])


def test_the_papers_generator_at_64():
    """100 -> 4x4x1024 -> 512 -> 256 -> 128 -> 64x64x3: kernels without biases, a gain and a shift in each batch norm.

    The first batch norm has them for each unit, the others for each channel.
    """
    generator = dcgan.generator(100, (64, 64, 3))
    maps = [1024, 512, 256, 128]
    kernels = 100 * 4 * 4 * 1024 + sum(25 * a * b for a, b in zip(maps, maps[1:], strict=False)) + 25 * 128 * 3
    gains = 16 * 1024 + 512 + 256 + 128
    assert sum(np.prod(weight.shape) for weight in generator.trainable_weights) == kernels + 2 * gains
    assert [layer.output.shape[1] for layer in layers_of(generator, keras.layers.ReLU)] == [4, 8, 16, 32]


@pytest.mark.cases(3)
@pytest.mark.parametrize("data_shape", [(8, 8, 1), (9, 9, 1), (28, 28, 1), (30, 30, 3), (16, 40, 3), (100, 128, 1)])
def test_any_sides_from_8_to_128(data_shape):
    generator, discriminator = dcgan.generator(5, data_shape, width=2), dcgan.discriminator(data_shape, width=2)
    images = generator(50 * np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32))
    assert images.shape == (3, *data_shape) and np.abs(images).max() <= 1
    assert discriminator(images).shape == (3, 1)


@pytest.mark.parametrize("data_shape", [(7, 7, 1), (129, 64, 3), (2,)])
def test_other_sides_are_refused(data_shape):
    with pytest.raises(ValueError, match="sides of 8 to 128"):
        dcgan.generator(5, data_shape)


def test_trap_21_batch_norm_is_nowhere_on_generators_output_or_discriminators_input():
    generator, discriminator = dcgan.generator(5, (32, 32, 3), width=4), dcgan.discriminator((32, 32, 3), width=4)
    for network, ends in (
        (generator, generator.layers[-2:]),
        (discriminator, discriminator.layers[:3] + discriminator.layers[-2:]),
    ):
        assert layers_of(network, keras.layers.BatchNormalization)
        assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in ends)
    assert isinstance(discriminator.layers[1], keras.layers.Conv2D)
    assert isinstance(discriminator.layers[2], keras.layers.LeakyReLU) and discriminator.layers[2].negative_slope == 0.2


def biases(network):
    """For each layer with a kernel, whether it has a bias."""
    return [layer.use_bias for layer in network.layers if hasattr(layer, "kernel")]


def test_networks_with_batch_norm_have_no_biases_and_others_have_them_everywhere():
    assert not any(biases(dcgan.generator(5, (32, 32, 3), width=4)))
    for normalization in ("batch", "layer", "spectral", None):
        found = biases(dcgan.discriminator((32, 32, 3), width=4, normalization=normalization))
        assert len(found) == 4 and set(found) == {normalization != "batch"}
    head = heads.scores_and_codes(3, units=5)
    assert biases(dcgan.discriminator((8, 8, 1), width=4, head=head)).count(True) == 2  # those that the head adds


def test_layer_norm_is_over_the_image_with_a_gain_for_each_channel():
    images = np.random.default_rng(0).normal(2, 0.01, (3, 4, 5, 6)).astype(np.float32)
    inputs = keras.Input((4, 5, 6))
    network = keras.Model(inputs, dcgan.layer_normalized(inputs))
    gain, shift = np.random.default_rng(1).normal(size=(2, 6)).astype(np.float32)
    network.set_weights([gain, shift])
    mean, variance = (function(images, axis=(1, 2, 3), keepdims=True) for function in (np.mean, np.var))
    expected = (images - mean) / np.sqrt(variance + 1e-5) * gain + shift
    np.testing.assert_allclose(network(images), expected, rtol=2e-3, atol=2e-3)


def test_guidelines():
    """No pooling, no hidden dense layer, weights from N(0, .02)."""
    for network in (dcgan.generator(100, (64, 64, 3), width=32), dcgan.discriminator((64, 64, 3), width=32)):
        assert not layers_of(network, (keras.layers.MaxPooling2D, keras.layers.AveragePooling2D))
        assert len(layers_of(network, keras.layers.Dense)) == 1
        kernels = [
            layer.kernel.numpy() for layer in layers_of(network, (keras.layers.Conv2D, keras.layers.Conv2DTranspose))
        ]
        for kernel in kernels:
            np.testing.assert_allclose([kernel.mean(), kernel.std()], [0, 0.02], atol=0.002)


def test_the_classifier_judges_each_image_alone_and_has_a_layer_more():
    classifier = dcgan.classifier((28, 28, 1), 10, width=4)
    assert [layer.filters for layer in layers_of(classifier, keras.layers.Conv2D)] == [4, 8, 16]
    assert not layers_of(classifier, keras.layers.BatchNormalization)
    assert len(layers_of(classifier, keras.layers.GaussianNoise)) == 4
    images = np.random.default_rng(0).uniform(-1, 1, (3, 28, 28, 1)).astype(np.float32)
    together, alone = classifier(images), classifier(images[:1])
    assert {name: output.shape for name, output in together.items()} == {"logits": (3, 10), "features": (3, 4 * 4 * 16)}
    for name, output in together.items():
        np.testing.assert_allclose(output[:1], alone[name], atol=1e-5)
    assert np.abs(classifier(images, training=True)["logits"] - together["logits"]).max() > 0
