"""Sets that are too large for the memory, which are prepared once in the cache. Here, all sets count as such."""

import contextlib
import errno
import json
import os
import shutil
import threading
import time

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from ganzoo import data
from ganzoo.data import prepared, reading
from ganzoo.data.mapped import MappedImages
from image_folders import save

SHAPE = (12, 8, 3)


@pytest.fixture
def nothing_fits(monkeypatch):
    monkeypatch.setattr(reading, "IN_MEMORY", 0)
    monkeypatch.setattr(reading, "GROUP", 3)  # images at a time, so that there are many groups


@pytest.fixture
def folder(tmp_path):
    """Thirty files of many kinds in two classes."""
    random = np.random.default_rng(0)
    for index in range(30):
        image = random.integers(256, size=(20 + index, 30, 3), dtype="uint8")
        place = tmp_path / "photos" / ("cat", "dog")[index % 2]
        save(place / f"{index}.{('png', 'jpg', 'webp', 'tif')[index % 4]}", image[..., 0] if index % 5 == 0 else image)
    return tmp_path / "photos"


def read(source, tmp_path, **options):
    return data.examples(source, data_shape=SHAPE, cache_dir=tmp_path / "cache", **options)


def cached(tmp_path):
    """Returns the only folder in the cache."""
    [found] = [path for path in (tmp_path / "cache" / "prepared").iterdir() if path.is_dir()]
    return found


def assert_same(one, other):
    np.testing.assert_array_equal(one.images, other.images)
    np.testing.assert_array_equal(one.labels, other.labels)
    assert (one.class_names, one.num_classes, one.name) == (other.class_names, other.num_classes, other.name)


def without_files(monkeypatch):
    """Makes reading any image an error, so that what is read comes from the cache."""
    monkeypatch.setattr(reading, "open_picture", None)


def as_folder(tmp_path):
    return tmp_path / "photos"


def as_array(tmp_path):
    path = tmp_path / "images.npy"
    np.save(path, np.random.default_rng(0).integers(256, size=(30, 20, 30, 3), dtype="uint8"))
    return path


def as_floats(tmp_path):
    path = tmp_path / "floats.npy"
    np.save(path, np.random.default_rng(0).uniform(-1, 1, size=(30, 20, 30, 1)))
    return path


@pytest.mark.parametrize("make", [as_folder, as_array, as_floats])
@pytest.mark.parametrize("options", [{}, {"crop": 10}, {"holdout": 7}])
def test_a_set_in_a_file_is_the_set_in_memory(folder, tmp_path, monkeypatch, make, options):
    source = make(tmp_path)
    in_memory = read(source, tmp_path, **options)
    assert isinstance(in_memory.images, np.ndarray)
    monkeypatch.setattr(reading, "IN_MEMORY", 0)
    in_file = read(source, tmp_path, **options)
    assert isinstance(in_file.images, MappedImages)
    assert in_file.images.dtype == in_memory.images.dtype
    assert_same(in_file, in_memory)
    labels = in_memory.labels is not None
    for start in (None, 5):
        both = (data.batches(one, 4, seed=3, labels=labels, start=start, flip=True) for one in (in_memory, in_file))
        for one, other in zip(*(batches.take(9).as_numpy_iterator() for batches in both), strict=True):
            for left, right in zip(tf.nest.flatten(one), tf.nest.flatten(other), strict=True):
                np.testing.assert_array_equal(left, right)


def test_the_second_time_no_image_is_read(folder, tmp_path, nothing_fits, monkeypatch):
    first = read(folder, tmp_path)
    without_files(monkeypatch)
    assert_same(read(folder, tmp_path), first)
    with pytest.raises(TypeError):
        read(folder, tmp_path, crop=5)  # which is another set


class Killed(BaseException):
    pass


@pytest.mark.parametrize("after", [0, 1, 17])
@pytest.mark.parametrize("seconds", [0, 1000])
@pytest.mark.parametrize("broken", [0, 3])
def test_a_preparation_that_was_killed_goes_on(folder, tmp_path, nothing_fits, monkeypatch, after, seconds, broken):
    for index in [0, 4, 8][:broken]:
        next(folder.glob(f"*/{index}.*")).write_bytes(b"broken")
    monkeypatch.setattr(prepared, "RECORD_EVERY", seconds)
    monkeypatch.setattr(reading, "_number_of_cores", lambda: 1)
    opened, open_picture, kill_at = [], reading.open_picture, after + 1

    def counting(*arguments):
        opened.append(arguments[0])
        if len(opened) == kill_at:
            raise Killed
        return open_picture(*arguments)

    monkeypatch.setattr(reading, "open_picture", counting)
    with pytest.raises(Killed):
        read(folder, tmp_path, skip_broken=broken > 0)
    partial = cached(tmp_path)
    progress = partial / prepared.PROGRESS
    done = json.loads(progress.read_text())["items"] if progress.exists() else 0
    assert partial.name.endswith(".partial") and (done > 0) == (after == 17)
    for name in (prepared.IMAGES, prepared.LABELS):  # what a process that dies may leave of its last writing
        with open(partial / name, "ab") as file:
            file.write(b"half an im")
    opened.clear()
    kill_at = None
    warned = (
        pytest.warns(UserWarning, match="3 images that are broken or too small") if broken else contextlib.nullcontext()
    )
    with warned:
        found = read(folder, tmp_path, skip_broken=broken > 0)
    assert len(opened) == 30 - done and not cached(tmp_path).name.endswith(".partial")
    monkeypatch.setattr(reading, "IN_MEMORY", 2**28)
    with warned:
        assert_same(found, read(folder, tmp_path, skip_broken=broken > 0))


def cut(place):
    os.truncate(place / prepared.IMAGES, 100)


def empty(place):
    (place / prepared.ABOUT).write_text("")


def other_count(place):
    text = (place / prepared.ABOUT).read_text()
    (place / prepared.ABOUT).write_text(text.replace('"rows": 30', '"rows": 29'))


def no_labels(place):
    (place / prepared.LABELS).unlink()


def a_list(place):
    (place / prepared.ABOUT).write_text("[]")


@pytest.mark.parametrize("damage", [cut, empty, other_count, no_labels, a_list])
def test_a_damaged_cache_is_prepared_again(folder, tmp_path, nothing_fits, damage):
    first = np.asarray(read(folder, tmp_path).images)
    damage(cached(tmp_path))
    with pytest.warns(UserWarning, match="are damaged, and are prepared again: "):
        again = read(folder, tmp_path)
    np.testing.assert_array_equal(again.images, first)


@pytest.mark.parametrize("damage", [cut, empty, no_labels])
def test_a_damaged_part_is_prepared_from_the_start(folder, tmp_path, nothing_fits, monkeypatch, damage):
    monkeypatch.setattr(prepared, "RECORD_EVERY", 0)
    read(folder, tmp_path)
    done = cached(tmp_path)
    (done / prepared.PROGRESS).write_text('{"items": 12, "rows": 12, "broken": []}')
    damage(done)
    (done / prepared.ABOUT).unlink()
    done.rename(done.with_name(f"{done.name}.partial"))
    again = read(folder, tmp_path)
    monkeypatch.setattr(reading, "IN_MEMORY", 2**28)
    assert_same(again, read(folder, tmp_path))


def touched(folder):
    os.utime(folder / "cat" / "0.png", (1, 1))


def another_image(folder):
    save(folder / "dog" / "new.png", np.full((9, 9), 77, "uint8"))


def one_fewer(folder):
    (folder / "dog" / "1.jpg").unlink()


def another_class(folder):
    (folder / "cat" / "0.png").rename(folder / "dog" / "0.png")


@pytest.mark.parametrize("change", [touched, another_image, one_fewer, another_class])
def test_a_folder_that_has_changed_is_prepared_again(folder, tmp_path, nothing_fits, monkeypatch, change):
    read(folder, tmp_path)
    earlier = cached(tmp_path)
    change(folder)
    with pytest.warns(UserWarning, match="has changed since it was prepared; it is prepared anew"):
        found = read(folder, tmp_path)
    assert cached(tmp_path) != earlier  # which is deleted
    monkeypatch.setattr(reading, "IN_MEMORY", 2**28)
    assert_same(found, read(folder, tmp_path))


def test_sets_of_one_cache_do_not_mix(folder, tmp_path, nothing_fits):
    both = [data.examples(folder, data_shape=shape, cache_dir=tmp_path / "cache") for shape in (SHAPE, (4, 4, 1))]
    assert [one.shape for one in both] == [SHAPE, (4, 4, 1)]
    assert len(list((tmp_path / "cache" / "prepared").glob("*x*"))) >= 2


def test_too_little_disk_is_said_before_anything_is_read(tmp_path, nothing_fits):
    path = tmp_path / "endless.npy"
    np.lib.format.open_memmap(path, "w+", "uint8", (10**6, 1000, 1000, 3)).flush()  # 3 TB, of which none are written
    with pytest.raises(ValueError, match=r"needs 3,145.7 GB in .*, which has only .* GB free; free some disk space"):
        data.examples(path, data_shape=(1024, 1024, 3), cache_dir=tmp_path / "cache")


def test_two_that_want_the_same_images_prepare_them_once(folder, tmp_path, nothing_fits, monkeypatch):
    opened, open_picture, found = [], reading.open_picture, []

    def counting(*arguments):
        opened.append(arguments[0])
        return open_picture(*arguments)

    monkeypatch.setattr(reading, "open_picture", counting)
    threads = [threading.Thread(target=lambda: found.append(read(folder, tmp_path))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 30
    for one in found[1:]:
        assert_same(one, found[0])


def test_a_cache_that_cannot_be_written_is_named(folder, tmp_path, nothing_fits):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(OSError, match="cache"):
        read(folder, tmp_path)
    with pytest.raises(ValueError, match=r"cache_dir must be a folder on a local disk; got 'gs://bucket/cache'"):
        data.examples(folder, data_shape=SHAPE, cache_dir="gs://bucket/cache")


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


def test_a_newer_state_waits_for_a_preparation_that_is_under_way(folder, tmp_path, nothing_fits, monkeypatch):
    open_picture, go_on, found = reading.open_picture, threading.Event(), []

    def waiting(*arguments):
        if threading.current_thread().name.startswith("ThreadPool") and not go_on.is_set():
            go_on.wait(20)
        return open_picture(*arguments)

    monkeypatch.setattr(reading, "open_picture", waiting)
    first = threading.Thread(target=lambda: found.append(read(folder, tmp_path)))
    first.start()
    while not list(tmp_path.glob("cache/prepared/*.partial")):
        time.sleep(0.01)
    another_image(folder)
    second = threading.Thread(target=lambda: found.append(read(folder, tmp_path)))
    second.start()
    time.sleep(0.2)
    go_on.set()
    first.join()
    second.join()
    assert [len(one) for one in found] == [30, 31]
    assert np.asarray(found[0].images).any(axis=(1, 2, 3)).all()  # its file is gone, but still open


def in_json(name, **changes):
    def change(place):
        path = place / name
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


def deep(place):
    (place / prepared.ABOUT).write_text("[" * 100_000)


def with_labels(value):
    def change(place):
        labels = np.fromfile(place / prepared.LABELS, "int32")
        labels[3] = value
        labels.tofile(place / prepared.LABELS)

    return change


@pytest.mark.parametrize(
    "edit",
    [
        deep,
        with_labels(-5),
        with_labels(7),
        *(
            in_json(prepared.ABOUT, **changes)
            for changes in ({"rows": -1}, {"rows": "a"}, {"items": 1000}, {"broken": 3})
        ),
    ],
)
def test_a_cache_that_was_edited_is_prepared_again(folder, tmp_path, nothing_fits, edit):
    first = read(folder, tmp_path)
    expected = np.asarray(first.images), first.labels
    edit(cached(tmp_path))
    with pytest.warns(UserWarning, match="are damaged, and are prepared again: "):
        again = read(folder, tmp_path)
    np.testing.assert_array_equal(again.images, expected[0])
    np.testing.assert_array_equal(again.labels, expected[1])


@pytest.mark.parametrize(
    "progress",
    [{"items": 1000, "rows": 12, "broken": {}}, {"items": -5}, {"rows": 10}, {"items": "a"}, [], {"items": 12}],
)
def test_a_record_of_progress_that_was_edited_is_not_believed(folder, tmp_path, nothing_fits, progress):
    expected = np.asarray(read(folder, tmp_path).images)
    done = cached(tmp_path)
    (done / prepared.ABOUT).unlink()
    (done / prepared.PROGRESS).write_text(json.dumps(progress))
    done.rename(done.with_name(f"{done.name}.partial"))
    np.testing.assert_array_equal(read(folder, tmp_path).images, expected)


def test_a_file_in_the_place_of_the_prepared_folder_is_replaced(folder, tmp_path, nothing_fits):
    expected = np.asarray(read(folder, tmp_path).images)
    place = cached(tmp_path)
    shutil.rmtree(place)
    place.write_text("a file")
    with pytest.warns(UserWarning, match="are damaged"):
        np.testing.assert_array_equal(read(folder, tmp_path).images, expected)


def test_earlier_states_of_an_array_are_deleted_too(tmp_path, nothing_fits):
    for value in (20, 30, 40):
        np.save(tmp_path / "images.npy", np.full((8, 9, 9, 3), value, "uint8"))
        os.utime(tmp_path / "images.npy", (value, value))
        found = read(np.load(tmp_path / "images.npy", mmap_mode="r"), tmp_path)
        assert found.images[0].max() == value and cached(tmp_path)


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
