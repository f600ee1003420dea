import keras
import numpy as np
import pytest

from ganzoo.networks import translators
from ganzoo.networks.layers import ReflectionPadding


def test_the_papers_sizes():
    """The numbers of that paper's code, less the biases that instance norm takes out again."""
    generator, discriminator = translators.generator((256, 256, 6)), translators.discriminator((256, 256, 6))
    taken_out = 64 + 128 + 256 + 18 * 256 + 128 + 64
    assert generator.get_layer("to_b").count_params() == 11_378_179 - taken_out
    assert discriminator.get_layer("judge_a").count_params() == 2_764_737 - (128 + 256 + 512)
    assert generator.count_params() == 2 * (11_378_179 - taken_out)
    convolutions = [layer for layer in generator.get_layer("to_a").layers if isinstance(layer, keras.layers.Conv2D)]
    np.testing.assert_allclose([layer.kernel.numpy().std() for layer in convolutions], 0.02, rtol=0.1)


@pytest.mark.parametrize(("side", "patch"), [(8, 16), (16, 16), (28, 16), (32, 34), (64, 70), (256, 70)])
def test_patches_of_a_score(side, patch):
    judge = translators.discriminator((side, side, 2), width=1).get_layer("judge_a")
    seen = 1
    for layer in reversed([layer for layer in judge.layers if isinstance(layer, keras.layers.Conv2D)]):
        seen = (seen - 1) * layer.strides[0] + layer.kernel_size[0]
    assert seen == patch


@pytest.mark.parametrize(
    ("data_shape", "lowest"), [((8, 8, 2), 8), ((16, 16, 6), 8), ((30, 30, 6), 15), ((36, 41, 2), 9)]
)
def test_any_sides_from_8_on(data_shape, lowest):
    generator, discriminator = (
        make(data_shape, width=2) for make in (translators.generator, translators.discriminator)
    )
    pairs = np.random.default_rng(0).uniform(-1, 1, (3, *data_shape)).astype(np.float32)
    images, scores = generator(pairs), discriminator(pairs)
    assert images.shape == pairs.shape and np.abs(images).max() <= 1
    assert (len(scores), scores.shape[-1]) == (3, 2) and scores.shape[1] < data_shape[0]
    assert min(layer.output.shape[1] for layer in generator.get_layer("to_a").layers) == lowest


@pytest.mark.parametrize("data_shape", [(16, 16, 3), (7, 8, 2), (6,)])
def test_other_shapes_are_refused(data_shape):
    for make in (translators.generator, translators.discriminator):
        with pytest.raises(
            ValueError, match=r"side by side in the channels are \(H, W, 2C\), with sides of at least 8"
        ):
            make(data_shape)


def test_domains_cross_in_the_generator_and_stay_apart_in_the_discriminator():
    pairs = np.random.default_rng(0).uniform(-1, 1, (2, 8, 8, 2)).astype(np.float32)
    generator, discriminator = translators.generator((8, 8, 2), 4, 1), translators.discriminator((8, 8, 2), 4)
    a, b = np.split(pairs, 2, axis=-1)
    images, scores = generator(pairs).numpy(), discriminator(pairs).numpy()
    np.testing.assert_allclose(images[..., :1], generator.get_layer("to_a")(b), rtol=1e-5)
    np.testing.assert_allclose(images[..., 1:], generator.get_layer("to_b")(a), rtol=1e-5)
    np.testing.assert_allclose(scores[..., :1], discriminator.get_layer("judge_a")(a), rtol=1e-5)
    np.testing.assert_allclose(scores[..., 1:], discriminator.get_layer("judge_b")(b), rtol=1e-5)


def test_reflection_and_instance_norm_against_numpy():
    images = np.random.default_rng(0).normal(size=(2, 5, 4, 3)).astype(np.float32)
    mirrored = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="reflect")
    layer = ReflectionPadding(2)
    np.testing.assert_array_equal(layer(images), mirrored)
    assert layer.compute_output_shape((None, 5, 4, 3)) == (None, 9, 8, 3) and layer.get_config()["size"] == 2
    inputs = keras.Input((5, 4, 3))
    normalized = keras.Model(inputs, translators._normalized(inputs))(images)
    mean, variance = (function(images, axis=(1, 2), keepdims=True) for function in (np.mean, np.var))
    np.testing.assert_allclose(normalized, (images - mean) / np.sqrt(variance + 1e-5), rtol=1e-4, atol=1e-5)
