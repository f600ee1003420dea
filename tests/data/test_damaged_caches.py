"""Prepared sets whose files were cut short, edited or lost."""

import json
import os
import shutil

import numpy as np
import pytest

from ganzoo.data import prepared, reading
from image_folders import assert_same, cached, read


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
