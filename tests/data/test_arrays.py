import numpy as np
import pytest
from sklearn.datasets import load_digits

from ganzoo.data import examples, from_arrays

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
