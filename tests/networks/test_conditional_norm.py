"""Conditional batch norm by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.networks.conditional_norm import ConditionalBatchNormalization

IMAGES = np.random.default_rng(0).normal(2.0, 3.0, (6, 3, 5, 4)).astype("float32")
LABELS = np.eye(3, dtype="float32")[[0, 1, 2, 0, 1, 1]]
INPUTS = [tf.constant(IMAGES), tf.constant(LABELS)]


def awake(**settings):
    layer = ConditionalBatchNormalization(**settings)
    layer.build([(None, 3, 5, 4), (None, 3)])
    for place, variable in enumerate(layer.trainable_variables):
        variable.assign(np.random.default_rng(place + 1).normal(size=variable.shape))
    return layer


def by_hand(layer, mean, variance, sigmas=(1, 1)):
    normalized = (IMAGES - mean) / np.sqrt(variance + 1e-5)
    gain, bias = (
        LABELS @ part.kernel.numpy() / sigma for part, sigma in zip((layer.gain, layer.bias), sigmas, strict=True)
    )
    return normalized * (1 + gain[:, None, None]) + bias[:, None, None]


def test_each_label_has_its_own_gain_and_bias():
    layer, axes = awake(), (0, 1, 2)
    mean, variance = IMAGES.mean(axis=axes), IMAGES.var(axis=axes)
    found = layer(INPUTS, training=True)
    np.testing.assert_allclose(found, by_hand(layer, mean, variance), rtol=1e-4, atol=1e-4)
    found = layer(INPUTS, training=False)  # by the averages, which began at 0 and 1
    np.testing.assert_allclose(found, by_hand(layer, 0.1 * mean, 0.9 + 0.1 * variance), rtol=1e-4, atol=1e-4)


def test_gain_and_bias_are_all_it_trains():
    layer = awake()
    assert [(variable.path.split("/")[-2], variable.shape) for variable in layer.trainable_variables] == [
        ("gain", (3, 4)),
        ("bias", (3, 4)),
    ]


def test_spectral_kernels_are_divided_by_their_largest_singular_values():
    layer = awake(spectral=True)
    train = tf.function(lambda: layer(INPUTS, training=True))
    for _ in range(300):
        found = train()
    sigmas = [np.linalg.svd(part.kernel.numpy(), compute_uv=False)[0] for part in (layer.gain, layer.bias)]
    expected = by_hand(layer, IMAGES.mean(axis=(0, 1, 2)), IMAGES.var(axis=(0, 1, 2)), sigmas)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_from_zeros_it_begins_as_plain_batch_norm():
    layer = ConditionalBatchNormalization(kernel_initializer="zeros")
    plain = keras.layers.BatchNormalization(epsilon=1e-5)
    found = layer(INPUTS, training=True)
    np.testing.assert_allclose(found, plain(IMAGES, training=True), atol=1e-5)


@pytest.mark.parametrize("synchronized", [True, False])
def test_synchronized_statistics_are_those_of_all_replicas(mirrored, synchronized):
    with mirrored.scope():
        layer = awake(synchronized=synchronized)
    parts = [
        mirrored.experimental_distribute_values_from_function(
            lambda context, whole=whole: tf.constant(np.split(whole, 2)[context.replica_id_in_sync_group])
        )
        for whole in (IMAGES, LABELS)
    ]
    outputs = mirrored.run(tf.function(lambda *inputs: layer(list(inputs), training=True)), parts)
    found = np.concatenate([part.numpy() for part in mirrored.experimental_local_results(outputs)])
    expected = by_hand(layer, IMAGES.mean(axis=(0, 1, 2)), IMAGES.var(axis=(0, 1, 2)))
    assert np.allclose(found, expected, rtol=1e-3, atol=1e-3) is synchronized


def test_it_is_saved(tmp_path):
    inputs = keras.Input((3, 5, 4)), keras.Input((3,))
    network = keras.Model(inputs, awake(spectral=True, kernel_regularizer="l2")(inputs))
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(loaded(INPUTS), network(INPUTS))
    assert len(loaded.losses) == 2
