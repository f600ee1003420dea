import os
import shutil

import keras
import numpy as np
import pytest

from ganzoo import data, metrics

TRAIN, TEST = data.examples("digits"), data.examples("digits", "test")


@pytest.fixture(scope="module")
def cache(judges, tmp_path_factory):
    return shutil.copytree(judges, tmp_path_factory.mktemp("cache") / "own")


@pytest.fixture(scope="module")
def judge(cache):
    return metrics.classifier(TRAIN, TEST, cache, verbose=0)


def test_the_reported_accuracy_is_that_on_test_images(judge):
    images = np.float32(TEST.images / 127.5 - 1)
    np.testing.assert_allclose(judge.accuracy, (judge.classes(images) == TEST.labels).mean(), atol=1e-6)
    assert judge.accuracy > 0.9
    features = judge.features(images)
    assert features.shape == (297, 128) and features.min() >= 0


def test_it_is_trained_once(judge, cache):
    before = {path: os.stat(path).st_mtime_ns for path in cache.iterdir()}
    again = metrics.classifier(TRAIN, TEST, cache, verbose=0)
    assert {path: os.stat(path).st_mtime_ns for path in cache.iterdir()} == before and len(
        list(cache.glob("classifier-*"))
    ) == 2
    assert again.accuracy == judge.accuracy
    for one, two in zip(judge.model.weights, again.model.weights, strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.thorough
def test_other_data_need_another_classifier_and_a_damaged_file_is_replaced(cache, judge):
    few = data.Examples(TRAIN.images[:100], TRAIN.labels[:100], name="digits")
    first = metrics.classifier(few, TEST, cache, verbose=0)
    files = sorted(cache.glob("*.keras"))
    assert len(files) == 2
    for path in files:
        path.write_bytes(path.read_bytes()[:1000])
    keras.utils.set_random_seed(7)
    again = metrics.classifier(few, TEST, cache, verbose=0)
    images = np.float32(TEST.images / 127.5 - 1)
    np.testing.assert_allclose(first.features(images), again.features(images), atol=1e-4)
    assert again.accuracy > 0.5


@pytest.mark.parametrize(
    "train",
    [data.Examples(TRAIN.images), data.keep_labels(TRAIN, 10), data.examples("ring")],
    ids=["none", "few", "ring"],
)
def test_data_without_labels_or_images_are_refused(train, cache):
    with pytest.raises(ValueError, match="A classifier needs labelled images"):
        metrics.classifier(train, TEST, cache)
