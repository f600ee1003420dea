import dataclasses
import json

import numpy as np
import pytest

from ganzoo.commands.support import workdir
from ganzoo.commands.support.config import Config
from ganzoo.commands.support.run_data import load_inputs


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Returns the folder of files of 1,000 images, with labels and without, and of 900."""
    folder = tmp_path_factory.mktemp("images")
    images = np.random.default_rng(0).integers(0, 256, (1000, 8, 8, 1), dtype="uint8")
    np.save(folder / "images.npy", images)
    np.save(folder / "few.npy", images[:900])
    np.savez(folder / "labelled.npz", images=images, labels=np.arange(1000) % 2)
    return folder


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize("name", ["images.npy", "labelled.npz"])
def test_a_run_on_a_users_images_measures_by_itself(folder, home, monkeypatch, capsys, name):
    monkeypatch.setenv("HOME", str(home))
    inputs = load_inputs(Config(dataset=str(folder / name)))
    assert inputs.metrics == tuple(f"{one}_convolutions_100" for one in ("frechet", "kernel", "precision_recall"))
    assert (len(inputs.examples), inputs.holdout, inputs.found) == (900, 100, 1000)
    assert "frechet_convolutions_100" in inputs.suite.keys
    printed = capsys.readouterr().out
    assert "Measures frechet_convolutions_100, " in printed and "--metrics=none" in printed


@pytest.mark.parametrize(
    ("name", "settings"),
    [("few.npy", {}), ("images.npy", {"holdout": 0}), ("images.npy", {"metrics": ()}), ("digits", {})],
)
def test_otherwise_it_trains_on_all_images(folder, name, settings):
    dataset = name if name == "digits" else str(folder / name)
    inputs = load_inputs(Config(dataset=dataset, **settings))
    assert inputs.suite is None and inputs.metrics == () and inputs.holdout == 0
    assert len(inputs.examples) == inputs.found


def test_the_metric_of_the_best_checkpoint_is_measured(folder, home, monkeypatch):
    monkeypatch.setenv("HOME", str(home))
    inputs = load_inputs(Config(dataset=str(folder / "images.npy"), keep_best="frechet_pixels_50"))
    assert inputs.metrics == ("frechet_pixels_50",)
    with pytest.raises(ValueError, match="keep_best=recall_pixels_50 is not measured .* measures frechet_pixels_50:"):
        metrics = ("frechet_pixels_50",)
        load_inputs(Config(dataset=str(folder / "images.npy"), metrics=metrics, keep_best="recall_pixels_50"))


def test_a_resumed_run_measures_what_it_did(tmp_path):
    recorded = dataclasses.asdict(Config(metrics=("frechet_pixels_50",), holdout=7))
    (tmp_path / "config.json").write_text(json.dumps(recorded))
    assert workdir.as_begun(Config(), tmp_path).metrics == ("frechet_pixels_50",)
    assert workdir.as_begun(Config(metrics=()), tmp_path).metrics == ()
