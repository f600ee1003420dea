"""The presets that come with the package: each loads, is what its card says, and is small."""

import json
import pathlib

import numpy as np
import pytest
from command_line import flags_of

import ganzoo
from ganzoo.commands import sample, save_preset
from ganzoo.pretrained import places

SHIPPED = places.shipped()


def test_each_has_a_line():
    assert ganzoo.presets().keys() == SHIPPED.keys() and "digits_nsgan" in SHIPPED
    assert all(line.endswith(".") and "\n" not in line for line in ganzoo.presets().values())


def test_they_are_small():
    sizes = {name: sum(path.stat().st_size for path in folder.iterdir()) for name, folder in SHIPPED.items()}
    assert max(sizes.values()) < 2e6 and sum(sizes.values()) < 12e6


@pytest.mark.parametrize("name", SHIPPED)
def test_each_says_where_it_is_from(name):
    found = json.loads((SHIPPED[name] / "metadata.json").read_text())
    for key in ("licence", "command", "commit", "metrics", "images_seen", "seed", "dataset"):
        assert found[key] not in (None, "", {}), key
    assert found["command"].startswith("ganzoo train") or "ganzoo train" in found["command"]
    card = (SHIPPED[name] / "README.md").read_text()
    assert f"# {name}\n" in card and f'from_preset("{name}")' in card and "samples.png" in card


@pytest.mark.parametrize("name", SHIPPED)
def test_each_makes_images(name):
    gan = ganzoo.from_preset(name)
    if hasattr(gan, "translate"):
        samples = gan.sample(4, seed=0)["b"]
    else:
        samples = gan.sample(16, seed=0)
    assert np.all(np.abs(samples) <= 1) and samples.std() > 0.2 and samples.std(axis=0).mean() > 0.05


def test_the_command_draws_from_a_preset(tmp_path):
    sample.main(flags_of(sample, "--preset=digits_nsgan", f"--out={tmp_path / 'digits'}", "--count=9"))
    expected = ganzoo.from_preset("digits_nsgan").sample(9, seed=0)
    np.testing.assert_array_equal(np.load(tmp_path / "digits.npz")["images"], expected)


def test_results_are_in_runs_by_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sample.main(flags_of(sample, "--preset=digits_nsgan", "--count=4"))
    assert pathlib.Path("runs/digits_nsgan/samples-seed0.png").exists()


def test_a_preset_is_saved_from_a_checkpoint(tmp_path, capsys):
    run = tmp_path / "run"
    gan = ganzoo.create("nsgan", (8, 8, 1), units=16, seed=0)
    gan.save(run / "checkpoints" / "step-00000000.keras")
    recorded = {"variant": "nsgan", "dataset": "digits", "settings": {"units": 16}, "versions": {"commit": "abc"}}
    (run / "config.json").write_text(json.dumps(recorded))
    flags = [f"--checkpoint={run}", f"--out={tmp_path / 'mine'}", "--dtype=float16", "--metrics=frechet_pixels_200"]
    save_preset.main(flags_of(save_preset, *flags, "--licence=CC0-1.0"))
    printed = capsys.readouterr().out
    assert "frechet_pixels_200: " in printed and " of the checkpoint, " in printed
    found = json.loads((tmp_path / "mine" / "metadata.json").read_text())
    assert (
        found["command"] == "ganzoo train --set units=16" and found["commit"] == "abc" and found["licence"] == "CC0-1.0"
    )
    assert found["metrics"]["frechet_pixels_200"] > 0 and found["weights_dtype"] == "float16"
    assert ganzoo.from_preset(tmp_path / "mine").sample(2, seed=0).shape == (2, 8, 8, 1)
    with pytest.raises(FileExistsError, match="already holds config.json"):
        save_preset.main(flags_of(save_preset, *flags))
