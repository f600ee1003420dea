import keras
import numpy as np
import pytest

from ganzoo.networks import translators
from ganzoo.networks.layers import ReflectionPadding

TRANSLATORS = [translators.resnet_translator, translators.unet_translator]
DISCRIMINATORS = [translators.patch_discriminator, translators.pair_discriminator]


def noise(shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)


@pytest.mark.thorough
def test_the_papers_sizes():
    """The numbers of the papers' code, less the biases that instance norm takes out again."""
    translator = translators.resnet_translator((256, 256, 3))
    taken_out = 64 + 128 + 256 + 18 * 256 + 128 + 64
    assert translator.count_params() == 11_378_179 - taken_out
    assert translators.patch_discriminator((256, 256, 3)).count_params() == 2_764_737 - (128 + 256 + 512)
    first = 4 * 4 * 3 * 64  # a pair has twice the channels in the first layer's kernel
    expected = 2_764_737 + (128 + 256 + 512) + first  # a gain and a shift for each channel, and no bias
    assert translators.pair_discriminator((256, 256, 3)).count_params() == expected
    convolutions = [layer for layer in translator.layers if isinstance(layer, keras.layers.Conv2D)]
    np.testing.assert_allclose([layer.kernel.numpy().std() for layer in convolutions], 0.02, rtol=0.1)


def norms_of(network):
    return [layer for layer in network.layers if isinstance(layer, keras.layers.GroupNormalization)]


@pytest.mark.thorough
def test_pix2pix_has_gains_about_1_and_shifts_and_cyclegan_has_none():
    for network in (translators.unet_translator((64, 64, 3)), translators.pair_discriminator((64, 64, 3))):
        gains = np.concatenate([layer.gamma.numpy() for layer in norms_of(network)])
        np.testing.assert_allclose([gains.mean(), gains.std()], [1, 0.02], atol=0.003)
        assert all(np.all(layer.beta.numpy() == 0) for layer in norms_of(network))
    for network in (translators.resnet_translator((16, 16, 3)), translators.patch_discriminator((16, 16, 3))):
        assert norms_of(network) and not any(layer.weights for layer in norms_of(network))


@pytest.mark.parametrize(("side", "patch"), [(8, 16), (16, 16), (28, 16), (32, 34), (64, 70), (256, 70)])
def test_patches_of_a_score(side, patch):
    judge = translators.patch_discriminator((side, side, 1), width=1)
    seen = 1
    for layer in reversed([layer for layer in judge.layers if isinstance(layer, keras.layers.Conv2D)]):
        seen = (seen - 1) * layer.strides[0] + layer.kernel_size[0]
    assert seen == patch


@pytest.mark.parametrize("translator", TRANSLATORS)
@pytest.mark.parametrize(
    "data_shape", [(36, 41, 2), *(pytest.param(s, marks=pytest.mark.exhaustive) for s in ((8, 8, 1), (30, 30, 3)))]
)
def test_any_sides_from_8_on(translator, data_shape):
    images = noise((3, *data_shape))
    translated = translator(data_shape, width=2)(images)
    assert translated.shape == images.shape and np.abs(translated).max() <= 1
    scores = translators.patch_discriminator(data_shape, width=2)(images)
    assert (len(scores), scores.shape[-1]) == (3, 1) and scores.shape[1] < data_shape[0]
    assert translators.pair_discriminator(data_shape, width=2)({"a": images, "b": images}).shape == scores.shape


@pytest.mark.parametrize(("data_shape", "lowest"), [((8, 8, 1), 8), ((30, 30, 3), 15), ((36, 41, 1), 9)])
def test_the_sides_are_halved_down_to_8(data_shape, lowest):
    translator = translators.resnet_translator(data_shape, width=2)
    assert min(layer.output.shape[1] for layer in translator.layers) == lowest


@pytest.mark.parametrize("shape", [(16, 16, 3), (28, 20, 1), (9, 9, 1)])
def test_the_u_net_joins_each_level(shape):
    translator = translators.unet_translator(shape, width=2)
    joined = sum(isinstance(layer, keras.layers.Concatenate) for layer in translator.layers)
    assert joined == int(np.log2(min(shape[:2]))) - 2


@pytest.mark.parametrize("make", TRANSLATORS + DISCRIMINATORS)
@pytest.mark.parametrize("data_shape", [(7, 8, 1), (6,)])
def test_other_shapes_are_refused(make, data_shape):
    with pytest.raises(ValueError, match=r"Translated images are \(H, W, C\) with sides of at least 8; got data_shape"):
        make(data_shape)


@pytest.mark.parametrize("domain", ["a", "b"])
def test_the_discriminator_of_pairs_looks_at_both(domain):
    judge = translators.pair_discriminator((8, 8, 1), 4)
    pair = {"a": noise((2, 8, 8, 1)), "b": noise((2, 8, 8, 1), 1)}
    before = judge(pair).numpy()
    assert np.abs(judge(pair | {domain: noise((2, 8, 8, 1), 2)}) - before).min() > 0


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
