"""Tests the script that translates test images: its numbers are those of the model and of the classifiers."""

import json

import numpy as np
import pytest
from PIL import Image
from sklearn.neighbors import NearestNeighbors

import ganzoo
from ganzoo import data, metrics
from ganzoo.commands import translate


class Judge:
    """Assigns an image to the class of the nearest training image."""

    def __init__(self, train, test):
        self.nearest = NearestNeighbors(n_neighbors=1).fit(np.reshape(train.images / 127.5 - 1, (len(train), -1)))
        self.labels = train.labels
        self.accuracy = float((self.classes(test.images / 127.5 - 1) == test.labels).mean())

    def classes(self, pictures):
        places = self.nearest.kneighbors(np.reshape(pictures, (len(pictures), -1)), return_distance=False)
        return self.labels[places[:, 0]]


@pytest.mark.thorough
def test_numbers_are_those_of_the_model(tmp_path, monkeypatch):
    monkeypatch.setattr(metrics, "classifier", lambda train, test, cache: Judge(train, test))
    gan = ganzoo.create("cyclegan", (16, 16, 3), width=1, blocks=1, seed=0)
    gan.save(tmp_path / "gan.keras")
    result = translate.measure(tmp_path / "gan.keras", "recoloured_digits")
    assert json.loads((tmp_path / "translate.json").read_text()) == result
    train, test = (data.domains("recoloured_digits", split) for split in ("train", "test"))
    for source, target, name in ((0, 1, "b"), (1, 0, "a")):
        found, start = result[f"to_{name}"], np.float32(test[source].images / 127.5 - 1)
        there = gan.translate(start, to=name)
        back = gan.translate(there, to="ab"[source])
        judge = Judge(train[target], test[target])
        expected = {
            "count": len(start),
            "cycle_error": np.abs(back - start).mean(),
            "same_label": (judge.classes(there) == test[source].labels).mean(),
            "untranslated": (judge.classes(start) == test[source].labels).mean(),
            "real": judge.accuracy,
        }
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            np.testing.assert_allclose(found[key], value, rtol=1e-5, err_msg=key)
        assert found["real"] > 0.8  # so that the stand-in knows digits
        picture = np.asarray(Image.open(tmp_path / f"translate_to_{name}.png"))
        assert picture.shape == (3 * 50 + 2, 16 * 50 + 2, 3)


@pytest.mark.thorough
def test_one_direction_is_compared_with_the_targets(tmp_path, monkeypatch):
    monkeypatch.setattr(metrics, "classifier", lambda train, test, cache: Judge(train, test))
    gan = ganzoo.create("pix2pix", (16, 16, 1), width=2, seed=0)
    gan.save(tmp_path / "gan.keras")
    result = translate.measure(tmp_path / "gan.keras", "outlined_digits")
    outlines, whole = (np.float32(one.images / 127.5 - 1) for one in data.domains("outlined_digits", "test"))
    assert "to_a" not in result and not (tmp_path / "translate_to_a.png").exists()
    np.testing.assert_allclose(result["to_b"]["error"], np.abs(gan.translate(outlines) - whole).mean(), rtol=1e-5)
    with pytest.raises(ValueError, match="pix2pix was trained on pairs"):
        translate.measure(tmp_path / "gan.keras", "recoloured_digits")


@pytest.mark.thorough
def test_without_labels_there_are_only_pictures(tmp_path):
    ganzoo.create("cyclegan", (8, 8, 1), width=2, blocks=1, seed=0).save(tmp_path / "gan.keras")
    for name in "xy":
        for split in ("train", "test"):
            (tmp_path / name / split).mkdir(parents=True)
            for number in range(3):
                Image.fromarray(np.full((8, 8), 40 * number, "uint8")).save(tmp_path / name / split / f"{number}.png")
    result = translate.measure(tmp_path / "gan.keras", f"{tmp_path / 'x'}+{tmp_path / 'y'}", tmp_path / "out")
    assert result["to_a"].keys() == {"count", "cycle_error"} and result["to_a"]["count"] == 3
    assert (tmp_path / "out" / "translate_to_a.png").exists()


def test_other_models_are_refused(tmp_path):
    ganzoo.create("gan", (8, 8, 1), units=4, maxout_units=2).save(tmp_path / "gan.keras")
    with pytest.raises(ValueError, match="holds gan, which does not translate: choose a cyclegan"):
        translate.measure(tmp_path / "gan.keras", "recoloured_digits")
