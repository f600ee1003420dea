import json

import numpy as np
import pytest
from PIL import Image

import ganzoo
from ganzoo import data
from ganzoo.callbacks import history_plot
from ganzoo.commands import evaluate
from ganzoo.commands.support import run
from ganzoo.commands.support.config import Config
from small_gan import SMALL

NAMES = ["sliced_wasserstein_pixels_50", "parzen_pixels_50"]


def test_each_evaluation_adds_a_line_beside_the_checkpoint(tmp_path):
    gan = ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=0, **SMALL)
    gan.save(tmp_path / "gan.keras")
    first = evaluate.evaluate(tmp_path / "gan.keras", "digits", NAMES, cache=tmp_path / "cache")
    with open(tmp_path / "metrics.jsonl", "a") as file:
        file.write('{"variant": "nsg')  # cut short
    second = evaluate.evaluate(tmp_path / "gan.keras", "digits", NAMES, seed=1, cache=tmp_path / "cache")
    lines = (tmp_path / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in (lines[0], lines[2])] == [first, second] and len(lines) == 3
    assert first["variant"] == "nsgan" and first["versions"]["keras"] and first["extractors"]["pixels"]
    name = "sliced_wasserstein_pixels_50"
    assert first["metrics"][name] > 0 and first["metrics"][name] != second["metrics"][name]
    assert f"{name:40s}" in evaluate.format_metrics(first)
    assert Image.open(tmp_path / "nearest.png").size[0] > 6 * 48


def test_training_examples_can_replace_samples(tmp_path):
    """Each example is drawn once before any is drawn again, and no line is written."""
    line = evaluate.evaluate("real", "digits", ["two_sample_pixels_297"], cache=tmp_path)
    assert (
        0.5 < line["metrics"]["two_sample_pixels_297"] < 0.8 and line["step"] is None
    )  # other people wrote the test digits
    train = data.examples("digits")
    drawn = evaluate.TrainingExamples(train)
    all_of_them = np.concatenate([drawn.sample(count, seed=(3, index)) for index, count in enumerate((700, 800))])
    everyone = np.float32(train.images / 127.5 - 1)
    np.testing.assert_allclose(np.sort(all_of_them, axis=None), np.sort(everyone, axis=None), atol=1e-6)


def test_bad_input_is_refused_and_writes_no_line(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no checkpoint"):
        evaluate.evaluate(tmp_path, "digits", NAMES)
    ganzoo.create("nsgan", data_shape=(2,), seed=0, **SMALL).save(tmp_path / "gan.keras")
    with pytest.raises(ValueError, match=r"The model makes examples of shape \(2,\), but the data have \(8, 8, 1\)"):
        evaluate.evaluate(tmp_path / "gan.keras", "digits", NAMES, cache=tmp_path / "cache")
    assert not (tmp_path / "metrics.jsonl").exists()


@pytest.mark.thorough
def test_metrics_computed_in_training_are_in_the_history(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))  # where the cache is
    config = Config(epochs=4, batch_size=300, test_every=3, metrics=("sliced_wasserstein_pixels_50",), settings=SMALL)
    run.run(config, tmp_path / "run")
    rows = history_plot.read(tmp_path / "run" / "history.csv")
    found = [row["val_sliced_wasserstein_pixels_50"] for row in rows]
    assert found[0] == found[1] != found[2] != found[3] and all(row["val_measuring_seconds"] >= 0 for row in rows)


def test_an_unknown_metric_is_refused_before_training(tmp_path):
    with pytest.raises(ValueError, match="Unknown formula 'frechett'"):
        run.run(Config(metrics=("frechett_pixels_50",), settings=SMALL), tmp_path / "run")
    assert not (tmp_path / "run").exists()
