"""Images that cannot be read or do not suit the options, in memory and in prepared sets."""

import errno
import os

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from ganzoo import data
from ganzoo.data import reading
from image_folders import SHAPE, read, save, without_files


@pytest.mark.parametrize("broken", [["dog/9.jpg"], ["cat/0.png", "dog/9.jpg", "dog/25.jpg"]])
def test_images_that_cannot_be_read_are_named_once_all_others_are_prepared(
    folder, tmp_path, nothing_fits, monkeypatch, broken
):
    for name in broken:
        (folder / name).write_bytes((folder / name).read_bytes()[:100])
    others = f" The same is true of {len(broken) - 1} others" if len(broken) > 1 else ""
    for _ in range(2):
        with pytest.raises(ValueError, match=rf"photos/\S+' cannot be read; .* `skip_broken=True`.*{others}"):
            read(folder, tmp_path)
        without_files(monkeypatch)  # from now on
    with pytest.warns(UserWarning, match=f"read {30 - len(broken)} images and left out {len(broken)} files"):
        assert len(read(folder, tmp_path, skip_broken=True)) == 30 - len(broken)


def test_a_folder_of_which_nothing_can_be_read_is_left_after_the_first_images(folder, tmp_path, nothing_fits):
    for path in folder.rglob("*.*"):
        path.write_bytes(b"broken")
    for skip_broken in (False, True):
        with pytest.raises(ValueError, match=r"cannot be read; .* The same is true of \d+ others"):
            read(folder, tmp_path, skip_broken=skip_broken)


@pytest.mark.parametrize("number", [errno.EIO, errno.EMFILE, errno.ENOMEM])
@pytest.mark.parametrize("limit", [0, 2**28])
def test_an_error_that_may_pass_does_not_make_an_image_broken(folder, tmp_path, monkeypatch, number, limit):
    monkeypatch.setattr(reading, "IN_MEMORY", limit)

    def fail(path, **_):
        raise OSError(number, os.strerror(number), path)

    with monkeypatch.context() as patch, pytest.raises(OSError, match=os.strerror(number)):
        patch.setattr(Image, "open", fail)
        read(folder, tmp_path, skip_broken=True)
    assert len(read(folder, tmp_path, skip_broken=True)) == 30


def test_images_that_are_too_small_for_a_crop_are_named_or_left_out(folder, tmp_path, nothing_fits):
    save(folder / "cat" / "tiny.png", np.zeros((4, 30), "uint8"))
    with pytest.raises(ValueError, match=r"cat/tiny.png: crop=10 is larger than an image of 4 x 30 pixels"):
        read(folder, tmp_path, crop=10)
    with pytest.warns(UserWarning, match=r"1 images that are broken or too small, such as 'cat/tiny.png'"):
        assert len(read(folder, tmp_path, crop=10, skip_broken=True)) == 30


def test_a_folder_on_another_file_system_is_read_too(folder, tmp_path, nothing_fits):
    for path in folder.rglob("*.*"):
        target = f"ram://photos-{tmp_path.name}/{path.relative_to(folder)}"
        tf.io.gfile.makedirs(os.path.dirname(target))
        with tf.io.gfile.GFile(target, "wb") as file:
            file.write(path.read_bytes())
    remote, local = read(f"ram://photos-{tmp_path.name}", tmp_path), read(folder, tmp_path)
    np.testing.assert_array_equal(remote.images, local.images)
    np.testing.assert_array_equal(remote.labels, local.labels)
    assert remote.class_names == local.class_names


def test_paired_sets_do_not_skip_broken_images(folder, tmp_path):
    with pytest.raises(ValueError, match="In paired sets, broken images cannot be skipped, as others would lose"):
        data.examples(f"paired:{folder}+{folder}", data_shape=SHAPE, skip_broken=True)
    assert len(data.examples(f"paired:{folder}+{folder}", data_shape=SHAPE)) == 30


def test_a_crop_does_not_change_the_channels(folder, tmp_path):
    with pytest.raises(ValueError, match=r"have several shapes, such as \(10, 10, \d\) and \(10, 10, \d\)"):
        data.examples(folder, crop=10)
    assert read(folder, tmp_path, crop=10).shape == SHAPE


def test_images_of_a_file_are_stacked(tmp_path, nothing_fits):
    digits = data.examples("digits")
    for index in range(20):
        save(tmp_path / "digits" / str(digits.labels[index]) / f"{index}.png", digits.images[index, ..., 0])
    found = data.examples(f"stacked:{tmp_path / 'digits'}", data_shape=(8, 8, 3), cache_dir=tmp_path / "cache")
    assert found.shape == (8, 8, 3) and len(found) == 128_000


def test_large_jpeg_files_are_decoded_at_a_fraction_of_their_size(tmp_path):
    smooth = np.asarray(Image.fromarray(np.random.default_rng(0).integers(256, size=(6, 8, 3), dtype="uint8")))
    large = Image.fromarray(smooth).resize((800, 600), Image.Resampling.BICUBIC)
    (tmp_path / "photos").mkdir()
    large.save(tmp_path / "photos" / "a.jpg", quality=95)
    found = data.examples(tmp_path / "photos", data_shape=(48, 64, 3)).images[0]
    whole = np.asarray(large.resize((64, 48), Image.Resampling.BILINEAR))
    assert np.abs(found.astype(int) - whole).mean() < 2
