"""Tests tables of many runs: each run is trained once, and the summary is correct."""

import json

import numpy as np
import pytest
from command_line import flags_of

import ganzoo
from experiments import mixtures
from ganzoo.commands import compare
from ganzoo.commands.support import cached_runs
from ganzoo.commands.support.cached_runs import load_or_run, mean_and_deviation
from ganzoo.commands.support.config import Config
from small_gan import SMALL

TINY = {"steps": 500, "width": 8, "depth": 1, "batch_size": 16}


def test_results_are_loaded_if_the_settings_are_the_same(tmp_path):
    calls = []

    def find():
        calls.append(len(calls))
        return {"calls": len(calls)}

    assert load_or_run(tmp_path, {"a": (1, 2)}, find) == {"calls": 1} == load_or_run(tmp_path, {"a": [1, 2]}, find)
    assert load_or_run(tmp_path, {"a": 3}, find) == {"calls": 2} and len(calls) == 2


def test_mean_and_deviation_against_numpy():
    values = [3.0, 5.0, 10.0]
    np.testing.assert_allclose(mean_and_deviation(values), (np.mean(values), np.std(values, ddof=1)))
    assert mean_and_deviation([4.0]) == (4.0, None)
    assert mean_and_deviation([4.0, np.inf]) == (np.inf, None)


@pytest.mark.thorough
def test_mixtures_trains_each_game_once_and_leaves_a_table(tmp_path, monkeypatch):
    rows = mixtures.measure(["minimax", "pacgan_2"], ["ring"], 1, tmp_path, **TINY)
    assert [(row["game"], row["seed"]) for row in rows] == [
        ("minimax", 0),
        ("pacgan_2", 0),
    ]
    assert all(0 <= row["modes"] <= 8 and 0 <= row["high_quality"] <= 1 for row in rows)
    table = (tmp_path / "results.md").read_text()
    assert "| minimax | " in table and "| *perfect* | *8* | *98.9* |" in table and "PacGAN4, published" in table
    assert {"ring.png", "results.json"} <= {path.name for path in tmp_path.iterdir()}
    monkeypatch.setattr(mixtures, "train", None)
    assert mixtures.measure(["minimax", "pacgan_2"], ["ring"], 1, tmp_path, **TINY) == rows
    summary = json.loads((tmp_path / "results.json").read_text())["summary"]
    assert summary[0]["modes"] == np.mean([row["modes"] for row in rows if row["game"] == "minimax"])


@pytest.mark.thorough
def test_a_game_that_diverges_gets_a_row(tmp_path):
    found = mixtures.train("fgan_pearson", "ring", 0, tmp_path, learning_rate=1e30, **TINY)
    assert (found["modes"], found["high_quality"], found["reverse_kl"]) == (0, 0, np.inf)
    assert (tmp_path / "samples.png").exists()


@pytest.mark.thorough
def test_some_games_have_a_fifth_of_the_learning_rate_and_critics_half_the_steps(tmp_path, monkeypatch):
    taken = {}

    def train(game, dataset, seed, folder, **settings):
        taken[game] = settings["learning_rate"]
        return {"modes": 8, "high_quality": 1.0, "reverse_kl": 0.0, "seconds": 1.0}

    monkeypatch.setattr(mixtures, "train", train)
    monkeypatch.setattr(mixtures, "panels", lambda *arguments: np.zeros((4, 4, 3), "uint8"))
    mixtures.measure(["wgan_gp", "minimax", "fgan_kl"], ["ring"], 1, tmp_path, learning_rate=0.01, **TINY)
    assert taken == pytest.approx({"wgan_gp": 0.002, "minimax": 0.01, "fgan_kl": 0.002})
    monkeypatch.undo()
    steps = []
    monkeypatch.setattr(
        ganzoo.GAN, "fit", lambda gan, *batches, steps_per_epoch, verbose: steps.append(steps_per_epoch)
    )
    for game in ("wgan", "minimax"):
        mixtures.train(game, "ring", 0, tmp_path, **TINY)
    assert steps == [250, 500]


def test_an_unknown_game_is_refused():
    with pytest.raises(ValueError, match="Unknown game 'pacgan'; did you mean"):
        mixtures.measure(["pacgan"], ["ring"], 1, "nowhere")


@pytest.mark.exhaustive
def test_compare_gives_each_variant_equal_time(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))  # where the cache is
    names = ("sliced_wasserstein_pixels_100", "precision_recall_pixels_100")
    runs = [(variant, Config(variant, batch_size=100, metrics=names, settings=SMALL)) for variant in ("nsgan", "gan")]
    rows = compare.compare(runs, tmp_path / "table", compare.Length(0.5), looks=2)
    for row in rows:
        assert 1 <= len(row["curve"]) <= 2 and row["curve"][-1]["seconds"] >= 0.5
    table = (tmp_path / "table" / "results.md").read_text()
    assert "| nsgan | " in table and "recall_pixels_100" in table.splitlines()[0]
    assert {"curves.png", "samples.png"} <= {path.name for path in (tmp_path / "table").iterdir()}
    monkeypatch.setattr(compare, "train", None)
    assert compare.compare(runs, tmp_path / "table", compare.Length(0.5), looks=2) == rows


@pytest.mark.thorough
def test_compare_gives_each_run_equal_images_and_its_own_settings(tmp_path, capsys):
    of_all = ["--images=2000", "--looks=2", "--metrics=sliced_wasserstein_pixels_50", f"--workdir={tmp_path}"]
    of_all += ["--batch_size=100", *(f"--set={name}={value}" for name, value in SMALL.items())]
    names = ["nsgan", "nsgan penalties=r1:5", "wgan width=2"]
    compare.main(flags_of(compare, *of_all, *(f"--run={name}" for name in names)))
    output = capsys.readouterr().out
    rows = json.loads((tmp_path / "results.json").read_text())["rows"]
    assert [row["variant"] for row in rows] == names and all(f"| {name} |" in output for name in names)
    assert [[point["images"] for point in row["curve"]] for row in rows] == [[1000, 2000]] * 3
    assert [[point["step"] for point in row["curve"]] for row in rows] == [[10, 20], [10, 20], [2, 4]]
    assert rows[0]["curve"][1]["epochs"] == 1.33 and len({str(row["curve"][1]) for row in rows}) == 3
    plain, own = (ganzoo.load(tmp_path / f"nsgan{name}-seed-0" / "last.keras") for name in ("", "-penalties=r1-5"))
    assert not plain.penalties and own.penalties


@pytest.mark.thorough
def test_a_comparison_that_was_stopped_goes_on_from_the_last_measurement(tmp_path, monkeypatch):
    """The results are those of a run without interruption; only the seconds of training are others."""
    save = cached_runs.Unfinished.save

    def save_and_stop(unfinished, game, curve):
        save(unfinished, game, curve)
        raise KeyboardInterrupt

    config = Config("nsgan", batch_size=100, metrics=("sliced_wasserstein_pixels_50",), settings=SMALL)
    length = compare.Length(0, images=1800)  # 18 steps, and 15 are an epoch
    (whole,) = compare.compare([("nsgan", config)], tmp_path / "whole", length, looks=2)
    for _ in range(2):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(cached_runs.Unfinished, "save", save_and_stop)
            compare.compare([("nsgan", config)], tmp_path / "parts", length, looks=2)
    (folder,) = (path for path in (tmp_path / "parts").iterdir() if path.is_dir())
    assert sorted(path.name for path in folder.iterdir()) == ["unfinished-2.keras", "unfinished.json"]
    (parts,) = compare.compare([("nsgan", config)], tmp_path / "parts", length, looks=2)
    assert [point | {"seconds": 0} for point in parts["curve"]] == [point | {"seconds": 0} for point in whole["curve"]]
    assert sorted(path.name for path in folder.iterdir()) == ["entry.json", "last.keras", "samples.npy"]
    trained = [ganzoo.load(tmp_path / name / folder.name / "last.keras").get_weights() for name in ("whole", "parts")]
    for one, other in zip(*trained, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.cases(1)
@pytest.mark.parametrize("damage", ["record", "model", "settings"])
def test_what_is_damaged_or_of_other_settings_begins_anew(damage, tmp_path):
    gan = ganzoo.create("nsgan", (2,), units=4)
    cached_runs.Unfinished(tmp_path, {"seed": 0}).save(gan, [{"step": 0}])
    assert cached_runs.Unfinished(tmp_path, {"seed": 0}).load()[1] == [{"step": 0}]
    if damage == "record":
        (tmp_path / "unfinished.json").write_text("{")
    if damage == "model":
        (tmp_path / "unfinished-1.keras").write_bytes(b"PK")
    assert cached_runs.Unfinished(tmp_path, {"seed": int(damage == "settings")}).load() is None


@pytest.mark.cases(2)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Unknown variant ''"),
        ("dcgann", "did you mean 'dcgan'"),
        ("dcgan width", "key=value"),
        ("dcgan widht=3", "Unknown setting of dcgan 'widht'; did you mean 'width'"),
    ],
)
def test_a_run_that_is_none_is_refused(text, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        compare.main(flags_of(compare, f"--run={text}", f"--workdir={tmp_path}"))


def test_best_is_lowest_for_distances_and_highest_for_the_rest():
    points = [
        {"seconds": 1, "step": 5, "epochs": 1, "frechet_pixels_9": 3.0, "recall_pixels_9": 0.4},
        {"seconds": 2, "step": 9, "epochs": 2, "frechet_pixels_9": 4.0, "recall_pixels_9": 0.3},
    ]
    (line,) = compare.summarize([{"variant": "dcgan", "seed": 0, "curve": points}])
    assert line["frechet_pixels_9"] == (4.0, None) and line["frechet_pixels_9_best"] == (3.0, None)
    assert line["recall_pixels_9_best"] == (0.4, None)
