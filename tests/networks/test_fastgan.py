"""FastGAN's layers against NumPy, and its networks at every kind of size."""

import keras
import numpy as np
import pytest
import scipy.special
import tensorflow as tf

from ganzoo.networks import fastgan, heads
from ganzoo.networks.fastgan_decoders import PyramidError, Quadrants, reconstruction_error
from ganzoo.networks.fastgan_layers import GatedLinearUnit, skip_layer_excitation
from ganzoo.networks.noise import NoiseInjection
from ganzoo.networks.spectral import SpectralConv2D, SpectralDense

SHAPES = [(8, 8, 1), (16, 32, 3), (28, 28, 1), (64, 64, 3)]


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def matrix(layer):
    return layer.kernel.numpy().reshape(-1, layer.kernel.shape[-1])


def settled(network):
    """Ends the power iterations of the layers, at the largest singular vectors."""
    for layer in network.layers:
        if isinstance(layer, (SpectralConv2D, SpectralDense)):
            layer.direction.assign(np.linalg.svd(matrix(layer))[2][0])
    return network


def normalized(layer):
    """A kernel divided by the largest singular value of it as a matrix."""
    return layer.kernel.numpy() / np.linalg.svd(matrix(layer), compute_uv=False)[0]


def convolutions(network):
    return [layer for layer in network.layers if isinstance(layer, SpectralConv2D)]


def box(images, factor):
    count, height, width, channels = images.shape
    return images.reshape(count, height // factor, factor, width // factor, factor, channels).mean(axis=(2, 4))


def test_a_gated_linear_unit_multiplies_one_half_by_the_sigmoid_of_the_other():
    inputs = drawn(2, 3, 4, 6)
    expected = inputs[..., :3] * scipy.special.expit(inputs[..., 3:])
    np.testing.assert_allclose(GatedLinearUnit()(inputs), expected, rtol=1e-5)
    assert GatedLinearUnit().compute_output_shape((None, 3, 4, 6)) == (None, 3, 4, 3)


@pytest.mark.parametrize("side", [4, 8, 16])
def test_skip_layer_excitation_gates_each_channel(side):
    small, large = drawn(2, side, 2 * side, 3), drawn(2, 16, 32, 5, seed=1)
    inputs = [keras.Input(images.shape[1:]) for images in (small, large)]
    network = settled(keras.Model(inputs, skip_layer_excitation(*inputs, base=(4, 8))))
    first, second = map(normalized, convolutions(network))
    hidden = np.einsum("nhwc,hwcd->nd", box(small, side // 4), first)
    hidden *= scipy.special.expit(hidden)
    gates = scipy.special.expit(hidden @ second[0, 0])
    np.testing.assert_allclose(network([small, large]), large * gates[:, None, None], rtol=1e-4, atol=1e-5)


def test_noise_is_one_number_for_each_pixel_times_a_strength_that_starts_at_0():
    layer, images = NoiseInjection(), np.zeros((50, 16, 16, 3), np.float32)
    np.testing.assert_array_equal(layer(images, training=True), images)
    layer.strength.assign(2.0)
    first, second = (layer(images, training=True).numpy() for _ in range(2))
    np.testing.assert_array_equal(first[..., :1], first[..., 1:2])
    assert abs(first[..., 0].std() - 2) < 0.05 and abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.05
    np.testing.assert_array_equal(layer(images, training=False)[7], np.tile(2 * layer.constant_noise.numpy(), 3))


def test_quadrants_come_in_turn():
    images = drawn(5, 4, 6, 2)
    expected = [images[0, :2, :3], images[1, :2, 3:], images[2, 2:, :3], images[3, 2:, 3:], images[4, :2, :3]]
    np.testing.assert_array_equal(Quadrants()(images), expected)


@pytest.mark.parametrize(("sides", "scales"), [((8, 16), 3), ((6, 8), 2), ((7, 7), 1)])
def test_the_error_is_a_mean_over_scales(sides, scales):
    one, other = drawn(3, *sides, 2), drawn(3, *sides, 2, seed=1)
    levels = [np.abs(box(one, 2**scale) - box(other, 2**scale)).mean(axis=(1, 2, 3)) for scale in range(scales)]
    np.testing.assert_allclose(PyramidError()([one, other]), np.mean(levels, axis=0)[:, None], rtol=1e-5)


def test_the_reconstruction_error_is_the_distance_from_what_the_decoder_makes():
    """Features of 0 leave the shifts of the last layer norm, so every pixel comes from the same numbers."""
    images, features = np.tanh(drawn(3, 32, 32, 2)), np.zeros((3, 1, 1, 5), np.float32)
    inputs = keras.Input((32, 32, 2)), keras.Input((1, 1, 5))
    network = settled(keras.Model(inputs, reconstruction_error(*inputs, width=8)))
    norms = [layer for layer in network.layers if isinstance(layer, keras.layers.GroupNormalization)]
    assert [norm.beta.shape[0] for norm in norms] == [32, 16, 16, 8]
    norms[-1].beta.assign(drawn(8))
    values, gates = np.split(drawn(8), 2)
    kernel, pixels = normalized(convolutions(network)[-1]), np.zeros((18, 18, 4))
    pixels[1:-1, 1:-1] = values * scipy.special.expit(gates)
    places = range(16)
    rebuilt = np.array(
        [[np.einsum("hwc,hwcd->d", pixels[y : y + 3, x : x + 3], kernel) for x in places] for y in places]
    )
    rebuilt = np.broadcast_to(np.tanh(rebuilt), (3, 16, 16, 2))
    scales = [np.abs(box(box(images, 2) - rebuilt, 2**scale)).mean(axis=(1, 2, 3)) for scale in range(3)]
    np.testing.assert_allclose(network([images, features]), np.mean(scales, axis=0)[:, None], rtol=1e-4)


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize("data_shape", SHAPES, ids=str)
def test_any_image(data_shape):
    generator = fastgan.generator(5, data_shape, width=2)
    for layer in generator.layers:
        if isinstance(layer, NoiseInjection):
            layer.strength.assign(1.0)
    latents = drawn(3, 5)
    images = generator(latents, training=False)
    assert images.shape == (3, *data_shape) and images.dtype == tf.float32 and 0 < np.abs(images).max() <= 1
    np.testing.assert_array_equal(generator(latents, training=False), images)
    assert not np.array_equal(generator(latents, training=True), generator(latents, training=True))
    discriminator = fastgan.self_supervised_discriminator(data_shape, width=2, augment="color,translation")
    outputs = discriminator(images, training=False)
    assert {name: (part.shape, part.dtype) for name, part in outputs.items()} == dict.fromkeys(
        ("scores", "reconstruction_error"), ((3, 1), tf.float32)
    )


@pytest.mark.thorough
def test_both_networks_are_saved(tmp_path):
    generator, latents = fastgan.generator(5, (8, 8, 1), width=2), drawn(3, 5)
    discriminator = fastgan.self_supervised_discriminator((8, 8, 1), width=2, augment="color,translation")
    for network, inputs in ((generator, latents), (discriminator, drawn(3, 8, 8, 1))):
        network(inputs, training=True)
        network.save(tmp_path / "network.keras")
        again = keras.models.load_model(tmp_path / "network.keras")(inputs, training=False)
        tf.nest.map_structure(np.testing.assert_array_equal, again, network(inputs, training=False))


@pytest.mark.thorough
def test_the_authors_channels():
    """At 256 x 256, counted layer by layer; D has none of G's table at 64 and beyond."""
    width, latent_dim, shape = 16, 256, (256, 256, 3)
    c = [int(width * multiple) for multiple in (16, 8, 4, 2, 2, 1, 0.5)]
    count = latent_dim * 16 * 2 * c[0] + 4 * c[0] + 27 * c[6]
    for level in range(1, 7):
        count += 9 * c[level - 1] * 2 * c[level] + 4 * c[level]
        count += (9 * c[level] * 2 * c[level] + 4 * c[level] + 2) * (level % 2)  # the 2 are strengths of noise
    count += sum(16 * c[level] * c[level + 4] + c[level + 4] ** 2 for level in range(3))
    assert trainable(fastgan.generator(latent_dim, shape, width)) == count

    c = [int(width * multiple) for multiple in (16, 8, 4, 2, 1, 0.5, 0.25)]
    count = 27 * c[6] + c[1] * c[0] + 2 * c[0] + c[0]
    for level in range(1, 6):
        count += (16 + 1) * c[level + 1] * c[level] + 9 * c[level] ** 2 + 3 * 2 * c[level]
    count += sum(16 * c[level + 3] * c[level] + c[level] ** 2 for level in range(1, 4))
    assert trainable(fastgan.discriminator(shape, width)) == count
    assert fastgan.discriminator((512, 512, 3), width).count_params() > 0


def trainable(network):
    return sum(int(np.prod(variable.shape)) for variable in network.trainable_variables)


@pytest.mark.cases(2)
@pytest.mark.parametrize("normalization", ["batch", "layer", "spectral", None])
def test_the_discriminator_takes_any_head_and_normalization(normalization):
    head = heads.scores_and_logits(7)
    network = fastgan.discriminator((16, 16, 1), 2, normalization=normalization, head=head)
    outputs = network(drawn(3, 16, 16, 1))
    assert outputs["scores"].shape == (3, 1) and outputs["logits"].shape == (3, 7)


def test_the_score_of_a_label_is_a_projection():
    images, labels = drawn(4, 8, 8, 1), np.eye(3, dtype=np.float32)[[0, 2, 1, 0]]
    network = fastgan.discriminator((8, 8, 1), 2, head=heads.scores_and_features, num_classes=3)
    outputs = settled(network)([images, labels])
    dense = [layer for layer in network.layers if isinstance(layer, SpectralDense)]
    embedding, score = (next(layer for layer in dense if layer.kernel.shape[-1] == units) for units in (32, 1))
    features = outputs["features"].numpy()
    expected = features @ normalized(score) + np.sum(features * (labels @ normalized(embedding)), axis=1, keepdims=True)
    np.testing.assert_allclose(outputs["scores"], expected, rtol=1e-4, atol=1e-6)


def test_the_generator_uses_the_label():
    generator, latents = fastgan.generator(5, (8, 8, 1), 2, num_classes=3), np.repeat(drawn(1, 5), 3, axis=0)
    images = generator([latents, np.eye(3, dtype=np.float32)]).numpy()
    assert np.abs(images[0] - images[1]).max() > 1e-3
    np.testing.assert_allclose(generator([5 * latents, np.eye(3)]), images, atol=1e-4)  # lengths do not matter


@pytest.mark.thorough
def test_decoders_do_not_work_where_nobody_reads_their_error():
    network = fastgan.self_supervised_discriminator((16, 16, 1), width=2)

    def work(*names):
        """How many convolutions the outputs of these names, or the state after a call in training, depend on."""

        @tf.function
        def call(images):
            outputs = network(images, training=True)
            return [outputs[name] for name in names]

        graph = call.get_concrete_function(tf.TensorSpec((3, 16, 16, 1))).graph
        found, rest = set(), [*(output.op for output in graph.outputs), *graph.control_outputs]
        while rest:
            node = rest.pop()
            if node not in found:
                found.add(node)
                rest += [*(tensor.op for tensor in node.inputs), *node.control_inputs]
        return sum(node.type == "Conv2D" for node in found)

    plain = len(convolutions(fastgan.discriminator((16, 16, 1), width=2)))
    assert work("scores") == plain
    assert work("scores", "reconstruction_error") == len(convolutions(network)) > plain


@pytest.mark.parametrize("data_shape", [(64, 64), (2,), (4, 4, 1), (2048, 8, 1)], ids=str)
def test_sizes_that_are_refused(data_shape):
    for build in (lambda: fastgan.generator(5, data_shape), lambda: fastgan.discriminator(data_shape)):
        with pytest.raises(ValueError, match="These networks are for images"):
            build()
