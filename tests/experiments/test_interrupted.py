"""Tests that scripts which take long keep each unit of work, and go on from there."""

import json
import os
import pathlib
import subprocess
import sys
import time

import numpy as np
import pytest

import ganzoo
from experiments import benchmark, overheads
from experiments.theory import __main__ as theory
from ganzoo import data, metrics
from ganzoo.commands import inpaint, label_accuracy, reconstruct
from ganzoo.commands.support import run
from ganzoo.commands.support.config import Config
from ganzoo.metrics import reference_classifier

ROOT = pathlib.Path(__file__).parent.parent.parent


class Work:
    """A function that counts its calls; the one with the number `stopped` is interrupted."""

    def __init__(self, function, stopped):
        self.function, self.stopped, self.calls = function, stopped, 0

    def __call__(self, *arguments, **more):
        self.calls += 1
        if self.calls == self.stopped:
            raise KeyboardInterrupt
        return self.function(*arguments, **more)


def numbers(*_):
    names = ("images_per_second", "first_step", "step", "share_of_peak", "peak_memory_gib")
    return dict.fromkeys(names, time.perf_counter()) | dict.fromkeys(overheads.RATIOS, 1.0)


def small_gan(folder, variant):
    settings = {
        "gan": {"units": 8, "maxout_units": 4},
        "cdcgan": {"width": 4, "num_classes": 10},
        "vaegan": {"width": 4},
    }
    ganzoo.create(variant, (8, 8, 1), latent_dim=4, seed=0, **settings[variant]).save(folder / "gan.keras")
    return folder / "gan.keras"


@pytest.fixture
def scripts(tmp_path, monkeypatch):
    """{name: (owner and name of a function that does a unit of work, how many units, the script)}."""
    monkeypatch.setattr(metrics, "classifier", lambda train, test, cache: reference_classifier.Classifier(None, 0.9))
    monkeypatch.setattr(reference_classifier.Classifier, "classes", lambda judge, pictures: np.zeros(len(pictures)))
    monkeypatch.setattr(benchmark, "run_in_process", numbers)
    monkeypatch.setattr(overheads, "import_ratio", lambda repetitions: 1.1)
    monkeypatch.setattr(metrics, "gan_train", lambda test, examples: time.perf_counter())
    monkeypatch.setattr(theory, "PARTS", {"one": lambda *_: {"x": time.perf_counter()}})
    out = tmp_path / "out"
    return {
        "benchmark": (benchmark, "run_in_process", 6, lambda: benchmark.measure(["toy"], ["ganzoo", "guide"], 3, out)),
        "overheads": (benchmark, "run_in_process", 3, lambda: overheads.measure(["toy", "mlp", "dcgan28"], 1, out)),
        "inpaint": (
            inpaint.latent,
            "inpaint",
            2,
            lambda: inpaint.measure(
                small_gan(tmp_path, "gan"), masks=["center", "left"], count=4, steps=2, restarts=1, out=out
            ),
        ),
        "label_accuracy": (
            metrics,
            "gan_train",
            2,
            lambda: label_accuracy.measure(small_gan(tmp_path, "cdcgan"), "digits", count=20, out=out),
        ),
        "reconstruct": (
            reconstruct,
            "invert",
            2,
            lambda: reconstruct.measure(small_gan(tmp_path, "vaegan"), "digits", count=4, steps=2, restarts=1, out=out),
        ),
    }


@pytest.mark.thorough
@pytest.mark.cases(2)
@pytest.mark.parametrize("name", ["benchmark", "overheads", "inpaint", "label_accuracy", "reconstruct"])
def test_an_interrupted_script_goes_on_where_it_was(name, scripts, monkeypatch):
    owner, function, units, script = scripts[name]
    first = Work(getattr(owner, function), units)
    monkeypatch.setattr(owner, function, first)
    with pytest.raises(KeyboardInterrupt):
        script()
    second = Work(first.function, None)
    monkeypatch.setattr(owner, function, second)
    result = script()
    assert (first.calls, second.calls) == (units, 1)
    assert script() == result and second.calls == 1


def test_theory_runs_no_part_twice_with_the_same_seed(tmp_path, monkeypatch):
    parts = {name: Work(lambda folder, seed: {"x": time.perf_counter()}, None) for name in ("one", "two")}
    monkeypatch.setattr(theory, "PARTS", parts)
    first = theory.run_parts(tmp_path, ["one"], seed=1)
    both = theory.run_parts(tmp_path, ["one", "two"], seed=1)
    assert both["one"] == first["one"] and json.loads((tmp_path / "theory.json").read_text()) == both
    assert theory.run_parts(tmp_path, ["one"], seed=2)["one"] != first["one"]
    assert [part.calls for part in parts.values()] == [2, 1]
    (tmp_path / "theory.json").write_text("[1, 2]")
    with pytest.raises(ValueError, match="theory.json is damaged: delete it, and run the parts again"):
        theory.run_parts(tmp_path, ["one"], seed=1)


@pytest.mark.thorough
def test_an_interruption_tells_how_to_continue_if_there_is_anything_to_continue(tmp_path, monkeypatch):
    config = Config(epochs=1, batch_size=1500, settings={"units": 8, "maxout_units": 4, "pieces": 2})
    run.run(config, tmp_path / "run")
    monkeypatch.setattr(ganzoo.GAN, "fit", Work(None, 1))
    with pytest.raises(KeyboardInterrupt, match=f"run the same command with --workdir={tmp_path}/run --resume"):
        run.run(Config(**vars(config) | {"epochs": 2}), tmp_path / "run", resume=True)
    monkeypatch.setattr(ganzoo.GAN, "fit", Work(None, 1))
    with pytest.raises(KeyboardInterrupt) as caught:
        run.run(config, tmp_path / "new")
    assert not str(caught.value)
    monkeypatch.setattr(data, "examples", Work(None, 1))
    with pytest.raises(KeyboardInterrupt) as caught:
        run.run(config, tmp_path / "newer")
    assert not str(caught.value) and not (tmp_path / "newer").exists()


def test_an_interruption_while_a_script_starts_is_one_line(tmp_path):
    """It falls into the import of TensorFlow, for which a module stands that raises what Ctrl-C does."""
    (tmp_path / "tensorflow.py").write_text("raise KeyboardInterrupt")
    command = [sys.executable, "-m", "experiments.train", f"--workdir={tmp_path / 'never-made'}"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode != 0 and done.stderr.splitlines()[-1] == "Interrupted."
    assert "Traceback" not in done.stderr and "--resume" not in done.stderr and not (tmp_path / "never-made").exists()
