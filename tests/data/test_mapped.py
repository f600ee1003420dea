"""Examples in a memory-mapped file, and parts of them."""

import numpy as np
import pytest

from ganzoo.data import Examples, batches, examples, keep_labels, reading, resize
from ganzoo.data.mapped import MappedImages


@pytest.fixture(params=["uint8", "float32", "float64"])
def both(request, tmp_path):
    """The same images in memory and in a file."""
    images = np.arange(40 * 12).reshape(40, 2, 2, 3) % 256
    images = images.astype("uint8") if request.param == "uint8" else (images / 255 * 2 - 1).astype(request.param)
    np.save(tmp_path / "images.npy", images)
    labels = np.arange(40) % 3
    in_file = Examples(np.load(tmp_path / "images.npy", mmap_mode="r"), labels)
    assert isinstance(in_file.images, MappedImages)
    return Examples(images, labels), in_file


@pytest.mark.parametrize("rows", [slice(5), slice(30, 10, -3), [7], [39, 0, 0], np.arange(40)[::-1], []])
def test_parts_are_those_of_an_array(both, rows):
    for one in (lambda found: found.images[rows], lambda found: np.asarray(found.images)[rows]):
        expected, found = map(one, both)
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)
    if not isinstance(rows, slice):
        np.testing.assert_array_equal(both[1].rows(rows), both[0].images[rows])
    if len(both[0].images[rows]):
        expected, found = (one.part(rows) for one in both)
        np.testing.assert_array_equal(found.images, expected.images)
        np.testing.assert_array_equal(found.labels, expected.labels)
        np.testing.assert_array_equal(found.head(2).images, expected.images[:2])
        np.testing.assert_array_equal(found.part([0]).images, expected.images[:1])
        assert (found.shape, found.images.shape, len(found)) == (expected.shape, expected.images.shape, len(expected))
        np.testing.assert_array_equal(list(found.images), list(expected.images))


@pytest.mark.parametrize("rows", [[40], [-1], [0, 1000], [0.5], ["a"], 40, [True]])
def test_rows_beyond_the_end_are_refused(both, rows):
    for one in both:
        for call in (one.rows, one.part):
            with pytest.raises(IndexError, match="has 40 examples, numbered from 0 to 39; got "):
                call(rows)


def test_other_arguments_do_not_matter(both):
    for start in (None, 3):
        for one, other in zip(
            *(batches(keep_labels(each, 9), 4, 1, True, start).take(12) for each in both), strict=True
        ):
            for left, right in zip(one, other, strict=True):
                np.testing.assert_array_equal(left, right)
    ordered = (batches(each, 7, shuffle=False, drop_remainder=False) for each in both)
    for one, other in zip(*ordered, strict=True):
        np.testing.assert_array_equal(one, other)


def test_contents_of_a_file_are_checked(tmp_path):
    values = np.zeros((10, 2, 2, 1), "float32")
    values[7, 0, 0, 0] = np.nan
    np.save(tmp_path / "images.npy", values)
    with pytest.raises(ValueError, match="NaN or infinite"):
        Examples(np.load(tmp_path / "images.npy", mmap_mode="r"))
    np.save(tmp_path / "images.npy", np.full_like(values, 3))
    with pytest.raises(ValueError, match="Float images must be in"):
        examples(np.load(tmp_path / "images.npy", mmap_mode="r"))


def test_a_digest_changes_with_the_rows_and_with_the_file(tmp_path):
    np.save(tmp_path / "images.npy", np.zeros((10, 2, 2, 1), "uint8"))
    found = examples(np.load(tmp_path / "images.npy", mmap_mode="r"))
    digests = [found.images.digest(), found.head(5).images.digest(), found.part([1, 0]).images.digest()]
    np.save(tmp_path / "images.npy", np.zeros((11, 2, 2, 1), "uint8"))
    digests.append(examples(np.load(tmp_path / "images.npy", mmap_mode="r")).images.digest())
    assert len(set(digests)) == 4


def test_booleans_and_further_axes_are_indexed_as_those_of_an_array(both):
    in_memory, in_file = (one.images for one in both)
    mask = both[0].labels == 1
    for key in (mask, mask.tolist(), (0, 1), (3, ..., 0), (slice(5), 1), ([2, 4], ..., 0), (mask, 0), -1, [-1, -40]):
        np.testing.assert_array_equal(in_file[key], in_memory[key])
        np.testing.assert_array_equal(in_file.part(slice(None))[key], in_memory[key])
    for key in (40, -41, [0, 40], [True, False], True):
        with pytest.raises(IndexError):
            in_file[key]


def test_what_is_read_is_an_array_like_any_other(both):
    for rows in (slice(5), [1, 2], np.arange(40) > 20):
        again = Examples(both[1].images[rows])
        assert type(again.images) is np.ndarray
    assert type(Examples(np.load(both[1].images.filename, mmap_mode="r").copy()).images) is np.ndarray


def test_the_mean_image_is_that_of_an_array(both):
    floats = np.asarray(both[0].images, "float64")
    floats = floats / 127.5 - 1 if both[0].images.dtype == np.uint8 else floats
    for one in (*both, both[1].part([0, 3])):
        expected = floats[[0, 3]] if len(one) == 2 else floats
        np.testing.assert_allclose(one.mean_image(), expected.mean(axis=0), atol=1e-6)


def test_slices_of_one_file_are_told_apart(tmp_path):
    np.save(tmp_path / "images.npy", np.random.default_rng(0).integers(256, size=(40, 6, 6, 4), dtype="uint8"))
    whole = np.load(tmp_path / "images.npy", mmap_mode="r")
    parts = [whole, whole[:20], whole[20:], whole[::2], whole[1::2], whole[..., :3], whole[..., 1:], whole[:20][5:]]
    digests = [Examples(part).images.digest() for part in parts]
    assert len(set(digests)) == len(parts) and Examples(whole[:20]).images.digest() == digests[1]
    reading.IN_MEMORY, earlier = 0, reading.IN_MEMORY
    try:
        for part in (whole[:20], whole[20:], whole[:20]):
            found = examples(part, data_shape=(3, 3, 3), cache_dir=tmp_path / "cache")
            np.testing.assert_array_equal(found.images, resize(Examples(np.array(part)), (3, 3, 3)).images)
    finally:
        reading.IN_MEMORY = earlier
