"""Adaptive augmentation against NumPy and SciPy, through the layer as a discriminator uses it."""

import itertools

import keras
import numpy as np
import pytest
import scipy.ndimage
import tensorflow as tf
from scipy.spatial.transform import Rotation

from ganzoo.networks.augmentation import StochasticAugment
from ganzoo.networks.augmentation_geometry import resample

GROUPS = ("blit", "geometry", "color", "cutout", "noise")


def only(group, probability=1.0, **arguments):
    """A layer whose only transforms are those of one group."""
    return StochasticAugment(probability, **dict.fromkeys(GROUPS, 0.0) | {group: 1.0}, **arguments)


def all_groups(probability=1.0, **arguments):
    return StochasticAugment(probability, cutout=1.0, noise=1.0, **arguments)


def noise_images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")


def augmented(layer, images):
    return layer(images, training=True).numpy()


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("sides", [(8, 8), (6, 10)])
@pytest.mark.parametrize("precision", ["float32", "float16", "bfloat16"])
def test_with_probability_0_and_outside_of_training_images_stay_exactly_as_they_are(channels, sides, precision):
    images = tf.cast(noise_images(5, *sides, channels), precision)
    for layer, training in ((all_groups(0.0, dtype=precision), True), (all_groups(dtype=precision), False)):
        same = layer(images, training=training)
        assert same.dtype == images.dtype
        np.testing.assert_array_equal(tf.cast(same, tf.float32), tf.cast(images, tf.float32))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_with_probability_1_every_image_changes_and_none_like_another(channels):
    image = noise_images(1, 8, 8, channels)
    changed = augmented(all_groups(), np.repeat(image, 300, axis=0))
    assert np.isfinite(changed).all() and (changed != image).any(axis=(1, 2, 3)).all()
    assert len(np.unique(changed.reshape(300, -1), axis=0)) == 300


def shares_unchanged(p):
    """The probability that no transform of a group changes an image of 16 x 16 pixels with so many channels."""
    still = 1 - p * (1 - (1 / 4) ** 2)  # a shift by U(-2, 2) along both axes, rounded to 0
    return {
        ("blit", 3): (1 - p / 2) * (1 - p * 3 / 4) * still,
        ("geometry", 3): (1 - p) ** 4,  # two scales, a shift, and rotation at either place
        ("color", 3): (1 - p) ** 4 * (1 - p / 2),
        ("color", 2): (1 - p) ** 3 * (1 - p / 2),
        ("color", 1): (1 - p) ** 2 * (1 - p / 2),
        ("cutout", 3): 1 - p,
        ("noise", 3): 1 - p,
    }


@pytest.mark.parametrize(("group", "channels"), shares_unchanged(0))
@pytest.mark.parametrize(("probability", "multiplier"), [(0.3, 1.0), (0.8, 0.5)])
def test_each_transform_is_applied_with_its_probability_independently(group, channels, probability, multiplier):
    image, count = noise_images(1, 16, 16, channels), 2000
    layer = StochasticAugment(probability, **dict.fromkeys(GROUPS, 0.0) | {group: multiplier})
    unchanged = (augmented(layer, np.repeat(image, count, axis=0)) == image).all(axis=(1, 2, 3)).mean()
    expected = shares_unchanged(probability * multiplier)[group, channels]
    assert abs(unchanged - expected) < 4.5 * np.sqrt(expected * (1 - expected) / count)


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


def assert_normal(values, deviation):
    count = len(values)
    assert abs(values.mean()) < 4.5 * deviation / np.sqrt(count)
    assert abs(values.std() / deviation - 1) < 4.5 / np.sqrt(2 * count)
    assert abs((np.abs(values) < deviation).mean() - 0.683) < 4.5 * np.sqrt(0.22 / count)


def assert_uniform_angles(angles):
    """No direction is preferred, nor any axis or pair of axes."""
    for times in (1, 2, 4):
        assert abs(np.exp(1j * times * angles).mean()) < 4.5 / np.sqrt(len(angles))


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


def fixed(layer):
    """The layer's function of images in training, with the same draws at each call."""
    state = layer.seed_generator.state.numpy()

    def apply(images):
        layer.seed_generator.state.assign(state)
        return layer(images, training=True)

    return apply


@pytest.mark.parametrize("shape", [(4, 6, 6, 3), (4, 5, 8, 1)])
def test_first_and_second_derivatives_are_finite_differences(shape):
    apply, random = fixed(all_groups(dtype="float64")), np.random.default_rng(0)
    images, direction = (tf.constant(random.normal(size=shape)) for _ in range(2))
    weights = tf.constant(random.normal(size=shape))

    def score(images):
        return tf.reduce_sum(weights * tf.sin(apply(images)))

    def gradient(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            value = score(images)
        return tape.gradient(value, images)

    def squared(images):
        return tf.reduce_sum(tf.square(gradient(images)))

    with tf.GradientTape() as tape:
        tape.watch(images)
        penalty = squared(images)
    second = tape.gradient(penalty, images)
    for function, derivative in ((score, gradient(images)), (squared, second)):
        step = 1e-5 * direction
        expected = (function(images + step) - function(images - step)) / 2e-5
        np.testing.assert_allclose(tf.reduce_sum(derivative * direction), expected, rtol=1e-6)


def test_xla_makes_the_same_images_and_second_derivatives():
    layer = StochasticAugment(0.9)
    images, state = tf.constant(noise_images(6, 8, 10, 3)), layer.seed_generator.state.numpy()

    def penalty(images):
        with tf.GradientTape() as outer:
            outer.watch(images)
            with tf.GradientTape() as inner:
                inner.watch(images)
                changed = layer(images, training=True)
                total = tf.reduce_sum(changed**3)
            squares = tf.reduce_sum(tf.square(inner.gradient(total, images)))
        return changed, outer.gradient(squares, images)

    found = []
    for compiled in (False, True):
        layer.seed_generator.state.assign(state)
        found.append(tf.function(penalty, jit_compile=compiled)(images))
    for plain, fast in zip(*found, strict=True):
        np.testing.assert_allclose(plain, fast, rtol=1e-3, atol=1e-5 * np.abs(plain).max())


@pytest.mark.parametrize("precision", ["float16", "bfloat16"])
def test_in_16_bits_the_same_is_done_to_images_of_16_bits(precision):
    layers = [all_groups(dtype=dtype) for dtype in ("float32", f"mixed_{precision}")]
    layers[1].seed_generator.state.assign(layers[0].seed_generator.state)
    exact, rounded = (layer(noise_images(8, 8, 8, 3), training=True) for layer in layers)
    assert rounded.dtype == precision
    np.testing.assert_allclose(np.float32(rounded), exact, rtol=0.1, atol=0.02 if precision == "float16" else 0.2)


def test_numbers_out_of_range_are_refused():
    for probability in (-0.1, 1.5, "often", None):
        with pytest.raises(ValueError, match="The probability of augmentation must be a number from 0 to 1; got"):
            StochasticAugment(probability)
    with pytest.raises(ValueError, match="The multiplier color must be a number of at least 0; got -1"):
        StochasticAugment(color=-1)
