import numpy as np
import pytest
from PIL import Image

from ganzoo.data import Examples, examples, resize

DIGITS = examples("digits")


def test_examples_of_the_same_shape_are_returned_unchanged():
    assert resize(DIGITS, (8, 8, 1)) is DIGITS


@pytest.mark.parametrize("size", [(28, 28), (32, 32), (4, 4), (3, 3)])
def test_sizes_are_those_of_pillow(size):
    """Pillow's bilinear filter is antialiased too, but it also rounds between rows and columns."""
    few = Examples(DIGITS.images[:20])
    ours = resize(few, (*size, 1)).images
    theirs = [
        np.asarray(Image.fromarray(image[..., 0]).resize(size, Image.Resampling.BILINEAR)) for image in few.images
    ]
    assert ours.dtype == np.uint8
    np.testing.assert_allclose(ours[..., 0].astype(int), np.stack(theirs).astype(int), atol=2)


def test_labels_and_names_are_kept_and_every_image_is_resized():
    """There are more images than fit in one chunk."""
    resized = resize(DIGITS, (8, 8, 3))
    assert (resized.name, resized.num_classes) == ("digits", 10)
    np.testing.assert_array_equal(resized.labels, DIGITS.labels)
    np.testing.assert_array_equal(resized.images, np.repeat(DIGITS.images, 3, axis=-1))


def test_colour_becomes_its_luminance():
    colours = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]], "uint8").reshape(4, 1, 1, 3)
    grey = resize(Examples(colours), (1, 1, 1)).images.ravel()
    np.testing.assert_allclose(grey, np.array([0.299, 0.587, 0.114, 1]) * 255, atol=0.51)


def test_the_alpha_channel_is_dropped():
    image = np.array([10, 20, 30, 0], "uint8").reshape(1, 1, 1, 4)
    np.testing.assert_array_equal(resize(Examples(image), (1, 1, 3)).images.ravel(), [10, 20, 30])


@pytest.mark.parametrize("turned", [False, True])
def test_the_centre_is_cropped_to_the_new_aspect_ratio(turned):
    stripes = np.repeat(np.array([0, 100, 100, 0], "uint8")[:, np.newaxis], 2, axis=1)[np.newaxis, ..., np.newaxis]
    stripes = stripes.swapaxes(1, 2) if turned else stripes
    np.testing.assert_array_equal(resize(Examples(stripes), (4, 4, 1)).images, np.full((1, 4, 4, 1), 100))


def test_floats_stay_in_their_range():
    floats = Examples(DIGITS.images[:5] / 127.5 - 1)
    resized = resize(floats, (16, 16, 1)).images
    assert resized.dtype == np.float32
    expected = resize(Examples(DIGITS.images[:5]), (16, 16, 1)).images / 127.5 - 1
    np.testing.assert_allclose(resized, expected, atol=0.51 / 127.5)


@pytest.mark.parametrize("data_shape", [(8, 8), (8, 8, 2), (0, 8, 1), (8, 8, 1, 1)])
def test_impossible_shapes_are_refused(data_shape):
    with pytest.raises(ValueError, match=r"choose for instance \(32, 32, 3\)"):
        resize(DIGITS, data_shape)


def test_vectors_are_refused():
    with pytest.raises(ValueError, match=r"choose data_shape=\(2,\)"):
        examples("ring", data_shape=(8, 8, 1))
    assert examples("ring", data_shape=(2,)).shape == (2,)


def test_images_of_many_channels_are_refused():
    with pytest.raises(ValueError, match="have 5 channels.*choose data with 1 or 3 channels"):
        resize(Examples(np.zeros((1, 4, 4, 5), "uint8")), (4, 4, 3))
