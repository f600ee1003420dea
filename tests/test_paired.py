"""What is special to pix2pix: its losses, what it keeps and saves, and that it translates one way."""

import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from descriptors import VARIANTS
from ganzoo.games.round import Round

VARIANT = next(row for row in VARIANTS if row.name == "pix2pix")
PAIRS = VARIANT.data()


def test_losses_are_those_of_the_paper():
    """Its equations 1, 3 and 4, and the weight 100 of its code; D sees a beside b, or beside G(a)."""
    gan = VARIANT.awake(dropout=0)
    a, b = np.split(PAIRS[:4], 2, axis=-1)
    made = gan.generator.get_layer("to_b")(a)
    real = gan.discriminator(np.concatenate([a, b], -1)).numpy()
    fake = gan.discriminator(np.concatenate([a, made], -1)).numpy()
    play = Round(gan, tf.constant(PAIRS[:4]), None, tf.constant([3, 5], tf.int64), training=False)
    generator, discriminator = gan.generator_terms(play), gan.discriminator_terms(play)
    assert set(generator) == {"generator_adversarial", "l1"} and set(discriminator) == {"discriminator_adversarial"}
    np.testing.assert_allclose(generator["generator_adversarial"], np.log1p(np.exp(-fake)).mean(), rtol=1e-4)
    np.testing.assert_allclose(generator["l1"], 100 * np.abs(made - b).mean(), rtol=1e-4)
    expected = np.log1p(np.exp(-real)).mean() + np.log1p(np.exp(fake)).mean()
    np.testing.assert_allclose(discriminator["discriminator_adversarial"], expected, rtol=1e-4)


def test_the_first_domain_comes_through_as_it_is_and_the_second_is_never_seen():
    gan = VARIANT.awake(dropout=0)
    made = gan.generator(PAIRS[:4]).numpy()
    np.testing.assert_array_equal(made[..., :1], PAIRS[:4, ..., :1])
    other = np.concatenate([PAIRS[:4, ..., :1], PAIRS[4:8, ..., 1:]], -1)
    np.testing.assert_array_equal(gan.generator(other), made)


def test_it_samples_from_the_pairs_that_it_was_trained_on():
    gan = VARIANT.create()
    gan.fit(VARIANT.batches(), verbose=0)
    known = {pair[..., 0].tobytes() for pair in PAIRS}
    samples = gan.sample(6, seed=1)
    assert samples.shape == (6, 8, 8, 2) and {sample[..., 0].tobytes() for sample in samples} <= known


def test_it_translates_to_b_alone():
    gan = VARIANT.create()
    images = PAIRS[:5, ..., :1]
    found = gan.translate(images, batch_size=2)
    np.testing.assert_allclose(found, gan.generator.get_layer("to_b")(images), rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="pix2pix translates to b; got to='a'"):
        gan.translate(images, to="a")


def test_settings_are_saved_and_0_leaves_the_term_out():
    gan = VARIANT.create(l1=0)
    play = Round(gan, tf.constant(PAIRS[:4]), None, tf.constant([3, 5], tf.int64), training=False)
    assert set(gan.generator_terms(play)) == {"generator_adversarial"}
    assert type(gan).from_config(gan.get_config()).l1 == 0


@pytest.mark.parametrize("shape", [(16, 16, 6), (28, 20, 2), (9, 9, 2)])
def test_the_u_net_gives_back_the_size(shape):
    gan = ganzoo.create("pix2pix", shape, width=2, seed=0)
    assert gan.generator.output_shape == (None, *shape)
    translator = gan.generator.get_layer("to_b")
    assert sum(type(layer).__name__ == "Concatenate" for layer in translator.layers) == int(np.log2(min(shape[:2]))) - 2


@pytest.mark.parametrize("shape", [(16, 16, 3), (4, 4, 2), (2,)])
def test_what_is_no_pair_of_images_is_refused(shape):
    with pytest.raises(ValueError, match="Two domains side by side"):
        ganzoo.create("pix2pix", shape)
