import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.networks import biggan, heads
from ganzoo.networks.attention import SelfAttention
from ganzoo.networks.conditional_norm import ConditionalBatchNormalization
from ganzoo.networks.spectral import SpectralConv2D, SpectralDense

SHAPES = [(8, 8, 1), (16, 32, 3), (28, 28, 1), (32, 32, 3), (64, 64, 3)]
LABELS, OTHER_LABELS = tf.one_hot([0, 3, 1], 4), tf.one_hot([3, 0, 2], 4)


def normal(*shape, seed=0):
    return tf.constant(np.random.default_rng(seed).normal(size=shape), tf.float32)


def with_label(inputs, labelled, labels=LABELS):
    return [tf.constant(inputs), labels] if labelled else inputs


def layers_of(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


def trained_size(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


@pytest.mark.thorough
@pytest.mark.cases(3)
@pytest.mark.parametrize("data_shape", SHAPES)
@pytest.mark.parametrize("num_classes", [None, 4])
def test_shapes_and_the_place_of_attention(data_shape, num_classes):
    generator = biggan.generator(7, data_shape, width=1, num_classes=num_classes, shared_embedding=3)
    discriminator = biggan.discriminator(data_shape, width=1, num_classes=num_classes)
    images = generator(with_label(normal(3, 7), num_classes))
    assert images.shape == (3, *data_shape) and images.dtype == "float32" and np.abs(images).max() <= 1
    scores = discriminator(with_label(images, num_classes))
    assert scores.shape == (3, 1) and scores.dtype == "float32"
    half = data_shape[0] // 2
    of_generator, of_discriminator = (
        layers_of(network, SelfAttention)[0].output.shape[1] for network in (generator, discriminator)
    )
    assert (of_generator, of_discriminator) == (half if half > 7 else 8, half)


@pytest.mark.thorough
def test_attention_has_the_largest_resolution_that_is_allowed():
    for most, expected in ((64, 16), (1, 8), (None, None)):
        network = biggan.generator(9, (32, 32, 3), width=1, attention=most)
        assert [layer.output.shape[1] for layer in layers_of(network, SelfAttention)] == [expected] * bool(expected)


@pytest.mark.thorough
def test_studiogans_sizes_at_32():
    """G: 4 chunks of 20, 384 channels; D: 192 channels, two blocks that halve and two that do not."""
    generator = biggan.generator(80, (32, 32, 3), num_classes=10)
    block = 2 * (9 * 384 * 384 + 384) + 384 * 384 + 384 + 2 * 2 * (20 + 128) * 384
    attention = 2 * 384 * 48 + 2 * 384 * 192 + 1
    ends = 21 * 4 * 4 * 384 + 2 * 384 + 9 * 384 * 3 + 3
    assert trained_size(generator) == 10 * 128 + ends + 3 * block + attention
    discriminator = biggan.discriminator((32, 32, 3), num_classes=10)
    conv, one = 9 * 192 * 192 + 192, 192 * 192 + 192
    first = 9 * 3 * 192 + 192 + conv + 3 * 192 + 192
    attention = 2 * 192 * 24 + 2 * 192 * 96 + 1
    assert trained_size(discriminator) == first + attention + (2 * conv + one) + 2 * 2 * conv + 193 + 10 * 192
    resolutions = [layer.output.shape[1] for layer in layers_of(discriminator, keras.layers.Add)]
    assert resolutions[:4] == [16, 8, 8, 8]


@pytest.mark.parametrize(
    ("side", "multiples"),
    [
        (64, [16, 8, 4, 2, 1]),
        pytest.param(96, [16, 8, 4, 2, 1], marks=pytest.mark.exhaustive),
        pytest.param(128, [16, 16, 8, 4, 2, 1], marks=pytest.mark.thorough),
    ],
)
def test_the_papers_channels_from_64_on(side, multiples):
    generator = biggan.generator(9, (side, side, 3), width=2, attention=None)
    discriminator = biggan.discriminator((side, side, 3), width=2, attention=None)
    found = [layer.output.shape[-1] for layer in layers_of(generator, keras.layers.Add)]
    assert [layers_of(generator, keras.layers.Reshape)[0].output.shape[-1], *found] == [2 * one for one in multiples]
    blocks = layers_of(discriminator, keras.layers.Add)
    assert [layer.output.shape[-1] for layer in blocks] == [2 * one for one in reversed(multiples)]
    halved = [side // 2**count for count in range(1, len(multiples))]
    assert [layer.output.shape[1] for layer in blocks] == [*halved, halved[-1]]


def test_sides_up_to_1024_have_channels():
    assert sorted(biggan.MULTIPLES) == [4, 5, 6, 7, 8]
    assert all(len(multiples) == doublings + 1 for doublings, multiples in biggan.MULTIPLES.items())


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize("num_classes", [None, 4])
def test_every_chunk_of_the_latents_and_the_label_change_the_image(num_classes):
    generator = biggan.generator(7, (16, 16, 1), width=1, num_classes=num_classes, shared_embedding=3)
    latents = normal(3, 7).numpy()
    images = generator(with_label(latents, num_classes))
    for place in range(7):
        moved = latents.copy()
        moved[:, place] += 1
        changes = np.abs(generator(with_label(moved, num_classes)) - images).max(axis=(1, 2, 3))
        assert changes.min() > 1e-4, place
    if num_classes:
        relabelled = generator(with_label(latents, True, OTHER_LABELS))
        assert np.abs(relabelled - images).max(axis=(1, 2, 3)).min() > 1e-4


def test_chunks_go_to_the_first_layer_and_to_one_block_each():
    """Three chunks of 7 latents: 3, 2 and 2 of them."""
    generator = biggan.generator(7, (16, 16, 1), width=1, num_classes=4, shared_embedding=3)
    widths = [layer.input[1].shape[-1] for layer in layers_of(generator, ConditionalBatchNormalization)]
    assert layers_of(generator, SpectralDense)[0].kernel.shape[0] == 3 and sorted(widths) == [5, 5, 5, 5]
    with pytest.raises(ValueError, match="divided into 3 chunks.*choose a latent_dim of at least 3, not 2"):
        biggan.generator(2, (16, 16, 1), width=1)


def test_without_chunks_and_embedding_each_class_has_gains_and_biases():
    """The generator of Miyato & Koyama (2018): it begins without a difference between the classes."""
    generator = biggan.generator(5, (8, 8, 1), 1, num_classes=4, hierarchical=False, shared_embedding=None)
    norms = layers_of(generator, ConditionalBatchNormalization)
    assert [norm.gain.kernel.shape for norm in norms] == [(4, 4), (4, 4)] and not any(norm.spectral for norm in norms)
    latents = tf.repeat(normal(1, 5), 3, axis=0)
    images = generator([latents, LABELS]).numpy()
    np.testing.assert_allclose(images[1:], images[:-1], atol=1e-6)
    for norm in norms:
        norm.gain.kernel.assign(normal(4, 4))
    images = generator([latents, LABELS]).numpy()
    assert np.abs(images[0] - images[1]).max() > 1e-3


def test_without_chunks_and_classes_batch_norm_is_plain():
    generator = biggan.generator(5, (8, 8, 1), width=1, hierarchical=False)
    assert not layers_of(generator, ConditionalBatchNormalization)
    assert len(layers_of(generator, keras.layers.BatchNormalization)) == 3


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize("normalization", ["spectral", None])
def test_a_score_is_that_of_the_image_plus_a_product_of_features_and_embedding(normalization):
    network = biggan.discriminator((8, 8, 1), 2, num_classes=4, normalization=normalization)
    images = normal(3, 8, 8, 1)
    train = tf.function(lambda: network([images, LABELS], training=True))
    for _ in range(100 if normalization else 0):  # until the power iterations stand still
        train()
    last = layers_of(network, keras.layers.ReLU)[-1]
    places = keras.Model(network.inputs, last.output)([images, LABELS]).numpy()
    features = places.sum(axis=(1, 2))
    embedding, score = (layer for layer in layers_of(network, keras.layers.Dense))
    kernels = [layer.kernel.numpy() for layer in (embedding, score)]
    if normalization == "spectral":
        kernels = [kernel / np.linalg.svd(kernel, compute_uv=False)[0] for kernel in kernels]
    score.bias.assign([0.5])
    expected = features @ kernels[1] + 0.5 + np.sum(features * (LABELS.numpy() @ kernels[0]), axis=1, keepdims=True)
    np.testing.assert_allclose(network([images, LABELS]), expected, rtol=1e-3, atol=1e-4)
    relabelled = network([images, OTHER_LABELS])
    assert np.abs(relabelled - expected).min() > 1e-4


def test_other_heads_get_the_projection_as_their_score():
    network = biggan.discriminator((8, 8, 1), 1, num_classes=4, head=heads.scores_and_logits(4))
    outputs, others = (network([normal(3, 8, 8, 1), labels]) for labels in (LABELS, OTHER_LABELS))
    assert outputs["scores"].shape == (3, 1) and outputs["logits"].shape == (3, 4)
    assert np.abs(outputs["scores"] - others["scores"]).min() > 1e-6
    np.testing.assert_array_equal(outputs["logits"], others["logits"])


def test_all_kernels_but_that_of_the_embedding_are_orthogonal_spectral_and_regularized():
    regularizer = keras.regularizers.L2(1.0)
    generator = biggan.generator(6, (8, 8, 1), 4, num_classes=4, shared_embedding=3, kernel_regularizer=regularizer)
    kernels = [weight for weight in generator.trainable_weights if weight.name == "kernel"]
    for kernel in kernels:
        matrix = kernel.numpy().reshape(-1, kernel.shape[-1])
        matrix = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
        np.testing.assert_allclose(matrix.T @ matrix, np.eye(matrix.shape[1]), atol=1e-5)
    plain = [layer for layer in layers_of(generator, keras.layers.Dense) if not isinstance(layer, SpectralDense)]
    assert [layer.kernel.shape for layer in plain] == [(4, 3)]
    assert all(isinstance(layer, SpectralConv2D) for layer in layers_of(generator, keras.layers.Conv2D))
    assert len(generator.losses) == len(kernels) - 1 == 1 + 3 + 4 + 4 + 1
    expected = sum(np.sum(kernel.numpy() ** 2) for kernel in kernels) - np.sum(plain[0].kernel.numpy() ** 2)
    np.testing.assert_allclose(sum(generator.losses), expected, rtol=1e-5)


@pytest.mark.parametrize("normalization", ["batch", "layer"])
def test_other_normalizations_of_d(normalization):
    network = biggan.discriminator((8, 8, 1), 1, normalization=normalization)
    kind = keras.layers.BatchNormalization if normalization == "batch" else keras.layers.GroupNormalization
    assert len(layers_of(network, kind)) == 5 and not layers_of(network, SpectralConv2D)


def test_the_width_falls_below_32_pixels():
    assert [biggan.default_width((side, 64, 3)) for side in (8, 16, 28, 32, 256)] == [24, 48, 84, 96, 96]
    assert biggan.default_width((8, 8, 1), 64) == 16


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"width": 0}, "width must be an integer of at least 1; got 0"),
        ({"attention": 0}, "attention must be an integer of at least 1; got 0"),
        ({"shared_embedding": 0, "num_classes": 3}, "shared_embedding must be an integer of at least 1; got 0"),
        ({"data_shape": (2,)}, "for images"),
        ({"data_shape": (29, 44, 1)}, "nearest possible size is 28 x 44"),
    ],
)
def test_settings_that_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        biggan.generator(**{"input_dim": 5, "data_shape": (8, 8, 1)} | settings)


@pytest.mark.thorough
def test_networks_with_labels_are_saved(tmp_path):
    generator = biggan.generator(6, (8, 8, 1), 1, num_classes=4, shared_embedding=3)
    discriminator = biggan.discriminator((8, 8, 1), 1, num_classes=4)
    for network, inputs in ((generator, normal(3, 6)), (discriminator, normal(3, 8, 8, 1))):
        network.save(tmp_path / "network.keras")
        loaded = keras.models.load_model(tmp_path / "network.keras")
        np.testing.assert_array_equal(loaded([inputs, LABELS]), network([inputs, LABELS]))
