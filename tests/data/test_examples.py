import numpy as np
import pytest

from ganzoo.data import Examples

GREY = np.arange(2 * 4 * 4, dtype="uint8").reshape(2, 4, 4, 1)


def test_uint8_images_are_kept():
    examples = Examples(GREY, labels=[0, 2])
    assert examples.images.dtype == np.uint8
    assert (len(examples), examples.shape, examples.num_classes) == (2, (4, 4, 1), 3)
    np.testing.assert_array_equal(examples.images, GREY)


def test_other_integers_become_uint8_and_other_floats_float32():
    assert Examples(GREY.astype("int64")).images.dtype == np.uint8
    assert Examples(GREY / 127.5 - 1).images.dtype == np.float32
    assert Examples(np.arange(6).reshape(3, 2)).images.dtype == np.float32


def test_vectors_may_have_any_finite_range():
    np.testing.assert_allclose(Examples(np.array([[-1e6, 3.0]])).images, [[-1e6, 3.0]])


def test_num_classes_may_exceed_the_labels():
    assert Examples(GREY, labels=[0, 1], num_classes=10).num_classes == 10


@pytest.mark.parametrize(
    "images, cure",
    [
        (GREY[..., 0], r"images\[\.\.\., np\.newaxis\]"),
        (GREY[:0], "at least one"),
        (GREY.astype(str), "uint8 images"),
        (GREY.astype("int64") + 300, r"\[0, 255\]"),
        (GREY.astype("float32"), r"x / 127\.5 - 1"),
        (np.full((2, 4, 4, 1), np.nan), "NaN.*isfinite"),
        (np.array([[0.0, np.inf]]), "NaN or infinite.*isfinite"),
    ],
)
def test_errors_for_bad_images_name_the_cure(images, cure):
    with pytest.raises(ValueError, match=cure):
        Examples(images)


def test_the_cure_for_nan_keeps_the_finite_examples():
    images = np.array([[0.0, np.nan], [1.0, 2.0]])
    kept = images[np.isfinite(images.reshape(len(images), -1)).all(axis=1)]
    np.testing.assert_allclose(Examples(kept).images, [[1.0, 2.0]])


@pytest.mark.parametrize(
    "labels, num_classes, cure",
    [
        ([0], None, "Expected 2 integer labels"),
        ([[1, 0], [0, 1]], None, "argmax"),
        ([0.5, 1.0], None, "integer"),
        ([-2, 0], None, "number the classes from 0, and use -1 for examples without a label"),
        ([-1, -1], None, "All labels of 'examples' are -1"),
        ([0, 3], 3, r"\[0, num_classes\)"),
    ],
)
def test_errors_for_bad_labels_name_the_cure(labels, num_classes, cure):
    with pytest.raises(ValueError, match=cure):
        Examples(GREY, labels, num_classes)
