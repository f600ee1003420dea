import json
import pathlib

import keras
import numpy as np
import pytest

from experiments.support import random_tensors
from ganzoo import metrics

NUMBERS = json.loads((pathlib.Path(__file__).parent / "pytorch_numbers.json").read_text())


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    np.savez(folder / "vgg16.npz", **random_tensors.vgg16())
    np.savez(folder / "lpips.npz", **random_tensors.lpips())
    return folder / "vgg16.npz", folder / "lpips.npz"


@pytest.fixture(scope="module")
def distance(files):
    return metrics.PerceptualDistance(*files)


def floats(images):
    return images / np.float32(127.5) - 1


@pytest.mark.cases(1)
@pytest.mark.parametrize("side", [32, 64, 299])
def test_distances_are_those_of_the_package_lpips(distance, side):
    images = floats(random_tensors.example_images(side))
    found = distance(images, images[::-1])
    np.testing.assert_allclose(found, NUMBERS[str(side)]["perceptual_distances"], rtol=1e-4, atol=1e-6)


def test_it_is_zero_for_equal_images_and_symmetric(distance):
    images = floats(random_tensors.example_images(16))
    assert not distance(images, images).any()
    np.testing.assert_allclose(distance(images, images[::-1]), distance(images[::-1], images), rtol=1e-5)


@pytest.mark.thorough
def test_the_precision_of_a_gan_does_not_matter(distance, files):
    images = floats(random_tensors.example_images(16))
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        other = metrics.PerceptualDistance(*files)
        np.testing.assert_array_equal(other(images, images[::-1]), distance(images, images[::-1]))
    finally:
        keras.config.set_dtype_policy("float32")


def test_grey_images_and_batches(distance):
    grey = floats(random_tensors.example_images(16))[..., :1]
    expected = distance(np.repeat(grey, 3, axis=-1), np.repeat(grey[::-1], 3, axis=-1))
    np.testing.assert_allclose(distance(grey, grey[::-1], batch_size=2), expected, rtol=1e-4)
    assert distance(grey[:0], grey[:0]).shape == (0,)


@pytest.mark.parametrize(
    ("first", "second"), [((2, 8, 16, 3), (2, 8, 16, 3)), ((2, 16, 16, 3), (1, 16, 16, 3)), ((2, 16, 16, 2),) * 2]
)
def test_other_images_are_refused(distance, first, second):
    with pytest.raises(ValueError, match="two equally large batches of images .* at least 16 pixels, got shapes"):
        distance(np.zeros(first), np.zeros(second))


def test_weights_of_another_network_are_refused(files):
    with pytest.raises(ValueError, match=r"lpips\.npz' does not hold the weights of VGG16 .* lacks 'features\.0\.wei"):
        metrics.PerceptualDistance(files[1], files[1])
    with pytest.raises(ValueError, match="does not hold the weights of LPIPS"):
        metrics.PerceptualDistance(*files[::-1][1:], files[0])
