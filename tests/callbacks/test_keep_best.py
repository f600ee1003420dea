import json

import pytest

import ganzoo
from ganzoo import callbacks, data

NAMES = ("frechet_pixels_100", "recall_pixels_100")


@pytest.fixture(scope="module")
def gan():
    return ganzoo.create("nsgan", (2,), units=8, seed=0)


@pytest.fixture
def train(gan, tmp_path):
    """Returns a function that stands for a run of three steps an epoch, with the logs that `Evaluate` would add."""

    def run(numbers, metric="frechet_pixels_100"):
        callback = callbacks.KeepBest(tmp_path / "best.keras", metric)
        callback.set_model(gan)
        callback.on_train_begin()
        for epoch, number in enumerate(numbers):
            gan.step.assign(3 * (epoch + 1))
            callback.on_epoch_end(epoch, {"loss": 1.0, f"val_{NAMES[0]}": number, f"val_{NAMES[1]}": epoch / 10})

    return run


def record(path):
    return json.loads(path.with_suffix(".json").read_text())


def test_the_model_of_the_best_epoch_is_kept(train, tmp_path):
    train([3, 1, 2, 5])
    assert ganzoo.load(tmp_path / "best.keras").step.numpy() == 6
    assert record(tmp_path / "best.keras") == {"metric": "frechet_pixels_100", "value": 1, "epoch": 2, "step": 6}


def test_a_metric_that_is_better_high(train, tmp_path):
    train([3, 1, 2], "val_recall_pixels_100")
    assert ganzoo.load(tmp_path / "best.keras").step.numpy() == 9


def test_nan_is_never_the_best(train, tmp_path):
    train([float("nan"), 4, float("nan")])
    assert record(tmp_path / "best.keras")["value"] == 4


def test_an_epoch_that_repeats_the_last_measurement_is_not_saved(train, tmp_path):
    train([2, 2, 9, 9])
    assert record(tmp_path / "best.keras")["epoch"] == 1


@pytest.mark.usefixtures("eagerly")
def test_fit_measures_before_it_saves(tmp_path):
    gan, numbers = ganzoo.create("nsgan", (2,), units=8, seed=0), [2.0, 1.0]
    measure = callbacks.Evaluate(lambda model: {"frechet_pixels_100": numbers[int(model.step.numpy()) - 1]})
    used = [measure, callbacks.KeepBest(tmp_path / "best.keras", "frechet_pixels_100")]
    gan.fit(data.load("ring", batch_size=20), epochs=2, steps_per_epoch=1, verbose=0, callbacks=used)
    assert record(tmp_path / "best.keras")["value"] == 1 and ganzoo.load(tmp_path / "best.keras").step.numpy() == 2


def test_a_later_run_replaces_the_model_only_by_a_better_one(train, tmp_path):
    train([3, 2])
    train([2.5, 2.2, 4])
    assert record(tmp_path / "best.keras")["value"] == 2
    train([2.5, 1.5])
    assert record(tmp_path / "best.keras")["value"] == 1.5


def test_another_metric_begins_anew(train, tmp_path):
    train([3, 2])
    train([8, 9], "recall_pixels_100")
    assert record(tmp_path / "best.keras")["metric"] == "recall_pixels_100"


def test_a_metric_without_a_direction_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Whether 'two_sample_pixels_100' is better low or high is unknown"):
        callbacks.KeepBest(tmp_path / "best.keras", "two_sample_pixels_100")


def test_a_metric_that_is_not_measured_is_refused(train):
    with pytest.raises(ValueError, match="which is not measured: choose one of frechet_pixels_100, recall_pixels_100"):
        train([1], "frechet_pixels_10k")


def test_a_damaged_record_is_named(train, tmp_path):
    train([3])
    (tmp_path / "best.json").write_text("{")
    with pytest.raises(ValueError, match="best.json"):
        train([3])
