"""What is special to pix2pix: its losses, what it keeps and saves, and that it translates one way."""

import numpy as np
import pytest
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo

VARIANT = next(row for row in VARIANTS if row.name == "pix2pix")
PAIRS = VARIANT.data()
FEW = {domain: tf.constant(images[:4]) for domain, images in PAIRS.items()}


def played(gan):
    return gan.round_type(gan, *gan.unpack(FEW), tf.constant([3, 5], tf.int64), training=False)


def test_losses_are_those_of_the_paper():
    """Its equations 1, 3 and 4, and the weight 100 of its code; D sees a beside b, or beside G(a)."""
    gan = VARIANT.awake(dropout=0)
    a, b = FEW["a"], FEW["b"]
    made = gan.generator(a)
    real, fake = (gan.discriminator({"a": a, "b": images}).numpy() for images in (b, made))
    play = played(gan)
    generator, discriminator = gan.generator_terms(play), gan.discriminator_terms(play)
    assert set(generator) == {"generator_adversarial", "l1"} and set(discriminator) == {"discriminator_adversarial"}
    np.testing.assert_allclose(generator["generator_adversarial"], np.log1p(np.exp(-fake)).mean(), rtol=1e-4)
    np.testing.assert_allclose(generator["l1"], 100 * np.abs(made - b).mean(), rtol=1e-4)
    expected = np.log1p(np.exp(-real)).mean() + np.log1p(np.exp(fake)).mean()
    np.testing.assert_allclose(discriminator["discriminator_adversarial"], expected, rtol=1e-4)


@pytest.mark.thorough
def test_it_samples_from_the_images_that_it_was_trained_on():
    gan = VARIANT.create()
    gan.compile(run_eagerly=True)
    gan.fit(PAIRS, batch_size=16, shuffle=False, verbose=0)
    known = {image.tobytes() for image in PAIRS["a"][:8]}
    samples = gan.sample(6, seed=1)
    assert {image.tobytes() for image in samples["a"]} <= known
    np.testing.assert_allclose(samples["b"], gan.generator(samples["a"]), rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="sample takes no labels"):
        gan.sample(2, labels=[0, 1])


def test_it_translates_to_b_alone():
    gan = VARIANT.create()
    images = PAIRS["a"][:5]
    expected = gan.generator(images)
    np.testing.assert_allclose(gan.translate(images, batch_size=2), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(gan.predict({"a": images}, verbose=0)["b"], expected, rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="pix2pix translates to b; got to='a'"):
        gan.translate(images, to="a")


def test_settings_are_saved_and_0_leaves_the_term_out():
    gan = VARIANT.create(l1=0)
    assert set(gan.generator_terms(played(gan))) == {"generator_adversarial"}
    twin = type(gan).from_config(gan.get_config())
    assert twin.l1 == 0 and twin.prior.size == 8


def test_a_set_without_partners_is_refused():
    gan = VARIANT.create()
    with pytest.raises(ValueError, match='must be pairs {"a": images, "b": images}'):
        gan.fit(PAIRS["a"], verbose=0)
    with pytest.raises(ValueError, match="as many images of one domain as of the other; got 4 of a and 48 of b"):
        gan.check(PAIRS | {"a": PAIRS["a"][:4]}, whole=True)


@pytest.mark.parametrize("shape", [(4, 4, 1), (2,)])
def test_what_is_no_image_is_refused(shape):
    with pytest.raises(ValueError, match="Translated images are"):
        ganzoo.create("pix2pix", shape)


def test_all_of_the_pairs_in_memory_are_checked_before_training():
    spoilt = {domain: images.copy() for domain, images in PAIRS.items()}
    spoilt["b"][-1] = 3
    gan = VARIANT.create()
    with pytest.raises(ValueError, match=r"must be in \[-1, 1\]"):
        gan.fit(spoilt, batch_size=16, shuffle=False, verbose=0)
    assert gan.step.numpy() == 0


@pytest.mark.cases(1)
@pytest.mark.parametrize("inputs", [PAIRS["a"], {"b": PAIRS["b"]}, {"x": PAIRS["a"]}])
def test_predict_takes_images_by_their_domain(inputs):
    with pytest.raises(ValueError, match="`predict` takes images by their domain, {'a': images}; got"):
        VARIANT.create().predict(inputs, verbose=0)
