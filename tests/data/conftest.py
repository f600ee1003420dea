import warnings

import pytest

from ganzoo.data import reading
from image_folders import photos


@pytest.fixture
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture
def nothing_fits(monkeypatch):
    """All sets count as too large for the memory."""
    monkeypatch.setattr(reading, "IN_MEMORY", 0)
    monkeypatch.setattr(reading, "GROUP", 3)  # images at a time, so that there are many groups


@pytest.fixture
def folder(tmp_path):
    """A folder of photos."""
    return photos(tmp_path / "photos")
