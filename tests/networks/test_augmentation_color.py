"""Color, cutout and noise against NumPy and SciPy, through the layer as a discriminator uses it."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from augmented_images import assert_normal, assert_uniform_angles, augmented, noise_images, only


def colour_maps(channels, count=1500):
    """Images, what the colour group makes of them, and the affine map of the pixels of each: (n, C, C) and (n, C)."""
    images = np.repeat(noise_images(1, 5, 5, channels), count, axis=0)
    changed = augmented(only("color"), images)
    inputs = np.concatenate([images[0].reshape(25, channels), np.ones((25, 1))], axis=1)
    maps = np.einsum("ij,njk->nki", np.linalg.pinv(inputs.astype("float64")), changed.reshape(count, 25, channels))
    np.testing.assert_allclose(np.einsum("ij,nkj->nik", inputs, maps), changed.reshape(count, 25, -1), atol=2e-5)
    return images, changed, maps[:, :, :-1], maps[:, :, -1]


def homogeneous(matrix=None, shift=0.0):
    result = np.eye(4)
    result[:3, :3] = np.eye(3) if matrix is None else matrix
    result[:3, 3] = shift
    return result


def test_colours_are_the_papers_products_of_matrices():
    """Each map is taken apart into the five parameters, from which the paper's 4 x 4 matrices must give it again."""
    images, changed, matrices, shifts = colour_maps(3)
    grey = np.ones(3) / np.sqrt(3)
    luma = grey @ matrices @ grey
    contrast, sign, brightness = np.abs(luma), np.sign(luma), shifts.mean(axis=1) / luma
    plane = np.array([[1, -1, 0], [1, 1, -2]]) / np.sqrt([[2], [6]])
    chroma = np.linalg.norm(matrices @ plane[0], axis=1)
    hue = np.arctan2(plane[1] @ (matrices @ plane[0]).T, plane[0] @ (matrices @ plane[0]).T)
    along = np.outer(grey, grey)
    for index in range(len(matrices)):
        saturation = along + (np.eye(3) - along) * chroma[index] / contrast[index]
        product = (
            homogeneous(saturation)
            @ homogeneous(Rotation.from_rotvec(hue[index] * grey).as_matrix())
            @ homogeneous(np.eye(3) - 2 * along if sign[index] < 0 else None)
            @ homogeneous(contrast[index] * np.eye(3))
            @ homogeneous(shift=brightness[index])
        )
        np.testing.assert_allclose(
            images[index] @ product[:3, :3].T + product[:3, 3], changed[index], rtol=1e-4, atol=1e-4
        )
    assert_normal(brightness, 0.2)
    assert_normal(np.log2(contrast), 0.5)
    assert_normal(np.log2(chroma / contrast), 1.0)
    assert_uniform_angles(hue)
    assert abs((sign > 0).mean() - 0.5) < 4.5 * np.sqrt(0.25 / len(sign))


def test_hue_and_saturation_keep_the_luma():
    """The luma of a pixel depends on its own luma alone, and grey pixels stay grey."""
    _, _, matrices, _ = colour_maps(3, count=100)
    np.testing.assert_allclose(matrices.mean(axis=1), np.repeat(matrices.mean(axis=1)[:, :1], 3, axis=1), atol=1e-5)
    np.testing.assert_allclose(matrices.sum(axis=2), np.repeat(matrices.sum(axis=2)[:, :1], 3, axis=1), atol=1e-5)


def test_one_channel_has_brightness_contrast_and_the_luma_flip():
    _, _, matrices, shifts = colour_maps(1)
    factors = matrices[:, 0, 0]
    assert_normal(np.log2(np.abs(factors)), 0.5)
    assert_normal(shifts[:, 0] / factors, 0.2)
    assert abs((factors > 0).mean() - 0.5) < 4.5 * np.sqrt(0.25 / len(factors))


@pytest.mark.parametrize("channels", [2, 4])
def test_other_numbers_of_channels_have_saturation_but_no_hue(channels):
    _, _, matrices, shifts = colour_maps(channels)
    grey = np.full((channels, channels), 1 / channels)
    luma = np.einsum("ncd,cd->n", matrices, grey)
    chroma = (np.trace(matrices, axis1=1, axis2=2) - luma) / (channels - 1)
    assert (chroma > 0).all()
    expected = luma[:, None, None] * grey + chroma[:, None, None] * (np.eye(channels) - grey)
    np.testing.assert_allclose(matrices, expected, rtol=1e-4, atol=1e-4)
    assert_normal(np.log2(chroma / np.abs(luma)), 1.0)
    assert_normal(shifts[:, 0] / luma, 0.2)


def test_cutout_sets_a_box_of_half_of_each_side_to_zero():
    holes = augmented(only("cutout"), np.ones((2000, 8, 12, 2), "float32"))
    assert set(np.unique(holes)) == {0, 1}
    holes = holes[..., 0] == 0
    for axis, side in ((2, 8), (1, 12)):
        lines = holes.any(axis=axis)
        np.testing.assert_array_equal(lines, np.cumsum(lines, 1) * np.cumsum(lines[:, ::-1], 1)[:, ::-1] > 0)
        lengths = lines.sum(axis=1)
        assert lengths.max() == side // 2 and lengths.min() == side // 4
        # The box is cut off if its centre lies within a quarter of the side from a border: half of the time.
        assert abs((lengths == side // 2).mean() - 0.5) < 4.5 * np.sqrt(0.25 / 2000) + 1 / side
    np.testing.assert_array_equal(holes, holes.any(axis=2)[:, :, None] & holes.any(axis=1)[:, None])


def test_noise_is_normal_with_a_normal_deviation():
    added = augmented(only("noise"), np.zeros((1000, 16, 16, 1), "float32")).reshape(1000, -1)
    deviations = added.std(axis=1)
    assert_normal(deviations * np.random.default_rng(0).choice([-1, 1], 1000), 0.1)
    standard = added / deviations[:, None]
    assert abs(np.mean(standard**4) - 3) < 0.1
    assert abs(np.corrcoef(standard[0], standard[1])[0, 1]) < 0.3
