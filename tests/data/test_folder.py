import contextlib
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from ganzoo.data import examples
from ganzoo.data.folder import from_folder
from image_folders import make, save

FLOWER = load_sample_image("flower.jpg")  # a photograph, (427, 640, 3)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "TIFF"])
def test_lossless_files_are_read_exactly_and_in_order(tmp_path, suffix):
    for index in (2, 0, 1):
        save(tmp_path / f"{index}.{suffix}", FLOWER + np.uint8(index))
    read = examples(tmp_path)
    assert read.labels is None
    np.testing.assert_array_equal(read.images, np.stack([FLOWER, FLOWER + np.uint8(1), FLOWER + np.uint8(2)]))


@pytest.mark.parametrize("suffix", ["jpg", "JPEG", "jfif", "gif", "webp"])
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
    with pytest.raises(ValueError, match=r"several shapes, such as .* give a data_shape=\(H, W, C\)"):
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
    with pytest.warns(UserWarning, match="left out 1 files: images beside the splits"):
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


@pytest.mark.cases(5)
@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "gif", "webp", "tif"])
@pytest.mark.parametrize("kept", [0, 0.5])
def test_an_unreadable_file_is_named(tmp_path, suffix, kept):
    save(tmp_path / f"a.{suffix}", FLOWER)
    save(tmp_path / f"bad.{suffix}", FLOWER)
    content = (tmp_path / f"bad.{suffix}").read_bytes()
    (tmp_path / f"bad.{suffix}").write_bytes(content[: int(kept * len(content))])
    with pytest.raises(ValueError, match=rf"bad\.{suffix}' cannot be read; repair it or remove it"):
        examples(tmp_path)


def test_images_of_phones_are_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(FLOWER).save(tmp_path / "a.jpg", exif=exif)
    upright = examples(tmp_path).images[0].astype(int)
    assert upright.shape == (640, 427, 3) and np.abs(upright - np.rot90(FLOWER, -1)).mean() < 5
    assert examples(tmp_path, data_shape=(64, 43, 3)).images[0, 2, 2].mean() == pytest.approx(
        upright[10:40, 10:40].mean(), abs=30
    )


def test_links_are_followed_and_loops_are_not(tmp_path, quiet):
    make(tmp_path, "elsewhere/1.png", "elsewhere/2.png", "data/dog/1.png", "store/3.png")
    (tmp_path / "data" / "cat").symlink_to("../elsewhere")
    (tmp_path / "data" / "dog" / "loop").symlink_to("..")
    (tmp_path / "data" / "loop").symlink_to(tmp_path / "data")
    (tmp_path / "data" / "dog" / "2.png").symlink_to("../../store/3.png")
    read = examples(tmp_path / "data")
    assert (sorted(read.labels.tolist()), read.class_names) == ([0, 0, 1, 1], ("cat", "dog"))
    (tmp_path / "splits").mkdir()
    for split in ("train", "test"):
        (tmp_path / "splits" / split).symlink_to("../data")
    assert len(examples(tmp_path / "splits", "test")) == 4
    (tmp_path / "link").symlink_to("data")
    assert len(examples(tmp_path / "link")) == 4


def test_files_of_other_kinds_are_counted_once(tmp_path):
    make(tmp_path, *(f"{index}.png" for index in range(3)))
    for name in ("a.heic", "b.HEIC", "c.xyz", "d", "notes.txt", "labels.csv", "Thumbs.db", "README", ".hidden.xyz"):
        (tmp_path / name).touch()
    with pytest.warns(UserWarning, match="read 3 images and left out 4 files: .heic, .xyz, no suffix; ") as said:
        assert len(examples(tmp_path)) == 3
    assert len(said) == 1


def test_companions_are_left_out_without_a_word(tmp_path, quiet):
    make(tmp_path, "1.png", ".cache/2.png", "__MACOSX/._1.png")
    for name in ("notes.txt", "labels.CSV", "about.json", "README.md", "LICENSE", ".DS_Store"):
        (tmp_path / name).touch()
    assert len(examples(tmp_path)) == 1


def test_the_error_for_a_folder_without_images_says_what_it_has(tmp_path):
    for name in ("a.heic", "b.heic", "c.dng"):
        (tmp_path / name).touch()
    with pytest.raises(ValueError, match=r"which has 3 other files \(\.dng, \.heic\)"):
        examples(tmp_path)


def test_broken_files_may_be_skipped_and_are_named(tmp_path):
    make(tmp_path, *(f"{kind}/{index}.png" for kind in ("cat", "dog") for index in range(5)))
    (tmp_path / "cat" / "0.png").write_bytes(b"")
    (tmp_path / "cat" / "5.png").symlink_to("nowhere.png")
    os.mkfifo(tmp_path / "dog" / "pipe.png")
    with pytest.raises(ValueError, match=r"cannot be read; .* with `skip_broken=True`"):
        examples(tmp_path)
    with pytest.warns(
        UserWarning,
        match="read 9 images and left out 3 files: 3 images that are broken .* as 'cat/0.png'",
    ):
        read = from_folder(tmp_path, skip_broken=True)
    assert np.bincount(read.labels).tolist() == [4, 5] and len(read) == 9
    np.testing.assert_array_equal(read.images, 7)


def test_a_folder_with_broken_files_alone_is_refused(tmp_path):
    (tmp_path / "a.png").touch()
    with pytest.raises(ValueError, match="cannot be read; "):
        from_folder(tmp_path, skip_broken=True)


def test_names_that_are_not_utf8_can_be_read_and_shown(tmp_path):
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/f\xfflder"))
    make(odd, os.fsdecode(b"c\xe4t/1.png"), os.fsdecode(b"dog/2\xff.png"))
    read = examples(odd)
    assert read.class_names == ("c\ufffdt", "dog") and len(read) == 2
    read.name.encode("utf-8")
    (odd / os.fsdecode(b"dog/3\xff.png")).touch()
    with pytest.raises(ValueError, match="cannot be read") as caught:
        examples(odd)
    str(caught.value).encode("utf-8")


@contextlib.contextmanager
def unprivileged():
    """Lets this process do what an ordinary user may, for root may read everything."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_files_and_folders_without_permission_are_named():
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        root.chmod(0o755)
        make(root, "open/1.png", "open/2.png", "closed/1.png")
        np.save(root / "own.npy", np.zeros((2, 4, 4, 1)))
        assert len(examples(root / "open")) == 2  # which also imports what reading needs
        for name in ("open/2.png", "closed", "own.npy"):
            (root / name).chmod(0)
        with unprivileged():
            with pytest.raises(ValueError, match=r"2\.png' cannot be read.*Permission denied"):
                examples(root / "open")
            with pytest.raises(ValueError, match=r"closed' cannot be read \(Permission denied\); check its path"):
                examples(root / "closed")
            with pytest.raises(ValueError, match=r"closed' cannot be read"):
                examples(root)
            with pytest.raises(ValueError, match=r"closed/inner' cannot be read; check the permissions"):
                examples(root / "closed" / "inner")
            with pytest.raises(ValueError, match=r"own\.npy' cannot be read; check its permissions"):
                examples(root / "own.npy")
        (root / "closed").chmod(0o755)


def test_a_path_that_is_no_folder_is_named(tmp_path):
    make(tmp_path, "a.png")
    for name in ("nowhere", "a.png"):
        with pytest.raises(ValueError, match=f"The folder '.*{name}' cannot be read"):
            from_folder(tmp_path / name)
