import dataclasses

import pytest

import ganzoo
from ganzoo import data, metrics
from ganzoo.callbacks.directions import direction_of
from ganzoo.metrics import metric_names


@pytest.mark.parametrize(
    ("name", "formula", "extractor", "count", "reference"),
    [
        ("frechet_inception2015_50k", "frechet", "inception2015", 50_000, "test"),
        ("frechet_inception2015_50k_train", "frechet", "inception2015", 50_000, "train"),
        ("precision_recall_pixels_200", "precision_recall", "pixels", 200, "test"),
        ("frechet_infinity_inception2015clean_5k_train", "frechet_infinity", "inception2015clean", 5000, "train"),
        ("inception_score_50k", "score", "inception2015", 50_000, "test"),
    ],
)
def test_names_are_taken_apart(name, formula, extractor, count, reference):
    found = metric_names.parse(name)
    assert (found.formula, found.extractor, found.count, found.reference) == (formula, extractor, count, reference)


def test_keys_keep_the_whole_protocol():
    found = metric_names.parse("precision_recall_pixels_2k_train")
    assert found.key("recall") == "recall_pixels_2k_train"
    score = metric_names.parse("inception_score_500")
    assert [score.key("score"), score.key("score_sd")] == ["inception_score_500", "inception_score_sd_500"]


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("inception_score_50k", "max"),
        ("inception_score_sd_50k", None),
        ("frechet_inception2015_50k_train", "min"),
        ("frechet_infinity_pixels_10k", "min"),
        ("recall_pixels_200_train", "max"),
    ],
)
def test_directions_are_known(name, direction):
    assert direction_of(name) == direction


@pytest.mark.parametrize("name", ["inception_score", "frechet_pixels_10k_test", "frechet_pixels_train", "_pixels_10"])
def test_other_forms_are_refused(name):
    with pytest.raises(ValueError, match="FORMULA_EXTRACTOR_COUNT|Unknown formula"):
        metric_names.parse(name)


def test_default_names_suit_the_data(monkeypatch):
    digits = data.examples("digits", "test")
    assert metrics.default_names(digits)[0] == "frechet_classifier_10k"
    without = dataclasses.replace(digits, labels=None, num_classes=None)
    assert metrics.default_names(without)[0] == "frechet_convolutions_200"
    monkeypatch.setenv("GANZOO_INCEPTION_WEIGHTS", "weights.npz")
    assert metrics.default_names(without)[0] == "frechet_inception2015_200"
    assert metrics.default_names(data.examples("grid", "test"))[0] == "modes_pixels_10k"


@pytest.mark.cases(2)
@pytest.mark.parametrize("name", ["digits", "unlabelled", "ring"])
def test_the_default_metrics_can_be_computed(name, judges):
    train, test = (data.examples(name.replace("unlabelled", "digits"), split) for split in ("train", "test"))
    if name == "unlabelled":
        train, test = (dataclasses.replace(one, labels=None, num_classes=None) for one in (train, test))
    names = [metric.replace("10k", "200") for metric in metrics.default_names(test)]
    suite = metrics.Suite(names, train, test, judges)
    found = suite(ganzoo.create("nsgan", data_shape=train.shape, seed=0, units=8))
    assert list(found) == suite.keys and len(found) >= len(names)


@pytest.mark.thorough
def test_all_training_examples_are_the_reference_if_the_name_says_so(judges):
    train, test = data.examples("digits"), data.examples("digits", "test")
    names = ["frechet_pixels_100", "frechet_pixels_100_train"]
    suite = metrics.Suite(names, train, test, judges)
    gan = ganzoo.create("nsgan", data_shape=train.shape, seed=0, units=8)
    found, samples = suite(gan), gan.sample(100, seed=(0, 0)).reshape(100, -1) / 2 + 0.5
    for name, real in zip(names, (test.images[:100], train.images), strict=True):
        assert found[name] == pytest.approx(
            metrics.frechet_distance(real.reshape(len(real), -1) / 255, samples), rel=1e-4
        )


@pytest.mark.parametrize(
    ("given", "ours"),
    [("fid_inception2015_50k", "frechet_inception2015_50k"), ("kid_pixels_1k", "kernel_pixels_1k")],
)
def test_the_names_of_papers_lead_to_ours(given, ours):
    with pytest.raises(ValueError, match=f"is called {ours.split('_')[0]} here: write {ours}"):
        metric_names.parse(given)
