"""Tests the script that shows what the codes of an infogan mean."""

import json

import numpy as np
import pytest

import ganzoo
from ganzoo import data, metrics
from ganzoo.commands import codes
from small_gan import SMALL, read_picture


@pytest.mark.thorough
def test_agreement_of_values_with_classes_and_the_grids(tmp_path, judges):
    gan = ganzoo.create("infogan", data_shape=(8, 8, 1), seed=0, width=8, categories=(4,), codes=2)
    gan.save(tmp_path / "codes.keras")
    result = codes.measure(tmp_path / "codes.keras", "digits", count=402, cache=judges)
    assert json.loads((tmp_path / "codes.json").read_text()) == result

    judge = metrics.classifier(*(data.examples("digits", split) for split in ("train", "test")), judges)
    values = np.arange(402) % 4
    found = judge.classes(gan.predict(gan.prior.with_codes(gan.prior.sample(402, 0), category=values), verbose=0))
    for value in range(4):
        counts = np.bincount(found[values == value], minlength=10)
        assert counts[result["classes"][value]] == counts.max()
        np.testing.assert_allclose(result["of_each_value"][value], counts.max() / counts.sum())
    np.testing.assert_allclose(result["agreement"], np.average(result["of_each_value"], weights=np.bincount(values)))
    assert read_picture(tmp_path / "codes-category.png").shape[:2] == (8 * 50 + 2, 4 * 50 + 2)
    assert read_picture(tmp_path / "codes-continuous.png").shape[:2] == (16 * 50 + 2, 10 * 50 + 2)


def test_models_without_codes_are_refused(tmp_path):
    ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=0, **SMALL).save(tmp_path / "plain.keras")
    with pytest.raises(ValueError, match="no categorical code"):
        codes.measure(tmp_path / "plain.keras", "digits")
