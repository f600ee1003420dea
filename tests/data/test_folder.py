import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from ganzoo.data import examples

FLOWER = load_sample_image("flower.jpg")  # a photograph, (427, 640, 3)


def save(path, image):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)


@pytest.mark.parametrize("suffix", ["png", "bmp"])
def test_lossless_files_are_read_exactly_and_in_order(tmp_path, suffix):
    for index in (2, 0, 1):
        save(tmp_path / f"{index}.{suffix}", FLOWER + np.uint8(index))
    read = examples(tmp_path)
    assert read.labels is None
    np.testing.assert_array_equal(read.images, np.stack([FLOWER, FLOWER + np.uint8(1), FLOWER + np.uint8(2)]))


@pytest.mark.parametrize("suffix", ["jpg", "JPEG", "gif"])
def test_lossy_files_are_read_approximately(tmp_path, suffix):
    save(tmp_path / f"flower.{suffix}", FLOWER)
    difference = examples(tmp_path).images[0].astype(float) - FLOWER
    assert np.sqrt((difference**2).mean()) < 10


def test_sizes_and_channels_may_vary_if_a_shape_is_given(tmp_path):
    save(tmp_path / "colour.png", FLOWER)
    save(tmp_path / "grey.png", FLOWER[:100, :100, 0])
    save(tmp_path / "alpha.png", np.dstack([FLOWER, FLOWER[..., :1]])[:50])
    assert examples(tmp_path, data_shape=(16, 24, 3)).images.shape == (3, 16, 24, 3)
    square = FLOWER[:, (640 - 427) // 2 :][:, :427]
    expected = np.asarray(Image.fromarray(square).resize((32, 32), Image.Resampling.BILINEAR))
    resized = examples(tmp_path, data_shape=(32, 32, 3)).images[1]
    np.testing.assert_allclose(resized.astype(int), expected.astype(int), atol=3)
    with pytest.raises(ValueError, match=r"3 shapes, from .* give a data_shape=\(H, W, C\)"):
        examples(tmp_path)


def test_sub_folders_are_classes(tmp_path):
    for place in ("cats/a.png", "cats/more/b.png", "dogs/a.png", "cats/.hidden.png", ".cache/a.png"):
        save(tmp_path / place, FLOWER)
    read = examples(tmp_path, data_shape=(8, 8, 1))
    assert (sorted(read.labels.tolist()), read.num_classes) == ([0, 0, 1], 2)


def test_the_first_images_come_from_all_classes(tmp_path):
    for label, animal in enumerate(("cat", "dog", "eel")):
        for number in range(20):
            save(tmp_path / animal / f"{number}.png", np.full((8, 8), 100 * label, "uint8"))
    read = examples(tmp_path, data_shape=(8, 8, 1))
    labels = read.labels
    np.testing.assert_array_equal(read.images[:, 0, 0, 0], 100 * labels)
    assert set(labels[:15]) == {0, 1, 2} and np.bincount(labels).tolist() == [20, 20, 20]
    np.testing.assert_array_equal(examples(tmp_path, data_shape=(4, 4, 3)).labels, labels)


def test_the_training_split_determines_the_classes_of_all_splits(tmp_path):
    for place in ("train/cat/a.png", "train/cow/a.png", "train/dog/a.png", "test/dog/a.png", "other/eel/a.png"):
        save(tmp_path / place, FLOWER)
    test = examples(tmp_path, "test")
    assert (test.labels.tolist(), test.num_classes) == ([2], 3)
    with pytest.raises(
        ValueError, match="split 'train' has no class eel, but .* has images of it; add training images"
    ):
        examples(tmp_path, "other")


def test_a_sub_folder_with_the_name_of_a_split_is_the_split(tmp_path):
    for place in ("train/cats/a.png", "train/dogs/a.png", "test/cats/a.png"):
        save(tmp_path / place, FLOWER)
    assert sorted(examples(tmp_path).labels.tolist()) == [0, 1]
    assert len(examples(tmp_path, "test")) == 1
    with pytest.raises(ValueError, match="no split 'validation'.*sub-folder 'validation'"):
        examples(tmp_path, "validation")


def test_a_folder_without_images_is_named(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing to see")
    with pytest.raises(ValueError, match="no image files .*give the path of the folder"):
        examples(tmp_path)


def test_images_beside_sub_folders_are_refused(tmp_path):
    save(tmp_path / "a.png", FLOWER)
    save(tmp_path / "cats" / "b.png", FLOWER)
    with pytest.raises(ValueError, match="both in sub-folders .* and beside them"):
        examples(tmp_path)


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "gif"])
@pytest.mark.parametrize("kept", [0, 0.5])
def test_an_unreadable_file_is_named(tmp_path, suffix, kept):
    save(tmp_path / f"a.{suffix}", FLOWER)
    save(tmp_path / f"bad.{suffix}", FLOWER)
    content = (tmp_path / f"bad.{suffix}").read_bytes()
    (tmp_path / f"bad.{suffix}").write_bytes(content[: int(kept * len(content))])
    with pytest.raises(ValueError, match=rf"bad\.{suffix}' cannot be read; repair it or remove it"):
        examples(tmp_path)
