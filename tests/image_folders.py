"""Folders of images for the tests of data."""

import numpy as np
from PIL import Image

from ganzoo import data
from ganzoo.data import reading


def save(path, image):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)


def make(root, *places):
    """Saves a small image at each of the places."""
    for place in places:
        save(root / place, np.full((4, 4), 7, "uint8"))


SHAPE = (12, 8, 3)
"""To which the photos below are resized."""


def photos(root):
    """Saves thirty files of many kinds in two classes."""
    random = np.random.default_rng(0)
    for index in range(30):
        image = random.integers(256, size=(20 + index, 30, 3), dtype="uint8")
        place = root / ("cat", "dog")[index % 2]
        save(place / f"{index}.{('png', 'jpg', 'webp', 'tif')[index % 4]}", image[..., 0] if index % 5 == 0 else image)
    return root


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
