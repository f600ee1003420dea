import json

import pytest

import ganzoo
from experiments import evaluate
from small_gan import SMALL

NAMES = ["sliced_wasserstein_pixels_50", "parzen_pixels_50"]


def test_a_line_for_each_evaluation_beside_the_checkpoint(tmp_path):
    gan = ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=0, **SMALL)
    gan.save(tmp_path / "gan.keras")
    first = evaluate.evaluate(tmp_path / "gan.keras", "digits", NAMES, cache=tmp_path / "cache")
    second = evaluate.evaluate(tmp_path / "gan.keras", "digits", NAMES, seed=1, cache=tmp_path / "cache")
    assert [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()] == [first, second]
    assert first["variant"] == "nsgan" and first["versions"]["keras"] and first["extractors"]["pixels"]
    name = "sliced_wasserstein_pixels_50"
    assert first["metrics"][name] > 0 and first["metrics"][name] != second["metrics"][name]
    assert f"{name:40s}" in evaluate.described(first)


def test_bad_input_gets_a_sentence_and_no_line(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no checkpoint"):
        evaluate.evaluate(tmp_path, "digits", NAMES)
    ganzoo.create("nsgan", data_shape=(2,), seed=0, **SMALL).save(tmp_path / "gan.keras")
    with pytest.raises(ValueError, match=r"The model makes \(2,\), but the data are \(8, 8, 1\)"):
        evaluate.evaluate(tmp_path / "gan.keras", "digits", NAMES, cache=tmp_path / "cache")
    assert not (tmp_path / "metrics.jsonl").exists()
