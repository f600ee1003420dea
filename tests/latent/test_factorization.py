"""Semantic directions, against the definition of their factorisation."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo import latent

RANDOM = np.random.default_rng(0)


def generator(kernel):
    inputs = keras.Input((kernel.shape[0],))
    network = keras.Model(inputs, keras.layers.Dense(kernel.shape[1])(inputs))
    network.set_weights([kernel, np.zeros(kernel.shape[1], "float32")])
    return network


def test_directions_are_singular_vectors_of_the_first_layer():
    kernel = RANDOM.normal(size=(5, 7)).astype("float32")
    found = latent.semantic_directions(generator(kernel), 3)
    left, values, _ = np.linalg.svd(kernel)
    np.testing.assert_allclose(found.strengths, values[:3], rtol=1e-5)
    np.testing.assert_allclose(np.abs(np.sum(found.vectors * left.T[:3], axis=1)), 1, rtol=1e-5)
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(3), atol=1e-6)


def test_a_step_changes_the_output_by_its_strength():
    network = generator(RANDOM.normal(size=(5, 7)).astype("float32"))
    found, latents = latent.semantic_directions(network, 2), RANDOM.normal(size=(4, 5)).astype("float32")
    for number in range(2):
        change = found.moved(latents, number, 0.5) - network(latents).numpy()
        np.testing.assert_allclose(np.linalg.norm(change, axis=1), 0.5 * found.strengths[number], rtol=1e-4)


def test_labels_are_no_latents():
    gan = ganzoo.create("cdcgan", (8, 8, 1), num_classes=10, width=4, latent_dim=6)
    found = latent.semantic_directions(gan.generator, 6)
    assert found.vectors.shape == (6, 6) and found.space == "latents"
    inputs = [gan.prior.sample(3, seed=0), tf.one_hot([0, 1, 2], 10)]
    np.testing.assert_array_equal(found.moved(inputs, 0, 0.0), gan.generator(inputs, training=False))
    moved = [inputs[0] + 2 * found.vectors[1], inputs[1]]
    np.testing.assert_allclose(found.moved(inputs, 1, 2.0), gan.generator(moved, training=False), atol=1e-6)


def test_styles_are_moved_where_there_are_styles():
    gan = ganzoo.create("stylegan2", (8, 8, 3), width=2, latent_dim=6, num_classes=3, seed=0)
    found = latent.semantic_directions(gan.generator, 2)
    assert found.space == "styles" and found.vectors.shape == (2, 6)
    inputs = [gan.prior.sample(2, seed=0), tf.one_hot([0, 1], 3)]
    keras.utils.set_random_seed(0)  # of the noise in its layers
    codes = found.encode(inputs)
    assert codes.shape[-1] == 6
    kernels = [layer.style.scaled_kernel() for layer in gan.generator.layers if hasattr(layer, "demodulate")]
    stacked = np.concatenate(kernels, axis=1)
    np.testing.assert_allclose(found.strengths, np.linalg.svd(stacked)[1][:2], rtol=1e-4)


def test_generators_whose_latents_enter_several_layers_have_none():
    gan = ganzoo.create("biggan", (8, 8, 3), width=2, latent_dim=6, num_classes=3)
    with pytest.raises(ValueError, match="do not all enter one dense layer first, so it has no such directions"):
        latent.semantic_directions(gan.generator)


@pytest.mark.parametrize("count", [0, 6, 2.5])
def test_counts_out_of_range(count):
    with pytest.raises(ValueError, match="count must be an integer"):
        latent.semantic_directions(generator(np.eye(5, 7, dtype="float32")), count)
