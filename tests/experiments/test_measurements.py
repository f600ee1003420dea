"""Tests scripts that measure accuracies: their files, and that numbers are those of the models."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

import ganzoo
from ganzoo import callbacks, data, metrics
from ganzoo.commands import label_accuracy, semi_supervised
from ganzoo.commands.support import run
from ganzoo.commands.support.config import Config

CONFIG = Config(
    variant="improved_gan",
    epochs=2,
    batch_size=300,
    seed=4,
    test_every=1,
    settings={"units": (16,), "discriminator_units": (32, 16)},
)


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    workdir = tmp_path_factory.mktemp("compared")
    return workdir, semi_supervised.compare(CONFIG, [20], 2, workdir, updates=10)


@pytest.mark.exhaustive
def test_rows_are_the_accuracies_of_their_runs(compared):
    workdir, rows = compared
    assert [(row["labels"], row["draw"]) for row in rows] == [(20, 0), (20, 1)]
    gan = ganzoo.load(callbacks.latest(workdir / "20-labels-draw-1" / "checkpoints"))
    test = data.examples("digits", "test")
    right = gan.classify(np.float32(test.images / 127.5 - 1)).argmax(axis=1) == test.labels
    np.testing.assert_allclose(rows[1]["gan"], right.mean(), rtol=1e-5)
    assert all(row["gan"] <= row["best"] + 1e-6 and row["epochs"] == 2 for row in rows)
    config = json.loads((workdir / "20-labels-draw-1" / "config.json").read_text())
    assert (config["labels"], config["seed"]) == (20, 5)


@pytest.mark.thorough
def test_results_have_a_table_a_summary_and_a_picture(compared):
    workdir, rows = compared
    with open(workdir / "results.csv", newline="") as file:
        table = list(csv.DictReader(file))
    assert [float(row["gan"]) for row in table] == [row["gan"] for row in rows]
    results = json.loads((workdir / "results.json").read_text())
    assert results["rows"] == rows and results["versions"]["keras"]
    few = results["summary"][0]
    pair = [row["alone"] for row in rows if row["labels"] == 20]
    assert (few["labels"], few["draws"]) == (20, 2)
    np.testing.assert_allclose([few["alone"], few["alone_sd"]], [np.mean(pair), np.std(pair, ddof=1)])
    assert Image.open(workdir / "accuracy.png").format == "PNG"
    assert semi_supervised.format_table(results["summary"]).count("\n") == 1


@pytest.mark.thorough
def test_finished_runs_are_not_repeated(compared, monkeypatch):
    workdir, rows = compared
    monkeypatch.setattr(run, "run", lambda *arguments, **more: 1 / 0)
    assert semi_supervised.compare(CONFIG, [20], 2, workdir, updates=10) == rows


@pytest.mark.thorough
def test_the_classifier_alone_learns_from_the_labels():
    accuracy = semi_supervised.train_alone(Config(**vars(CONFIG) | {"labels": 500}), updates=300)
    assert accuracy > 0.7


@pytest.mark.thorough
def test_label_accuracy_and_variety_of_samples(tmp_path, judges, monkeypatch):
    monkeypatch.setattr(metrics.reference_classifier, "UPDATES", 100)  # the cache has one of more updates
    settings = {"width": 8, "latent_dim": 8}
    config = Config(variant="cdcgan", epochs=1, batch_size=500, settings=settings)
    run.run(config, tmp_path / "run")
    result = label_accuracy.measure(tmp_path / "run", "digits", count=50, seed=2, cache=judges)
    gan = ganzoo.load(callbacks.latest(tmp_path / "run" / "checkpoints"))
    judge = metrics.classifier(data.examples("digits"), data.examples("digits", "test"), judges)
    right = judge.classes(gan.sample(50, labels=np.arange(50) % 10, seed=2)) == np.arange(50) % 10
    np.testing.assert_allclose(result["accuracy"], right.mean())
    np.testing.assert_allclose(np.mean(result["accuracy_of_each_class"]), right.mean())
    assert result["classifier_accuracy_on_test"] == judge.accuracy
    assert json.loads((tmp_path / "run" / "label_accuracy.json").read_text()) == result
    test = data.examples("digits", "test")
    within = [
        np.mean([images[labels == label].std(axis=0).mean() for label in range(10)])
        for images, labels in (
            (gan.sample(50, labels=np.arange(50) % 10, seed=2), np.arange(50) % 10),
            (test.images / 127.5 - 1, test.labels),
        )
    ]
    np.testing.assert_allclose(result["spread_within_classes"], within[0] / within[1], rtol=1e-4)
    taught = metrics.gan_train(
        test, data.Examples(gan.sample(50, labels=np.arange(50) % 10, seed=2), np.arange(50) % 10)
    )
    np.testing.assert_allclose(result["gan_train"], taught, atol=0.02)
    assert result["gan_train"] < 0.6 < result["as_many_real"]  # a generator of one epoch teaches little
    assert Image.open(tmp_path / "run" / "label_accuracy.png").format == "PNG"


@pytest.mark.thorough
def test_unsuitable_models_and_flags_are_refused(compared, tmp_path):
    workdir, _ = compared
    with pytest.raises(ValueError, match="improved_gan, whose samples have no labels: choose a conditional variant"):
        label_accuracy.measure(workdir / "20-labels-draw-0", "digits", cache=tmp_path)
    ganzoo.create("cdcgan", (8, 8, 1), num_classes=3, width=8).save(tmp_path / "gan.keras")
    with pytest.raises(ValueError, match="The model knows 3 classes, but digits has 10"):
        label_accuracy.measure(tmp_path / "gan.keras", "digits", cache=tmp_path)
    with pytest.raises(ValueError, match="--labels are integers"):
        semi_supervised.parse_budgets(["ten"])
