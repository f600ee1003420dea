import numpy as np
import pytest

from ganzoo.data import Examples, examples
from ganzoo.data.stacked import stack


def test_channels_match_the_digits_of_the_label():
    """Each channel is an image of the source, and its class a decimal of the label."""
    source = examples("digits", "test")
    found = stack(source, 300, seed=3)
    assert (found.shape, found.num_classes, len(found)) == ((8, 8, 3), 1000, 300)
    known = {image.tobytes(): label for image, label in zip(source.images, source.labels, strict=True)}
    classes = np.array([[known[image[..., c].tobytes()] for c in range(3)] for image in found.images])
    np.testing.assert_array_equal(found.labels, 100 * classes[:, 0] + 10 * classes[:, 1] + classes[:, 2])


def test_channels_are_drawn_independently_from_the_seed():
    source = Examples(np.arange(4, dtype="uint8").reshape(4, 1, 1, 1), labels=[0, 1, 2, 3])
    found = stack(source, 64_000)
    counts = np.bincount(found.labels, minlength=64)
    np.testing.assert_allclose(counts, 1000, atol=6 * np.sqrt(1000))
    np.testing.assert_array_equal(found.images, stack(source, 64_000).images)
    assert not np.array_equal(found.images, stack(source, 64_000, seed=1).images)


def test_by_name():
    train, test = examples("stacked_digits"), examples("stacked_digits", "test")
    assert (len(train), len(test), train.name, train.num_classes) == (128_000, 26_000, "stacked_digits", 1000)
    assert len(np.unique(train.labels)) == 1000
    assert len(train.class_names) == 1000 and train.class_names[407] == "4 0 7"
    assert examples("stacked:digits", "test", (16, 16, 3)).shape == (16, 16, 3)
    np.testing.assert_array_equal(examples("stacked:digits", "test").images, test.images)


@pytest.mark.parametrize("name", ["stacked:ring", "stacked:recoloured_digits", "stacked_digits"])
def test_images_that_cannot_be_stacked_are_refused(name):
    with pytest.raises(ValueError, match="Only labelled grey images can be stacked|did you mean 'train'"):
        examples(name, "trian" if name == "stacked_digits" else "train")


def test_combinations_of_many_classes_have_no_names():
    names = tuple("abcdefghijk")
    source = Examples(np.zeros((11, 1, 1, 1)), np.arange(11), class_names=names)
    assert stack(source, 5).class_names is None and stack(source, 5).num_classes == 11**3


@pytest.mark.parametrize("count", [0, 2.5, True])
def test_the_number_of_images_is_a_positive_integer(count):
    with pytest.raises(ValueError, match="count must be"):
        stack(examples("digits"), count)
