"""Tests training and sampling as a user runs them, with tiny networks."""

import contextlib
import dataclasses
import io
import json
import pathlib
import shutil
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from command_line import flags_of
from PIL import Image
from tensorboard.plugins.hparams import plugin_data_pb2

import ganzoo
from ganzoo import callbacks
from ganzoo.commands import sample, train
from ganzoo.commands.support import run, run_data, workdir
from ganzoo.commands.support.config import Config, parse_settings, parse_shape, versions
from ganzoo.zoo import variants
from ganzoo.zoo.variants import extends

ROOT = pathlib.Path(__file__).parent.parent.parent
TINY = {"units": 16, "maxout_units": 8, "pieces": 2}
CONFIG = Config(epochs=2, batch_size=300, seed=3, settings=TINY)


def config(**changes):
    return Config(**{**vars(CONFIG), **changes})


def script(name, *flags):
    command = [sys.executable, "-m", f"experiments.{name}", *flags]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run of two epochs, made by flags."""
    workdir, printed = tmp_path_factory.mktemp("runs") / "first", io.StringIO()
    flags = [f"--workdir={workdir}", "--epochs=2", "--batch_size=300", "--seed=3"]
    with contextlib.redirect_stdout(printed):
        train.main(flags_of(train, *flags, *(f"--set={name}={value}" for name, value in TINY.items())))
    return workdir, printed.getvalue()


def test_a_run_writes_all_files_of_the_contract(finished):
    workdir, printed = finished
    names = {str(path.relative_to(workdir)) for path in workdir.rglob("*")}
    assert names >= {
        "config.json",
        "metrics.json",
        "history.csv",
        "curves.png",
        "samples/samples.gif",
        "samples/epoch-0002.png",
    }
    assert any(name.startswith("tensorboard/") for name in names)
    assert "generator_loss" in printed and str(workdir / "samples" / "epoch-0002.png") in printed
    saved = json.loads((workdir / "config.json").read_text())
    assert (saved["variant"], saved["dataset"], saved["seed"], saved["settings"]) == ("nsgan", "digits", 3, TINY)
    metrics = json.loads((workdir / "metrics.json").read_text())
    assert metrics["step"] == 10 and metrics["versions"]["keras"]
    assert (
        Image.open(workdir / "samples" / "epoch-0002.png").size
        == Image.open(workdir / "samples" / "epoch-0000.png").size
    )
    assert Image.open(workdir / "samples" / "samples.gif").format == "GIF"


def test_a_run_writes_its_model_card(finished):
    card = (finished[0] / "README.md").read_text()
    settings = " ".join(f"--set {name}={value}" for name, value in TINY.items())
    for text in ("# first", "(samples/epoch-0002.png)", "(curves.png)", "| Seed | 3 |", "| `generator_loss` | "):
        assert text in card
    assert f"ganzoo train --epochs=2 --batch_size=300 --seed=3 {settings}" in card


def test_tensorboard_knows_the_settings(finished):
    found = {}
    for path in (finished[0] / "tensorboard" / "train").iterdir():
        for event in tf.compat.v1.train.summary_iterator(str(path)):
            for value in event.summary.value:
                if value.metadata.plugin_data.plugin_name == "hparams":
                    content = plugin_data_pb2.HParamsPluginData.FromString(value.metadata.plugin_data.content)
                    found |= dict(content.session_start_info.hparams)
    assert found["variant"].string_value == "nsgan" and found["seed"].number_value == 3
    assert found["units"].number_value == TINY["units"]


@pytest.mark.thorough
def test_resuming_ends_with_the_weights_of_an_uninterrupted_run(finished, tmp_path):
    """Two epochs in one process and two in another give the same bits as four epochs in one."""
    run.run(config(epochs=4), tmp_path / "whole")
    copy = shutil.copytree(finished[0], tmp_path / "copy")
    run.run(config(epochs=4), copy, resume=True)
    whole, resumed = (ganzoo.load(callbacks.latest(folder / "checkpoints")) for folder in (tmp_path / "whole", copy))
    assert whole.step.numpy() == resumed.step.numpy() == 20
    for left, right in zip(whole.weights, resumed.weights, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy(), err_msg=left.path)
    epochs = [line.split(",")[0] for line in (copy / "history.csv").read_text().splitlines()]
    assert epochs == ["epoch", "0", "1", "2", "3"]


def test_resuming_falls_back_from_a_checkpoint_cut_short(finished, tmp_path):
    """An epoch in one process and one in another give the same bits as two in one."""
    newest = callbacks.latest(shutil.copytree(finished[0], tmp_path / "run") / "checkpoints")
    whole = ganzoo.load(newest)
    newest.write_bytes(newest.read_bytes()[:-100])
    with pytest.warns(UserWarning, match="is incomplete"):
        assert run.run(CONFIG, tmp_path / "run", resume=True)["resumed_at"] == 5
    epochs = [line.split(",")[0] for line in (tmp_path / "run" / "history.csv").read_text().splitlines()]
    assert epochs == ["epoch", "0", "1"]
    for left, right in zip(whole.weights, ganzoo.load(newest).weights, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy(), err_msg=left.path)


def test_resuming_a_finished_run_changes_nothing(finished, capsys):
    workdir, _ = finished
    before = {path: path.read_bytes() for path in workdir.rglob("*") if path.is_file()}
    assert run.run(CONFIG, workdir, resume=True) == json.loads((workdir / "metrics.json").read_text())
    assert "ended after 2 epochs: raise --epochs to continue it" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in workdir.rglob("*") if path.is_file()} == before


def test_runs_that_start_together_take_a_folder_each(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = workdir.choose(None, CONFIG, False)
    assert workdir.claim(first, CONFIG) == first == pathlib.Path("runs/nsgan-digits-1")
    assert workdir.claim(first, CONFIG) == pathlib.Path("runs/nsgan-digits-2")


def test_without_git_the_commit_is_unknown(monkeypatch):
    assert versions()["commit"]
    monkeypatch.setenv("PATH", "")
    assert versions()["commit"] is None


def test_sampling_needs_nothing_but_a_checkpoint(finished, tmp_path):
    workdir, _ = finished
    checkpoint = callbacks.latest(workdir / "checkpoints")
    alone = tmp_path / checkpoint.name
    alone.write_bytes(checkpoint.read_bytes())
    sample.draw(alone, count=9, seed=4)
    drawn = np.load(tmp_path / "samples-seed4.npz", allow_pickle=False)["images"]
    np.testing.assert_allclose(drawn, ganzoo.load(alone).sample(9, seed=4), atol=1e-6)
    assert Image.open(tmp_path / "samples-seed4.png").size[0] > 3 * 8
    assert sample.draw(workdir, count=2)[0] == workdir / "samples-seed0.npz"


@pytest.mark.thorough
def test_vectors_and_their_pictures(tmp_path):
    run.run(config(dataset="ring", epochs=1, batch_size=25_000), tmp_path / "ring")
    assert (tmp_path / "ring" / "samples" / "epoch-0001.png").exists()
    assert [path.suffix for path in sample.draw(tmp_path / "ring")] == [".npz"]


class Pursuit(ganzoo.Game):
    """A fox keeps away from a hunter and a hound, which approach it; no player makes examples."""

    def fox_terms(self, play):
        fox = play.call("fox", play.real)
        return {"caught": sum(tf.reduce_mean(fox * play.call(name, play.real)) for name in ("hound", "hunter"))}

    def hound_terms(self, play):
        return {"hound_distance": tf.reduce_mean(tf.abs(play.call("hound", play.real) - play.call("fox", play.real)))}

    def hunter_terms(self, play):
        return {"hunter_distance": tf.reduce_mean(tf.abs(play.call("hunter", play.real) - play.call("fox", play.real)))}


@extends(ganzoo.Game)
def pursuit(data_shape, **settings):
    def player():
        return keras.Sequential([keras.Input(data_shape), keras.layers.Dense(1, "tanh")])

    turns = [ganzoo.Turn("fox", times=2), ganzoo.Turn("hunter", "hound")]
    game = Pursuit({name: player() for name in ("fox", "hound", "hunter")}, turns, **settings)
    game.compile()
    return game


@pytest.mark.thorough
def test_a_game_of_three_players_without_samples_trains_and_resumes(tmp_path, monkeypatch):
    monkeypatch.setitem(variants._recipes._values, "pursuit", pursuit)
    chase = config(variant="pursuit", dataset="ring", batch_size=25_000, epochs=2, settings={})
    run.run(chase, tmp_path / "whole")
    run.run(dataclasses.replace(chase, epochs=1), tmp_path / "parts")
    assert run.run(chase, tmp_path / "parts", resume=True)["resumed_at"] == 4
    whole, parts = (ganzoo.load(callbacks.latest(tmp_path / name / "checkpoints")) for name in ("whole", "parts"))
    for left, right in zip(whole.weights, parts.weights, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy(), err_msg=left.path)
    assert "hound_distance" in (tmp_path / "parts" / "history.csv").read_text()
    assert not (tmp_path / "parts" / "samples").exists()


def test_the_configuration_is_there_before_the_first_step(tmp_path, monkeypatch):
    monkeypatch.setattr(ganzoo.GAN, "train_step", lambda self, data: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run.run(CONFIG, tmp_path / "run")
    assert json.loads((tmp_path / "run" / "config.json").read_text())["seed"] == 3


def test_a_workdir_of_another_run_is_refused_and_unchanged(finished):
    workdir, _ = finished
    before = {path: path.read_bytes() for path in workdir.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match="already holds a run: add --resume"):
        run.run(CONFIG, workdir)
    with pytest.raises(ValueError, match="another configuration.*seed was 3, now 4"):
        run.run(config(seed=4), workdir, resume=True)
    assert {path: path.read_bytes() for path in workdir.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"variant": "nsgam"}, "Unknown variant 'nsgam'; did you mean 'nsgan'"),
        ({"dataset": "digit"}, "Unknown dataset 'digit'; did you mean 'digits'"),
        ({"settings": {"unit": 3}}, "Unknown setting of nsgan 'unit'; did you mean 'units'"),
        ({"batch_size": 5000}, "5000"),
        ({"labels": 100}, "nsgan takes no labels: leave out --labels=100"),
        (
            {"variant": "sgan", "labels": 2000, "settings": {}},
            "Cannot keep 2000 labels of 'digits': choose a number from 1 to 1500",
        ),
        ({"dataset": "tests/none.npz", "test_every": 1}, "There is no file"),
        ({"steps_per_execution": 2}, "does not divide the 5 steps of an epoch: choose one of 1, 5"),
        ({"batch_size": 100, "settings": TINY | {"discriminator_steps": 3}}, "not divisible by 3"),
    ],
)
def test_bad_flags_are_refused_and_make_no_workdir(changes, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        run.run(config(**changes), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_there_must_be_a_run_to_resume(tmp_path):
    with pytest.raises(ValueError, match="There is no run to resume"):
        run.run(CONFIG, tmp_path / "none", resume=True)


def test_parsing_of_settings_and_shapes():
    assert parse_settings(["a=3", "b=(1, 2)", "c=hinge", "d=.5"]) == {"a": 3, "b": (1, 2), "c": "hinge", "d": 0.5}
    texts = {"penalties": "r1:10,dragan", "betas": "{[1]: 2}", "deep": "(" * 9999}
    assert parse_settings(f"{name}={text}" for name, text in texts.items()) == texts
    assert parse_shape(["28", "28", "1"]) == (28, 28, 1) and parse_shape(None) is None
    with pytest.raises(ValueError, match="--set takes key=value"):
        parse_settings(["latent_dim"])
    with pytest.raises(ValueError, match="--data_shape is height,width,channels"):
        parse_shape(["28", "x"])


@pytest.mark.thorough
def test_errors_on_the_command_line_are_one_sentence(tmp_path):
    done = script("train", f"--workdir={tmp_path / 'run'}", "--variant=gam")
    assert done.returncode == 1 and "Error: Unknown variant 'gam'; did you mean 'gan'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.thorough
def test_training_on_the_first_examples(tmp_path):
    assert run.run(config(examples=900, epochs=1), tmp_path / "some")["step"] == 3
    few, all_of_them = (run_data.load_both(one)[0].images for one in (config(examples=5), config()))
    assert np.array_equal(few, all_of_them[:5])
    with pytest.raises(ValueError, match="--examples=2000 is more than the 1500 of 'digits'"):
        run.run(config(examples=2000), tmp_path / "none")
