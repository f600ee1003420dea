"""Sets that are too large for the memory, which are prepared once in the cache. Here, all sets count as such."""

import contextlib
import json
import os
import threading
import time

import numpy as np
import pytest
import tensorflow as tf

from ganzoo import data
from ganzoo.data import prepared, reading
from ganzoo.data.mapped import MappedImages
from image_folders import SHAPE, assert_same, cached, read, save, without_files


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


@pytest.mark.cases(2)
@pytest.mark.parametrize(
    ("make", "options"),
    [
        (as_folder, {"crop": 10}),
        (as_array, {"holdout": 7}),
        (as_floats, {}),
        *(
            pytest.param(make, options, marks=pytest.mark.exhaustive)
            for make, options in (
                (as_folder, {}),
                (as_folder, {"holdout": 7}),
                (as_array, {}),
                (as_array, {"crop": 10}),
                (as_floats, {"crop": 10}),
                (as_floats, {"holdout": 7}),
            )
        ),
    ],
)
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


@pytest.mark.cases(4)
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


def test_earlier_states_of_an_array_are_deleted_too(tmp_path, nothing_fits):
    for value in (20, 30, 40):
        np.save(tmp_path / "images.npy", np.full((8, 9, 9, 3), value, "uint8"))
        os.utime(tmp_path / "images.npy", (value, value))
        found = read(np.load(tmp_path / "images.npy", mmap_mode="r"), tmp_path)
        assert found.images[0].max() == value and cached(tmp_path)
