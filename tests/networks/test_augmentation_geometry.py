"""Blits and geometric transforms against NumPy and SciPy, through the layer as a discriminator uses it."""

import itertools

import keras
import numpy as np
import pytest
import scipy.ndimage
import tensorflow as tf

from augmented_images import assert_normal, assert_uniform_angles, augmented, noise_images, only
from ganzoo.networks.augmentation_geometry import resample


def blits(image):
    """{what was done: result} for all that flips, turns and shifts by whole pixels can do."""
    height, width = image.shape[:2]
    reach = [side // 8 for side in (height, width)]
    results = {}
    for flip, turn in itertools.product((False, True), range(4) if height == width else (0, 2)):
        turned = np.rot90(image[:, ::-1] if flip else image, turn)
        padded = np.pad(turned, [(reach[0],) * 2, (reach[1],) * 2, (0, 0)], mode="reflect")
        for down, right in itertools.product(range(2 * reach[0] + 1), range(2 * reach[1] + 1)):
            results[flip, turn, down - reach[0], right - reach[1]] = padded[down:, right:][:height, :width]
    return results


@pytest.mark.parametrize("sides", [(16, 16), (8, 24)])
def test_blits_move_pixels_exactly_and_reflect_them_at_the_border(sides):
    image, count = noise_images(*sides, 2), 3000
    names = {result.tobytes(): done for done, result in blits(image).items()}
    changed = augmented(only("blit"), np.repeat(image[None], count, axis=0))
    done = np.array([names[one.tobytes()] for one in changed])
    for column, side in ((0, None), (1, None), (2, sides[0]), (3, sides[1])):
        values, counts = np.unique(done[:, column], return_counts=True)
        if side is None:
            expected = np.full(len(values), 1 / len(values))
            assert len(values) == (2 if column == 0 or sides[0] != sides[1] else 4)
        else:  # U(-side/8, side/8), rounded: half as often at both ends
            reach = side // 8
            np.testing.assert_array_equal(values, range(-reach, reach + 1))
            expected = np.where(np.abs(values) == reach, 0.5, 1) / (2 * reach)
        np.testing.assert_allclose(counts / count, expected, atol=4.5 * np.sqrt(0.25 / count))


@pytest.mark.parametrize("shape", [(4, 9, 9, 3), (3, 6, 11, 1)])
def test_resampling_is_bilinear_with_reflection_without_end(shape):
    images, random = noise_images(*shape), np.random.default_rng(1)
    x, y = (random.uniform(-4 * side, 4 * side, (*shape[:3], 1)).astype("float32") for side in (shape[2], shape[1]))
    found = resample(tf.constant(images), (x, y)).numpy()
    for index, channel in itertools.product(range(shape[0]), range(shape[3])):
        places = [y[index, ..., 0] + (shape[1] - 1) / 2, x[index, ..., 0] + (shape[2] - 1) / 2]
        expected = scipy.ndimage.map_coordinates(images[index, ..., channel], places, order=1, mode="mirror")
        np.testing.assert_allclose(found[index, ..., channel], expected, atol=2e-5)


@pytest.fixture(scope="module")
def linear_maps():
    """What the geometric group does to images of 49 x 65 pixels, [[xx, xy, x], [yx, yy, y]] each.

    The images are ramps, which show where their pixels come from: x in the first channel, y in the second one. Around
    the centre, where nothing is reflected, this must be an affine function of x and y.
    """
    keras.utils.set_random_seed(1)
    height, width, count = 49, 65, 2000
    y, x = np.mgrid[:height, :width] - np.array([height - 1, width - 1])[:, None, None] / 2
    image = np.stack([x, y], axis=-1).astype("float32")
    layer = only("geometry")
    changed = np.concatenate([augmented(layer, np.repeat(image[None], 200, axis=0)) for _ in range(count // 200)])
    centre = (slice(height // 2 - 1, height // 2 + 2), slice(width // 2 - 1, width // 2 + 2))
    inputs = np.stack([x[centre], y[centre], np.ones((3, 3))], axis=-1).reshape(-1, 3)
    outputs = changed[(slice(None), *centre)].reshape(count, -1, 2)
    maps = np.einsum("ij,njk->nki", np.linalg.pinv(inputs), outputs)
    errors = np.abs(np.einsum("ij,nkj->nik", inputs, maps) - outputs).max(axis=(1, 2))
    inside = (errors < 1e-3) & (np.linalg.det(maps[:, :, :2]) > 0)  # a few show the centre reflected
    assert inside.mean() > 0.97
    return maps[inside]


@pytest.mark.thorough
def test_geometry_scales_images_by_the_papers_distributions(linear_maps):
    linear = linear_maps[:, :, :2]
    assert_normal(np.log2(np.linalg.det(linear)) / 2, 0.2)
    singular = np.linalg.svd(linear, compute_uv=False)
    signs = np.random.default_rng(0).choice([-1, 1], len(singular))
    assert_normal(signs * np.log2(singular[:, 0] / singular[:, 1]) / 2, 0.2)


def test_geometry_rotates_images_before_and_after_the_anisotropic_scale(linear_maps):
    left, _, right = np.linalg.svd(linear_maps[:, :, :2])
    whole = left @ right  # the rotation nearest to each map: both together
    assert_uniform_angles(np.arctan2(whole[:, 1, 0], whole[:, 0, 0]))
    for axes in (left, right):
        axis = np.arctan2(axes[:, 1, 0], axes[:, 0, 0])
        assert abs(np.exp(2j * axis).mean()) < 4.5 / np.sqrt(len(axis))


def test_geometry_shifts_images_by_fractions_of_their_sides(linear_maps):
    shifts = np.linalg.solve(linear_maps[:, :, :2], linear_maps[:, :, 2:])[..., 0]
    assert_normal(shifts[:, 0], 65 / 8)
    assert_normal(shifts[:, 1], 49 / 8)


def test_a_smooth_image_is_sampled_where_the_map_says():
    """The third channel is a smooth function of the other two, which show where they come from."""
    y, x = np.mgrid[:33, :33] - 16.0
    image = np.stack([x, y, 20 * np.sin(x / 6) * np.cos(y / 8)], axis=-1).astype("float32")
    changed = augmented(only("geometry"), np.repeat(image[None], 20, axis=0))
    x, y, shown = np.moveaxis(changed, -1, 0)
    np.testing.assert_allclose(shown, 20 * np.sin(x / 6) * np.cos(y / 8), atol=0.15)
