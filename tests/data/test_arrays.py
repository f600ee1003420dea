import io
import os
import zipfile

import numpy as np
import pytest
from sklearn.datasets import load_digits

from ganzoo.data import examples, from_arrays, keep_labels, outlined, recoloured, resize

DIGITS = load_digits()
IMAGES = (DIGITS.images[:12] * 15).astype("uint8")
LABELS = DIGITS.target[:12]


def test_grey_images_get_a_channel_and_labels_are_flattened():
    read = from_arrays(IMAGES, LABELS[:, np.newaxis])
    np.testing.assert_array_equal(read.images[..., 0], IMAGES)
    np.testing.assert_array_equal(read.labels, LABELS)


@pytest.mark.parametrize("names", [("images", "labels"), ("x", "y"), ("x_train", "y_train")])
def test_npz_files_may_use_several_names(tmp_path, names):
    np.savez_compressed(tmp_path / "own.npz", **dict(zip(names, (IMAGES, LABELS), strict=True)))
    read = examples(tmp_path / "own.npz")
    np.testing.assert_array_equal(read.images[..., 0], IMAGES)
    np.testing.assert_array_equal(read.labels, LABELS)
    assert read.name == "own.npz"


def test_npz_files_have_splits(tmp_path):
    path = tmp_path / "split.npz"
    np.savez(path, x_train=IMAGES[:8], y_train=LABELS[:8], x_test=IMAGES[8:], y_test=LABELS[8:])
    np.testing.assert_array_equal(examples(path, "test").images[..., 0], IMAGES[8:])
    np.testing.assert_array_equal(examples(path, "test").labels, LABELS[8:])
    np.testing.assert_array_equal(examples(str(path)).labels, LABELS[:8])
    with pytest.raises(ValueError, match="no images of the split 'validation'.*name them 'x_validation'"):
        examples(path, "validation")


def test_npy_files_hold_images_or_vectors(tmp_path):
    np.save(tmp_path / "vectors.npy", DIGITS.data)
    read = examples(tmp_path / "vectors.npy")
    assert read.labels is None
    np.testing.assert_allclose(read.images, DIGITS.data)
    with pytest.raises(ValueError, match="no images of the split 'test'"):
        examples(tmp_path / "vectors.npy", "test")


def test_the_error_for_an_npz_file_without_images_lists_its_arrays(tmp_path):
    np.savez(tmp_path / "other.npz", pictures=IMAGES)
    with pytest.raises(ValueError, match="holds pictures; name them 'x_train' or images"):
        examples(tmp_path / "other.npz")


class Bomb:
    """An object that writes a file if it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_pickles_are_refused_and_not_run(tmp_path, suffix):
    path, proof = tmp_path / f"bomb{suffix}", tmp_path / "proof"
    bomb = np.array([Bomb(proof)], dtype=object)
    if suffix == ".npy":
        np.save(path, bomb, allow_pickle=True)
    else:
        np.savez(path, images=bomb)
    with pytest.raises(
        ValueError, match="pickles, which are never loaded because they can run code; save plain arrays"
    ):
        examples(path)
    assert not proof.exists()
    np.load(path, allow_pickle=True) if suffix == ".npy" else np.load(path, allow_pickle=True)["images"]
    assert proof.exists()  # so the bomb was a real one


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
@pytest.mark.parametrize("kept", [0, 10, 500])
def test_damaged_files_are_named(tmp_path, suffix, kept):
    path = tmp_path / f"whole{suffix}"
    np.save(path, IMAGES) if suffix == ".npy" else np.savez(path, images=IMAGES)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError, match=f"whole{suffix}' is damaged"):
        examples(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match="There is no file .*nowhere.npz'; check the path"):
        examples(tmp_path / "nowhere.npz")


def test_names_of_classes_stay_with_the_data():
    names = tuple("abcdefghij")
    own = from_arrays(IMAGES, LABELS, class_names=names)
    assert own.class_names == names and own.num_classes == 10
    for changed in (own.head(3), resize(own, (4, 4, 3)), keep_labels(own, 10), outlined(own).a, recoloured(own).b):
        assert changed.class_names == names
    assert examples(own).class_names == names
    assert examples("digits", "test").class_names == tuple("0123456789")
    with pytest.raises(ValueError, match="There are class names but no labels in 'arrays'; give labels"):
        from_arrays(IMAGES, class_names=names)


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        ([IMAGES[0], IMAGES[1][:4]], None, "The examples of 'arrays' have several shapes"),
        (IMAGES, [0, [1]], "The labels of 'arrays' have several shapes"),
        (IMAGES, LABELS[:5], "Expected 12 integer labels"),
        (IMAGES * 1.0, None, "convert images in"),
        (None, None, "Expected images"),
        ("images.npy", None, "Expected images"),
    ],
)
def test_bad_arrays_are_refused(images, labels, message):
    with pytest.raises(ValueError, match=message):
        from_arrays(images, labels)


def header(shape, dtype="|u1"):
    """The beginning of a .npy file."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": dtype, "fortran_order": False, "shape": shape})
    return file.getvalue()


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
@pytest.mark.parametrize(
    "shape", [(10**9, 10**3, 10, 3), (10**6, 100, 100, 3), (2**40, 2**40), (2**70,), (-4, 8, 8, 1), (10**4, 64, 64, 3)]
)
def test_a_file_that_declares_more_than_it_has_is_refused(tmp_path, suffix, shape):
    path, content = tmp_path / f"huge{suffix}", header(shape) + bytes(1000)
    path.write_bytes(content)
    if suffix == ".npz":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("images.npy", content)
    with pytest.raises(ValueError, match=f"huge{suffix}' is damaged, or"):
        examples(path)


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_any_damaged_byte_gives_data_or_one_sentence(tmp_path, suffix):
    path = tmp_path / f"own{suffix}"
    np.save(path, IMAGES) if suffix == ".npy" else np.savez_compressed(path, images=IMAGES)
    whole = path.read_bytes()
    for place in range(0, len(whole), 2):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        try:
            examples(path)
        except ValueError as error:
            assert f"own{suffix}'" in str(error)


@pytest.mark.parametrize("kind", ["encrypted", "pipe", "folder"])
def test_odd_archives_are_named(tmp_path, kind):
    path = tmp_path / "own.npz"
    if kind == "encrypted":
        np.savez(path, images=IMAGES)
        content = bytearray(path.read_bytes())
        for sign, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
            content[content.find(sign) + offset] |= 1
        path.write_bytes(content)
    else:
        os.mkfifo(path) if kind == "pipe" else path.mkdir()
    with pytest.raises(ValueError, match=r"own\.npz'"):
        examples(path)
