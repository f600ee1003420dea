"""Inpainting against sums and linear equations written out: weights, blending, masks, and the search as a whole."""

import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from skimage.restoration import inpaint_biharmonic

from ganzoo import latent
from ganzoo.latent.inpainting import weights
from ganzoo.priors import Normal

SHAPE = HEIGHT, WIDTH, CHANNELS = 12, 10, 2
RANDOM = np.random.default_rng(0)
MATRIX = RANDOM.normal(size=(3, np.prod(SHAPE))).astype("float32") / 2
NAMES = ["center", "random", "left", "pattern"]


def generate(latents):
    return tf.reshape(tf.tanh(latents @ MATRIX), (-1, *SHAPE))


@pytest.fixture(scope="module")
def latents():
    return RANDOM.normal(size=(4, 3)).astype("float32")


@pytest.fixture(scope="module")
def images(latents):
    return generate(latents).numpy()


@pytest.fixture(scope="module")
def masks():
    """Returns one mask for each image."""
    return np.stack([latent.mask(name, SHAPE) for name in NAMES])


def inpaint(images, mask, **settings):
    return latent.inpaint(generate, Normal(3), images, mask, verbose=False, **({"steps": 20, "restarts": 2} | settings))


def noise():
    return np.random.default_rng(1).uniform(-1, 1, (4, *SHAPE)).astype("float32")


def test_masks_by_name():
    known = np.ones((8, 12, 1), bool)
    known[2:6, 3:9] = False
    np.testing.assert_array_equal(latent.mask("center", (8, 12, 3)), known)
    known = np.ones((8, 5, 1), bool)
    known[:, :2] = False
    np.testing.assert_array_equal(latent.mask("left", (8, 5, 1)), known)
    for name, missing in (("random", 0.8), ("pattern", 1 / 3)):
        one, again, other = (latent.mask(name, (30, 40, 1), seed) for seed in (5, 5, 6))
        assert one.shape == (30, 40, 1) and one.dtype == bool
        np.testing.assert_allclose(1 - one.mean(), missing, atol=1 / 1200)
        np.testing.assert_array_equal(one, again)
        assert (one != other).any()
    blots, pixels = (
        latent.mask(name, (30, 40, 1))[1:] != latent.mask(name, (30, 40, 1))[:-1] for name in NAMES[3:0:-2]
    )
    assert blots.mean() < pixels.mean() / 2  # their edges are shorter than those of single pixels


def test_masks_from_image_files(tmp_path):
    drawn = np.full((4, 6, 4), 255, "uint8")  # red, green, blue, alpha
    drawn[0, 1, :3], drawn[1, 2, 3], drawn[2, :, :3] = 0, 0, 100
    expected = np.ones((4, 6, 1), bool)
    expected[0, 1] = expected[1, 2] = expected[2] = False
    path = tmp_path / "mask.png"
    Image.fromarray(drawn).save(path)
    np.testing.assert_array_equal(latent.mask(path, (4, 6, 3)), expected)
    Image.fromarray(drawn).resize((24, 16), Image.Resampling.NEAREST).save(path)
    np.testing.assert_array_equal(latent.mask(str(path), (4, 6, 3)), expected)
    with pytest.raises(ValueError, match="has 16 x 24 pixels, but the images have 6 x 6: crop the mask"):
        latent.mask(path, (6, 6, 3))
    path.write_text("nothing")
    with pytest.raises(ValueError, match="cannot be read as an image"):
        latent.mask(path, (4, 6, 3))
    with pytest.raises(ValueError, match="Unknown mask 'centre'; did you mean 'center'?.* Or give an image file"):
        latent.mask("centre", (4, 6, 3))


@pytest.mark.parametrize("window", [3, 7])
def test_weights_are_the_share_of_missing_neighbours(masks, window):
    reach = window // 2
    expected = np.zeros(masks.shape)
    for which, known in enumerate(masks[..., 0]):
        padded = np.pad(1.0 - known, reach, "symmetric")
        for row, column in np.argwhere(known):
            expected[which, row, column] = padded[row : row + window, column : column + window].mean()
    np.testing.assert_allclose(weights(masks, window), expected, rtol=1e-6)
    np.testing.assert_array_equal(weights(masks[0, ..., 0], window), weights(masks, window)[0, ..., 0])


def test_blending_solves_the_laplace_equation_in_the_hole(images, masks):
    made = noise()
    expected = images.copy()
    for which, known in enumerate(masks[..., 0]):
        number = {place: index for index, place in enumerate(map(tuple, np.argwhere(~known)))}
        matrix, right = np.zeros((len(number), len(number))), np.zeros((len(number), CHANNELS))
        for (row, column), index in number.items():
            for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                if 0 <= near[0] < HEIGHT and 0 <= near[1] < WIDTH:
                    matrix[index, index] += 1
                    if near in number:
                        matrix[index, number[near]] -= 1
                    else:
                        right[index] += images[which][near] - made[which][near]
        filled = made[which][~known] + np.linalg.solve(matrix, right)
        expected[which][~known] = np.clip(filled, -1, 1)
    blended = latent.blend(made, images, masks)
    np.testing.assert_allclose(blended, expected, atol=1e-5)
    assert (np.abs(expected) == 1).any()  # some of it is clipped
    known = np.broadcast_to(masks, images.shape)
    np.testing.assert_array_equal(blended[known], images[known])


def test_a_constant_offset_is_blended_away(images, masks):
    np.testing.assert_allclose(latent.blend(images + 0.3, images, masks), images, atol=1e-6)


def test_biharmonic_is_that_of_scikit_image_for_each_image(images, masks):
    expected = [inpaint_biharmonic(y, ~known[..., 0], channel_axis=-1) for y, known in zip(images, masks, strict=True)]
    np.testing.assert_allclose(latent.biharmonic(images, masks), expected, atol=1e-4)


def test_biharmonic_says_what_to_install(images, masks, monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage.restoration", None)
    with pytest.raises(ValueError, match=r"needs scikit-image: run pip install 'ganzoo\[baselines\]'"):
        latent.biharmonic(images, masks)


def test_latents_are_found_through_each_mask(latents, images, masks):
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 60, 0.5)
    found = inpaint(images, masks, steps=600, learning_rate=rate, restarts=6)
    np.testing.assert_allclose(found.inversion.latents, latents, atol=2e-3)
    np.testing.assert_allclose(found.completed, images, atol=2e-3)
    known = np.broadcast_to(masks, images.shape)
    np.testing.assert_array_equal(found.completed[known], images[known])


def test_the_loss_is_the_papers(images, masks):
    def realism(made):
        return tf.nn.softplus(tf.reduce_sum(made, axis=(1, 2))[:, :1])

    found = inpaint(images, masks, realism=realism, realism_weight=0.7, window=5)
    context = (weights(masks, 5) * np.abs(found.generated - images)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(found.inversion.residual, context, rtol=1e-5)
    judged = 1 / (1 + np.exp(-found.generated[..., 0].sum(axis=(1, 2), dtype="float64")))
    np.testing.assert_allclose(found.inversion.loss, context + 0.7 * np.log(1 - judged), rtol=1e-4, atol=1e-4)


def test_the_hole_is_filled_by_the_generated_image_with_and_without_blending(images, masks):
    bare, blended = (inpaint(noise(), masks, blend=blend) for blend in (False, True))
    np.testing.assert_array_equal(bare.generated, blended.generated)
    np.testing.assert_array_equal(bare.generated, bare.inversion.images)
    np.testing.assert_array_equal(bare.completed, np.where(masks, noise(), bare.generated))
    np.testing.assert_array_equal(blended.completed, latent.blend(bare.generated, noise(), masks))


@pytest.mark.cases(1)
@pytest.mark.parametrize("fill", [np.nan, 0.9, 300.0])
def test_missing_pixels_are_ignored(images, masks, fill):
    holed = np.where(masks, images, fill)
    np.testing.assert_array_equal(inpaint(holed, masks).completed, inpaint(images, masks).completed)
    np.testing.assert_array_equal(latent.blend(noise(), holed, masks), latent.blend(noise(), images, masks))
    np.testing.assert_array_equal(latent.biharmonic(holed, masks), latent.biharmonic(images, masks))


@pytest.mark.thorough
def test_a_mask_for_each_image_equals_one_mask_for_all(images, masks):
    each = inpaint(images, masks)
    for index in (0, 3):
        alone = inpaint(images, masks[index])
        np.testing.assert_allclose(each.completed[index], alone.completed[index], atol=1e-5)
    np.testing.assert_array_equal(alone.completed, inpaint(images, masks[index, ..., 0].astype("float32")).completed)


def test_the_seed_determines_the_result(images, masks):
    one, again, other = (inpaint(images, masks, seed=seed).completed for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 0.01


def test_bad_input_is_refused(images, masks):
    cases = [
        (images, masks[:3], r"A mask of shape \(3, 12, 10, 1\) does not fit images"),
        (images, masks[0, :, 1:], "does not fit images"),
        (images, np.repeat(masks, 2, axis=-1), r"A mask must have the shape \(H, W\), \(H, W, 1\) or"),
        (images, masks * 255, "A mask must be 1 or True where a pixel is known"),
        (images, np.ones(SHAPE[:2]), "both known pixels .1. and missing pixels .0. in each image"),
        (
            images,
            np.concatenate([masks[:3], 0 * masks[:1]]),
            "both known pixels .1. and missing pixels .0. in each image",
        ),
        (images[0], masks[0], r"must be floats in \[-1, 1\] of shape \(N, H, W, C\)"),
        (np.uint8(images), masks, "convert uint8 images with `ganzoo.images.from_uint8`"),
        (images * 2, masks, "Known pixels must be in"),
        (np.where(masks, np.nan, images), masks, "Known pixels must be in"),
        (images[..., :1], masks, r"makes images of shape \(12, 10, 2\), but the images to complete have \(12, 10, 1\)"),
    ]
    for given, mask, sentence in cases:
        with pytest.raises(ValueError, match=sentence):
            inpaint(given, mask)
    for window in (1, 4):
        with pytest.raises(ValueError, match="The window must be an odd number of pixels"):
            weights(masks, window)
    with pytest.raises(ValueError, match="differ in shape"):
        latent.blend(images[..., :1], images, masks)
