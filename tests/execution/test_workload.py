"""What a plan is made of is measured rightly."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo import data
from ganzoo.execution import blocks
from ganzoo.execution.blocks import batches_per_block
from ganzoo.execution.workload import measure_workload, multiplications
from ganzoo.keras_internals import batch_size_of
from ganzoo.networks import mlp
from small_gan import small


def test_each_weight_of_a_dense_layer_counts_once_for_an_example():
    gan = small()
    expected = sum(variable.numpy().size for variable in gan.trainable_variables if len(variable.shape) > 1)
    assert multiplications(gan, 100) == 100 * expected
    assert multiplications(gan, None) == math.inf


def test_kernels_of_convolutions_count_at_each_place():
    gan = ganzoo.create("dcgan", data_shape=(28, 28, 1), width=4, latent_dim=3)
    of_generator = 3 * 7 * 7 * 8 + 5 * 5 * (8 * 4 * 7 * 7 + 4 * 1 * 14 * 14)
    of_discriminator = 5 * 5 * (1 * 4 * 14 * 14 + 4 * 8 * 7 * 7) + 7 * 7 * 8 * 1
    assert multiplications(gan, 10) == 10 * (of_generator + of_discriminator)


def test_networks_whose_products_cannot_be_counted():
    class Within(keras.layers.Layer):
        def build(self, shape):
            self.convolution = keras.layers.Conv2D(1, 3, padding="same")
            self.convolution.build(shape)

        def call(self, images):
            return self.convolution(images)

    for size, layer in (((8, 8, 1), Within()), ((None, None, 1), keras.layers.Conv2D(1, 3, padding="same"))):
        images = keras.Input(size)
        scores = keras.layers.GlobalAveragePooling2D()(layer(images))
        networks = mlp.generator(4, (8, 8, 1), (8,)), keras.Model(images, scores)
        assert multiplications(ganzoo.GAN(*networks, ganzoo.priors.Normal(4)), 100) == math.inf


def test_the_batch_size_is_found_where_a_data_set_says_it():
    images = tf.data.Dataset.from_tensor_slices(np.zeros((10, 3), "float32"))
    for dataset in (images.batch(4), images.batch(3).unbatch().batch(4).map(lambda x: x).cache().repeat()):
        assert batch_size_of(None, dataset) == 4
    for dataset in (images, object(), None):
        assert batch_size_of(None, dataset) is None


def test_batches_fill_a_block_if_they_are_of_one_known_size(monkeypatch):
    vectors = tf.data.Dataset.from_tensor_slices((np.zeros((10, 3), "float32"), np.zeros(10, "int64")))
    assert batches_per_block(vectors.batch(5)) is None, "for a last batch may be smaller"
    assert batches_per_block(vectors.ragged_batch(5)) is None and batches_per_block([np.zeros((5, 3))] * 2) is None
    monkeypatch.setattr(blocks, "LARGEST_BLOCK", 2 * 5 * (3 * 4 + 8) + 1)
    assert batches_per_block(vectors.batch(5, drop_remainder=True)) == 2


def wide(units=32):
    networks = mlp.generator(4, (2,), (units,)), mlp.leaky_discriminator((2,), (units,))
    gan = ganzoo.GAN(*networks, ganzoo.priors.Normal(4), seed=0)
    gan.compile()
    return gan


def suits_xla(gan):
    return measure_workload(gan, data.batches(data.examples("ring"), 100), 100, 6, every_batch=False).suits_xla


def test_xla_suits_matrices_without_random_layers_on_one_device():
    gan = wide()
    assert suits_xla(gan)
    assert not suits_xla(ganzoo.create("dcgan", data_shape=(8, 8, 1), width=4)), "of convolutions"
    assert not suits_xla(small()), "of layers with random numbers"
    gan.discriminator.layers[1].supports_jit = False
    assert not suits_xla(gan), "of a layer that XLA cannot compile"
    with pytest.warns(UserWarning, match="support"):
        gan.jit_compile = True
    assert gan.jit_compile is False
    with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
        assert not suits_xla(wide())
