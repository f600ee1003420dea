"""Tests the script that compares clusters with classes."""

import json

import numpy as np
import pytest

import ganzoo
from ganzoo import data
from ganzoo.commands import clusters
from ganzoo.commands.support.config import Config
from ganzoo.commands.support.run import run
from small_gan import SMALL, read_picture


@pytest.mark.thorough
def test_error_of_the_clusters_of_a_run_without_labels(tmp_path):
    config = Config(variant="catgan", epochs=1, labels=0, test_every=1, settings={"num_classes": 12})
    run(config, tmp_path)
    result = clusters.measure(tmp_path, "digits", count=500)
    assert json.loads((tmp_path / "clusters.json").read_text()) == result
    gan = ganzoo.load(sorted((tmp_path / "checkpoints").glob("*.keras"))[-1])
    train, test = (data.examples("digits", split) for split in ("train", "test"))
    known, found = (gan.classify(one.images / np.float32(127.5) - 1).argmax(axis=1) for one in (train, test))
    wrong = 0
    for cluster in range(12):
        members = train.labels[:500][known[:500] == cluster]
        members = members if len(members) else train.labels[:500]
        wrong += np.sum(test.labels[found == cluster] != np.bincount(members, minlength=10).argmax())
    np.testing.assert_allclose(result["error"], wrong / len(test))
    assert sum(result["sizes"]) == len(test) and len(result["sizes"]) == 12
    assert read_picture(tmp_path / "clusters.png").shape[0] == 12 * 50 + 2


def test_a_cluster_gets_the_most_frequent_class_of_its_members():
    classes = clusters.most_frequent_classes(np.array([0, 0, 0, 2, 2]), np.array([1, 1, 2, 0, 0]), 4)
    np.testing.assert_array_equal(classes, [1, 0, 0, 0])


@pytest.mark.thorough
def test_unsuitable_models_and_data_are_refused(tmp_path):
    ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=0, **SMALL).save(tmp_path / "plain.keras")
    with pytest.raises(ValueError, match="does not classify"):
        clusters.measure(tmp_path / "plain.keras", "digits")
    with pytest.raises(ValueError, match="num_classes"):
        run(Config(variant="catgan", labels=0), tmp_path / "unnamed")
    with pytest.raises(ValueError, match="Labels are missing"):
        run(Config(variant="sgan", labels=0, settings={"num_classes": 10}), tmp_path / "unlabelled")
