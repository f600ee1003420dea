"""The README's Python runs as written."""

import os
import pathlib
import re
import runpy
import shlex
import subprocess
import sys
import time

import keras
import numpy as np
import pytest
from command_line import own_flags

from ganzoo import data
from ganzoo.zoo import variants

ROOT = pathlib.Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
FIRST, OWN_DATA, CLASS_NAMES, OWN_VARIANT, SEVERAL_PLAYERS, METRICS, SEMI_SUPERVISED, LATENT, DEVICES = re.findall(
    r"```python\n(.*?)```", README, re.DOTALL
)


def test_the_lines_of_python_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(FIRST, names)
    assert names["images"].shape == (64, 8, 8, 1) and int(names["gan"].step) == 30
    assert (tmp_path / "samples" / "epoch-0002.png").exists() and (tmp_path / "generator" / "saved_model.pb").exists()


@pytest.mark.thorough
def test_the_lines_on_data_of_your_own_run():
    names = {}
    exec(OWN_DATA, names)
    assert names["gan"].step == 10 and names["gan"].sample(2).shape == (2, 16, 16, 3)


@pytest.mark.thorough
def test_the_lines_on_classes_by_name_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(CLASS_NAMES, names)
    assert names["gan"].class_names == ("cat", "dog") and names["gan"].step == 4
    assert (tmp_path / "dogs.png").exists()


def test_links_lead_to_files():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    missing = [link for link in links if "//" not in link and not (ROOT / link).exists()]
    assert not missing and len(links) > 40


@pytest.mark.thorough
def test_the_lines_on_metrics_run(judges, home, monkeypatch):
    monkeypatch.setenv("HOME", str(home))  # where the cache is
    names = {}
    exec(METRICS, names)
    followed, last = names["history"].history, names["suite"](names["gan"])
    assert followed["val_frechet_classifier_297"][-1] == last["frechet_classifier_297"] > 0
    assert 0 <= followed["val_recall_classifier_297"][-1] == last["recall_classifier_297"] <= 1


@pytest.mark.thorough
def test_the_semi_supervised_lines_run():
    names = {}
    exec(SEMI_SUPERVISED, names)
    assert names["probabilities"].shape == (297, 10)
    right = (names["probabilities"].argmax(axis=1) == names["labels"].numpy()).mean()
    assert abs(right - names["gan"].evaluate(names["test"], verbose=0)["accuracy"]) < 1e-6


@pytest.mark.thorough
def test_the_lines_on_latents_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(LATENT, names)
    assert (tmp_path / "way.gif").exists() and names["without"].shape == names["found"].images.shape == (8, 8, 8, 1)
    known = names["hole"][None] & (names["whole"] == names["digits"])
    assert known.sum() == 8 * names["hole"].sum() and not (names["whole"] == names["digits"]).all()


def test_the_lines_on_devices_run():
    names = {}
    exec(DEVICES, names)
    assert names["gan"].sample(2).shape == (2, 8, 8, 1)


def test_a_variant_of_your_own_runs():
    try:
        names = {"__name__": "readme"}
        exec(OWN_VARIANT, names)
        digits = data.load("digits", batch_size=500)
        assert "spread" in names["gan"].fit(digits, verbose=0).history
    finally:
        variants._recipes._values.pop("spread", None)


@pytest.mark.thorough
def test_two_generators_divide_the_ring():
    """Either makes points of some Gaussians, and few of the other's."""
    names = {"__name__": "readme"}
    exec(SEVERAL_PLAYERS, names)
    mixture, noise = data.examples("ring").mixture, keras.random.normal((2000, 2), seed=1)
    shares = []
    for player in ("left", "right"):
        points = names["game"].players[player].predict(noise, verbose=0)
        nearest = np.linalg.norm(points[:, np.newaxis] - mixture.means, axis=2).argmin(axis=1)
        shares.append(np.bincount(nearest, minlength=8) / len(points))
    assert np.minimum(*shares).sum() < 0.7  # 0 to .53 in ten runs; two that make the same points have 1
    assert all((share > 0.1).sum() >= 3 for share in shares)
    assert len([line for line in SEVERAL_PLAYERS.splitlines() if line]) <= 30


def test_every_variant_stands_in_the_table():
    assert sorted(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)) == variants.names()


@pytest.mark.thorough
def test_the_commands_of_less_than_a_minute_run_as_written(tmp_path, monkeypatch, record_property):
    """In their order, in an empty folder: the first in its own process, the others in this one, which is faster."""
    lines = [line for line in README.splitlines() if line.startswith("python -m experiments.")]
    lines = [line for line in lines if "--strategy=" not in line]  # for machines that a test does not have
    assert len(lines) > 15
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for line in lines:
        start = time.time()
        python, module, name, *arguments = shlex.split(line)
        if line is lines[0]:
            command = [sys.executable, module, name, *arguments]
            subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
        else:
            run_script(name, arguments, monkeypatch)
        record_property(line, round(time.time() - start, 1))
    for name in ("metrics.json", "samples-seed7.npz", "metrics.jsonl"):
        assert (tmp_path / "runs" / "digits" / name).exists(), name


def run_script(name, arguments, monkeypatch):
    """Runs a module as `python -m` does, and then forgets the flags that it defined."""
    monkeypatch.setattr(sys, "argv", [name, *arguments])
    try:
        with own_flags():
            runpy.run_module(name, run_name="__main__")
    except SystemExit as end:
        assert not end.code, f"{name} {arguments}: {end.code}"
