"""Minibatch discrimination and virtual batch norm against NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.networks.batchwise import MinibatchDiscrimination, VirtualBatchNormalization

RANDOM = np.random.default_rng(0)


def test_minibatch_discrimination_against_the_formula():
    layer, features = MinibatchDiscrimination(3, 2), RANDOM.normal(size=(5, 4)).astype("float32")
    layer.build(features.shape)
    kernel, bias = RANDOM.normal(size=(4, 6)).astype("float32"), RANDOM.normal(size=3).astype("float32")
    layer.set_weights([kernel, bias])
    maps = (features @ kernel).reshape(5, 3, 2)
    closeness = np.zeros((5, 3))
    for i in range(5):
        for j in range(5):
            if i != j:
                closeness[i] += np.exp(-np.abs(maps[i] - maps[j]).sum(axis=1))
    np.testing.assert_allclose(layer(features), np.hstack([features, closeness + bias]), rtol=1e-5, atol=1e-5)


def test_replicas_see_the_whole_batch(mirrored):
    features = RANDOM.normal(size=(6, 4)).astype("float32")
    with mirrored.scope():
        layer = MinibatchDiscrimination(3, 2)
        layer.build(features.shape)
    layer.set_weights([RANDOM.normal(size=(4, 6)).astype("float32"), np.zeros(3, "float32")])

    def losses(part):
        with tf.GradientTape() as tape:
            tape.watch(part)
            loss = tf.reduce_sum(layer(part) ** 2)
        return loss, tape.gradient(loss, part)

    parts = mirrored.experimental_distribute_values_from_function(
        lambda context: tf.constant(features[3 * context.replica_id_in_sync_group :][:3])
    )
    found = tf.function(lambda: mirrored.run(losses, args=(parts,)))()
    loss, gradient = (mirrored.experimental_local_results(part) for part in found)
    expected = losses(tf.constant(features))
    np.testing.assert_allclose(sum(loss), expected[0], rtol=1e-5)
    np.testing.assert_allclose(np.concatenate(gradient), expected[1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", [(4,), (3, 2, 4)])
def test_virtual_batch_norm_against_the_formula(shape):
    x, reference = (RANDOM.normal(1, 2, (count, *shape)).astype("float32") for count in (2, 5))
    layer = VirtualBatchNormalization()
    outputs, references = layer([x, reference])
    axes = tuple(range(len(shape)))
    for index in range(2):
        both = np.concatenate([reference, x[index : index + 1]])
        mean, variance = both.mean(axis=axes), both.var(axis=axes)
        np.testing.assert_allclose(outputs[index], (x[index] - mean) / np.sqrt(variance + 1e-3), rtol=1e-4, atol=1e-5)
    expected = (reference - reference.mean(axis=axes)) / np.sqrt(reference.var(axis=axes) + 1e-3)
    np.testing.assert_allclose(references, expected, rtol=1e-4, atol=1e-5)


def test_virtual_batch_norm_in_16_bits():
    x, reference = (RANDOM.normal(300, 2, (count, 4)).astype("float32") for count in (2, 5))
    half = [part.astype("float16") for part in (x, reference)]
    outputs, _ = VirtualBatchNormalization(dtype="mixed_float16")(half)
    expected, _ = VirtualBatchNormalization()([part.astype("float32") for part in half])
    assert outputs.dtype == "float16" and np.isfinite(outputs).all()
    np.testing.assert_allclose(outputs, expected, rtol=2e-2, atol=2e-3)


def test_both_round_trip(tmp_path):
    x, reference = keras.Input((4,)), keras.Input((4,))
    outputs, _ = VirtualBatchNormalization()([x, reference])
    model = keras.Model([x, reference], MinibatchDiscrimination(3, 2)(outputs))
    model.save(tmp_path / "model.keras")
    inputs = [RANDOM.normal(size=(3, 4)).astype("float32") for _ in range(2)]
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras")(inputs), model(inputs))
