from dataclasses import replace

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
        (np.array([[0.0, 1e300]]), "NaN or infinite"),
        (GREY.astype(complex), "got complex128; give uint8"),
        (GREY > 3, "got bool; give uint8"),
        (np.array([None] * 2), r"got shape \(2,\)"),
        (np.array([[None] * 2]), "got object; give uint8"),
        (np.zeros((2, 4, 4, 1, 1)), "got shape"),
        (np.zeros((2, 4, 4, 0)), "at least one"),
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
        ([0.5, 1.0], None, r'integer labels .* got float64 .* by `labels\.astype\("int32"\)`'),
        (["cat", "dog"], None, "number the names by .*np.unique"),
        (np.array(["cat", 1], object), None, "number the names"),
        ([True, False], None, "got bool"),
        ([], None, "Expected 2 integer labels"),
        (1, None, "give one integer for each example"),
        ([0, 2**40], None, "number the classes from 0"),
        (np.array([0, 2**63], "uint64"), None, "number the classes from 0"),
        ([0, 1], 0, "num_classes must be an integer of at least 1; got 0"),
        ([0, 1], -1, "num_classes must be an integer of at least 1"),
        ([0, 1], 10**10, "num_classes must be an integer of at most"),
        ([-2, 0], None, "number the classes from 0, and use -1 for examples without a label"),
        ([-1, -1], None, "All labels of 'examples' are -1"),
        ([0, 3], 3, r"\[0, num_classes\)"),
    ],
)
def test_errors_for_bad_labels_name_the_cure(labels, num_classes, cure):
    with pytest.raises(ValueError, match=cure):
        Examples(GREY, labels, num_classes)


@pytest.mark.parametrize("num_classes", [2.5, True, "3", np.float32(3)])
def test_a_number_of_classes_is_an_integer(num_classes):
    with pytest.raises(ValueError, match="num_classes must be an integer of at least 1; got"):
        Examples(GREY, [0, 1], num_classes)


@pytest.mark.parametrize("names", [("cat", "dog", "eel"), ["cat", "dog", "eel"], np.array(["cat", "dog", "eel"])])
def test_classes_may_have_names(names):
    examples = Examples(GREY, [1, 0], class_names=names)
    assert examples.class_names == ("cat", "dog", "eel") and examples.num_classes == 3
    assert examples.head(1).class_names == examples.class_names
    assert Examples(GREY, [1, 0]).class_names is None
    assert replace(examples, labels=None, num_classes=None).class_names is None


@pytest.mark.parametrize(
    ("names", "num_classes", "error", "message"),
    [
        (("cat",), None, ValueError, r"Labels must be in \[0, num_classes\)"),
        (("cat",), 2, ValueError, "1 class names for the 2 classes of 'examples'; give each class one name"),
        (("cat", "dog", "eel"), 2, ValueError, "3 class names for the 2 classes"),
        ((), None, ValueError, "0 class names"),
        ("ab", None, TypeError, "must be a sequence of strings, got 'ab'"),
        (("cat", 1), None, TypeError, "must be a sequence of strings"),
        ({"cat", "dog"}, None, TypeError, "must be a sequence of strings"),
        (2, None, TypeError, "must be a sequence of strings"),
    ],
)
def test_bad_names_of_classes_are_refused(names, num_classes, error, message):
    with pytest.raises(error, match=message):
        Examples(GREY, [0, 1], num_classes, class_names=names)


def test_the_first_examples_are_counted_from_1():
    examples = Examples(GREY)
    assert len(examples.head(1)) == 1 and len(examples.head(5)) == 2
    for count in (0, -1, 1.0, None, True):
        with pytest.raises(ValueError, match="count must be"):
            examples.head(count)
