"""StyleGAN2's networks: sizes, styles, labels, and that they work in every way in which a game runs them."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo.networks import heads, stylegan2
from ganzoo.networks.minibatch import MinibatchStandardDeviation
from ganzoo.networks.style_mapping import StylesPerLayer, mapping_network

RANDOM = np.random.default_rng(0)
LATENTS = tf.constant(RANDOM.normal(size=(5, 6)), tf.float32)
LABELS = tf.one_hot([0, 1, 2, 0, 1], 3)


def pair(data_shape=(8, 8, 1), num_classes=None, **settings):
    generator = stylegan2.generator(6, data_shape, width=4, num_classes=num_classes)
    return generator, stylegan2.discriminator(data_shape, 4, num_classes=num_classes, **settings)


def with_labels(inputs, num_classes):
    return inputs if num_classes is None else [inputs, LABELS]


def with_noise(generator):
    """The generator with noise of strength 1."""
    for layer in generator.layers:
        if hasattr(layer, "strength"):
            layer.strength.assign(1.0)
    return generator


@pytest.mark.thorough
@pytest.mark.cases(3)
@pytest.mark.parametrize("data_shape", [(8, 8, 1), (16, 32, 3), (28, 28, 1)])
@pytest.mark.parametrize("num_classes", [None, 3])
@pytest.mark.parametrize("residual", [True, False])
def test_any_image_with_and_without_classes(data_shape, num_classes, residual):
    generator, discriminator = pair(data_shape, num_classes, residual=residual)
    for training in (True, False):
        images = generator(with_labels(LATENTS, num_classes), training=training)
        scores = discriminator(with_labels(images, num_classes), training=training)
        assert images.shape == (5, *data_shape) and scores.shape == (5, 1)
        assert images.dtype == scores.dtype == tf.float32
        assert np.isfinite(images).all() and np.isfinite(scores).all() and np.std(scores) > 0
    assert generator.output_shape == (None, *data_shape) and discriminator.output_shape == (None, 1)


@pytest.mark.thorough
def test_fresh_networks_have_outputs_of_about_variance_1():
    latents = RANDOM.normal(size=(64, 32)).astype("float32")
    images = stylegan2.generator(32, (16, 16, 3), width=16)(latents, training=True)
    assert 0.4 < np.var(images) < 3
    flat = np.broadcast_to(RANDOM.normal(size=(64, 1, 1, 3)), (64, 16, 16, 3)).astype("float32")
    for residual in (True, False):
        discriminator = stylegan2.discriminator((16, 16, 3), 16, residual=residual)
        (layer,) = [one for one in discriminator.layers if isinstance(one, MinibatchStandardDeviation)]
        features = keras.Model(discriminator.input, layer.input)(flat)
        assert 0.2 < np.mean(np.square(features)) < 1.3  # less than 1, because beyond the border images are 0
        assert 0.02 < np.mean(np.square(discriminator(flat))) < 5


@pytest.mark.parametrize(
    ("side", "width", "channels"),
    [
        (32, 512, [512] * 4),
        (64, 256, [256] + [512] * 4),
        (256, 64, [64, 128, 256] + [512] * 4),
        (1024, 32, [32, 64, 128, 256] + [512] * 5),
        (8, 600, [600, 600]),
    ],
)
def test_the_papers_channels(side, width, channels):
    """min(base / side, 512) at each side, with a base of 32768 at 32 and at 1024, and of 16384 else."""
    assert stylegan2.sizes((side, side, 3), width) == ((4, 4), channels)
    assert stylegan2.default_width((side, 2 * side, 3)) == {8: 512, 32: 512, 64: 256, 256: 64, 1024: 16}[side]


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize(("residual", "skips"), [(True, 8 * 16), (False, 0)])
def test_parameters_by_hand(residual, skips):
    """At 8 x 8 with a width of 8: one doubling from 4 x 4, where there are 16 channels."""
    generator = stylegan2.generator(6, (8, 8, 3), width=8, style_dim=5)
    mapping = 7 * 5 + 6 * 5

    def convolution(size, inputs, outputs):
        return 6 * inputs + size * size * inputs * outputs + outputs  # with its dense layer for the style

    first = 16 * 16 + convolution(3, 16, 16) + 1 + convolution(1, 16, 3)
    second = convolution(3, 16, 8) + 1 + convolution(3, 8, 8) + 1 + convolution(1, 8, 3)
    assert sum(np.prod(weight.shape) for weight in generator.trainable_weights) == mapping + first + second
    discriminator = stylegan2.discriminator((8, 8, 3), 8, residual=residual)
    block = 4 * 8 + 9 * 8 * 8 + 8 + 9 * 8 * 16 + 16 + skips
    assert discriminator.count_params() == block + 9 * 17 * 16 + 16 + 16 * 16 * 16 + 16 + 17


def test_the_mapping_network_by_hand():
    parts = [keras.Input((size,)) for size in (3, 4)]
    network = keras.Model(parts, mapping_network(parts, 5, 2))
    values = [RANDOM.normal(size=(6, size)).astype("float32") for size in (3, 4)]
    w = np.concatenate([part / np.sqrt(np.mean(part**2, axis=1, keepdims=True)) for part in values], axis=1)
    kernels = network.get_weights()[::2]
    for kernel in kernels:
        np.testing.assert_allclose(np.std(kernel), 100, rtol=0.4)
        w = w @ (kernel * 0.01) / np.sqrt(len(kernel))
        w = np.sqrt(2) * np.where(w > 0, w, 0.2 * w)
    np.testing.assert_allclose(network(values), w, rtol=1e-4, atol=1e-5)


def test_the_moving_mean_of_w_over_two_updates_by_hand():
    layer, values = StylesPerLayer(3, decay=0.9), RANDOM.normal(size=(2, 5, 4)).astype("float32")
    for w in values:
        styles = layer(w, training=True)
        np.testing.assert_array_equal(styles, np.repeat(w[:, None], 3, axis=1))
        assert layer.last is styles
    expected = 0.9 * 0.1 * values[0].mean(axis=0) + 0.1 * values[1].mean(axis=0)
    np.testing.assert_allclose(layer.mean_w, expected, rtol=1e-5)
    layer(values[0], training=False)
    np.testing.assert_allclose(layer.mean_w, expected, rtol=1e-5)
    layer.truncation.assign(0.7)
    truncated = expected + 0.7 * (values[0] - expected)
    np.testing.assert_allclose(layer(values[0], training=False)[:, 2], truncated, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(layer(values[0], training=True)[:, 2], values[0])
    assert StylesPerLayer(3).decay == 0.995


def test_replicas_move_the_mean_of_w_together(mirrored):
    with mirrored.scope():
        layer = StylesPerLayer(2)
        layer.build((None, 4))
    w = tf.constant(RANDOM.normal(size=(6, 4)), tf.float32)

    def half():
        first = 3 * tf.distribute.get_replica_context().replica_id_in_sync_group
        return layer(w[first : first + 3], training=True)

    mirrored.run(tf.function(half, autograph=False))
    np.testing.assert_allclose(layer.mean_w.numpy(), 0.005 * np.mean(w, axis=0), rtol=1e-4)


@pytest.mark.thorough
def test_truncation_0_makes_one_image_and_1_changes_none():
    generator = with_noise(stylegan2.generator(6, (16, 16, 1), width=4))
    generator(LATENTS, training=True)
    styles = generator.get_layer("styles")
    before = generator(LATENTS, training=False)
    styles.truncation.assign(0.0)
    images = generator(LATENTS, training=False).numpy()
    np.testing.assert_allclose(images, np.broadcast_to(images[:1], images.shape), atol=1e-5)
    styles.truncation.assign(1.0)
    styles.mean_w.assign(styles.mean_w + 100.0)
    np.testing.assert_array_equal(generator(LATENTS, training=False), before)


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize("num_classes", [None, 3])
def test_equal_latents_give_equal_images_and_a_saved_generator_gives_the_same(num_classes, tmp_path):
    generator = with_noise(pair(num_classes=num_classes)[0])
    inputs = with_labels(LATENTS, num_classes)
    assert np.max(np.abs(generator(inputs, training=True) - generator(inputs, training=True))) > 0.1
    images = generator(inputs, training=False)
    np.testing.assert_array_equal(generator(inputs, training=False), images)
    generator.save(tmp_path / "generator.keras")
    again = keras.models.load_model(tmp_path / "generator.keras")
    np.testing.assert_array_equal(again(inputs, training=False), images)


@pytest.mark.thorough
def test_a_generator_that_has_trained_can_be_exported(tmp_path):
    generator = pair()[0]
    tf.function(lambda: generator(LATENTS, training=True), autograph=False)()
    generator.export(tmp_path / "exported", verbose=False)
    exported = tf.saved_model.load(str(tmp_path / "exported"))
    np.testing.assert_allclose(exported.serve(LATENTS), generator(LATENTS, training=False), rtol=1e-4, atol=1e-5)


def test_without_noise_training_draws_nothing():
    generator = with_noise(stylegan2.generator(6, (8, 8, 1), width=4, noise=False))
    np.testing.assert_array_equal(generator(LATENTS, training=True), generator(LATENTS, training=True))


def test_labels_change_images_and_scores():
    generator, discriminator = pair(num_classes=3)
    latents = tf.repeat(LATENTS[:1], 3, axis=0)
    images = generator([latents, LABELS[:3]])
    assert min(np.max(np.abs(images[one] - images[other])) for one, other in ((0, 1), (1, 2), (0, 2))) > 0.01
    scores = discriminator([tf.repeat(images[:1], 3, axis=0), LABELS[:3]]).numpy()
    assert len(np.unique(scores)) == 3


@pytest.mark.cases(1)
@pytest.mark.parametrize("num_classes", [None, 3])
def test_every_head(num_classes):
    discriminator = pair(num_classes=num_classes, head=heads.scores_and_logits(4))[1]
    outputs = discriminator(with_labels(tf.random.normal((5, 8, 8, 1)), num_classes))
    assert {name: output.shape for name, output in outputs.items()} == {"scores": (5, 1), "logits": (5, 4)}


@pytest.mark.thorough
def test_mixed_precision_is_close_to_float32():
    networks = [pair((16, 16, 3), 3)]
    keras.config.set_dtype_policy("mixed_float16")
    try:
        networks.append(pair((16, 16, 3), 3))
    finally:
        keras.config.set_dtype_policy("float32")
    for full, half in zip(*networks, strict=True):
        half.set_weights(full.get_weights())
    images = [generator([LATENTS, LABELS], training=False) for generator, _ in networks]
    scores = [discriminator([images[0], LABELS], training=False) for _, discriminator in networks]
    for full, half in (images, scores):
        assert half.dtype == tf.float32 and 0 < np.max(np.abs(full - half)) < 0.05


@pytest.mark.thorough
@pytest.mark.parametrize("jit_compile", [False, pytest.param(True, marks=pytest.mark.exhaustive)])
def test_a_penalty_on_gradients_has_the_gradient_of_finite_differences(jit_compile, monkeypatch):
    """R1 of a call in training, with tanh as activation: the slopes of leaky ReLUs jump between two differences."""
    monkeypatch.setattr(stylegan2, "scaled_leaky_relu", keras.ops.tanh)
    discriminator = stylegan2.discriminator((8, 8, 3), 4)
    images = tf.constant(RANDOM.normal(size=(5, 8, 8, 3)), tf.float32)
    variables = discriminator.trainable_variables[:-1]  # the last bias has no part in it

    @tf.function(jit_compile=jit_compile, autograph=False)
    def slopes():
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(images)
                total = tf.reduce_sum(discriminator(images, training=True))
            square = tf.reduce_sum(tf.square(inner.gradient(total, images)))
        return square, outer.gradient(square, [one.value for one in variables])

    gradients = slopes()[1]
    length, found = tf.linalg.global_norm(gradients), []
    for step in (1e-2, -2e-2):
        for variable, gradient in zip(variables, gradients, strict=True):
            variable.assign_add(step * gradient / length)
        found.append(slopes()[0])
    np.testing.assert_allclose((found[0] - found[1]) / 2e-2, length, rtol=0.01)


@pytest.mark.thorough
@pytest.mark.parametrize("jit_compile", [False, pytest.param(True, marks=pytest.mark.exhaustive)])
def test_a_game_trains_with_them(jit_compile):
    networks = stylegan2.generator(6, (8, 8, 1), width=4), stylegan2.discriminator((8, 8, 1), 4)
    gan = ganzoo.GAN(*networks, "normal", penalties="r1:1", seed=0)
    gan.compile(jit_compile=jit_compile, run_eagerly=not jit_compile)
    before = [variable.numpy() for variable in gan.trainable_variables]
    logs = gan.fit(RANDOM.uniform(-1, 1, (8, 8, 8, 1)), batch_size=8, verbose=0).history
    assert all(np.isfinite(values).all() for values in logs.values())
    moved = [np.abs(new - old).max() > 0 for new, old in zip(gan.trainable_variables, before, strict=True)]
    assert all(moved)


def test_spectral_normalization_is_refused_and_the_other_kinds_have_no_effect():
    with pytest.raises(ValueError, match="takes no spectral normalization.*leave normalization out"):
        stylegan2.discriminator((8, 8, 1), 4, normalization="spectral")
    for normalization in ("batch", "layer"):
        assert stylegan2.discriminator((8, 8, 1), 4, True, normalization).count_params() == pair()[1].count_params()
    with pytest.raises(ValueError, match="nearest possible size is 32 x 32"):
        stylegan2.generator(6, (30, 30, 1))
