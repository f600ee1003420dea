"""Batch norm by TensorFlow's fused operation is Keras's."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.networks.layers import BatchNormalization


def pair(shape, **settings):
    """Keras's layer and ours, with the same parameters."""
    layers = [kind(momentum=0.9, **settings) for kind in (keras.layers.BatchNormalization, BatchNormalization)]
    for layer in layers:
        layer.build((None, *shape))
        for variable in layer.trainable_variables:
            variable.assign(np.random.default_rng(1).normal(1, 0.3, variable.shape))
    return layers


@pytest.mark.parametrize("shape", [(3, 5, 4), (1, 1, 2), (6,)])
def test_outputs_gradients_and_averages_are_kerass(shape):
    draw, found = np.random.default_rng(0).normal, []
    batches = draw(2.0, 3.0, (3, 8, *shape)).astype("float32")
    weights = draw(size=(8, *shape)).astype("float32")
    for layer in pair(shape):
        for batch in tf.constant(batches):
            with tf.GradientTape() as tape:
                tape.watch(batch)
                outputs = layer(batch, training=True)
                loss = tf.reduce_sum(tf.square(outputs) * weights)
            gradients = tape.gradient(loss, [batch, *(variable.value for variable in layer.trainable_variables)])
        after = layer(batches[0], training=False)
        found.append([outputs, *gradients, layer.moving_mean.value, layer.moving_variance.value, after])
    for theirs, ours in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


def test_the_gradient_of_a_gradient_is_kerass():
    """As penalties take it."""
    x, found = tf.constant(np.random.default_rng(0).normal(size=(4, 3, 3, 2)), tf.float32), []
    for layer in pair((3, 3, 2)):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                score = tf.reduce_sum(tf.sin(layer(x, training=True)))
            norm = tf.reduce_sum(tf.square(inner.gradient(score, x)))
        found.append(outer.gradient(norm, [variable.value for variable in layer.trainable_variables]))
    for theirs, ours in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_in_sixteen_bits_it_computes_in_thirty_two(precision):
    x = tf.constant(np.random.default_rng(0).normal(50, 1, (8, 3, 3, 2)), tf.float32)
    theirs, ours = (layer(x, training=True) for layer in pair((3, 3, 2), dtype=precision))
    assert ours.dtype == theirs.dtype == precision.removeprefix("mixed_")
    np.testing.assert_allclose(tf.cast(ours, tf.float32), tf.cast(theirs, tf.float32), atol=0.05)


def test_only_images_on_one_replica_are_fused():
    def operations(layer, shape):
        graph = tf.function(lambda x: layer(x, training=True)).get_concrete_function(tf.TensorSpec((8, *shape))).graph
        return {node.type for node in graph.get_operations()}

    assert "FusedBatchNormV3" in operations(pair((3, 3, 2))[1], (3, 3, 2))
    assert "FusedBatchNormV3" not in operations(pair((6,))[1], (6,))
    for settings in ({"scale": False}, {"center": False}, {"synchronized": True}):
        assert "FusedBatchNormV3" not in operations(pair((3, 3, 2), **settings)[1], (3, 3, 2))


def test_it_is_saved(tmp_path):
    network = keras.Sequential([keras.Input((3, 3, 2)), BatchNormalization()])
    network.save(tmp_path / "network.keras")
    assert type(keras.models.load_model(tmp_path / "network.keras").layers[0]) is BatchNormalization
