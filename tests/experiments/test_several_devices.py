"""Tests that a run ends alike on one device, on several and on two machines, with tiny networks."""

import pathlib
import time

import numpy as np
import pytest
from replicas import cluster, run_together, running

import ganzoo
from ganzoo import callbacks
from ganzoo.commands.support import run
from ganzoo.commands.support.config import Config
from ganzoo.distribution import strategies

ROOT = pathlib.Path(__file__).parent.parent.parent
TINY = {"units": 16, "maxout_units": 8, "pieces": 2}
CONFIG = Config(epochs=2, batch_size=300, seed=3, settings=TINY)


def config(**changes):
    return Config(**{**vars(CONFIG), **changes})


PLAIN = TINY | {"dropout": (0, 0)}
"""Settings without dropout or batch norm, with which N replicas train as one."""


@pytest.fixture(scope="module")
def on_one_device(tmp_path_factory):
    workdir = tmp_path_factory.mktemp("one") / "run"
    run.run(config(strategy="one_device", settings=PLAIN), workdir)
    return workdir


def assert_same_weights(one, other):
    models = [ganzoo.load(callbacks.latest(workdir / "checkpoints")) for workdir in (one, other)]
    for left, right in zip(*(gan.trainable_variables for gan in models), strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-5)
    assert {path.name for path in one.iterdir()} == {path.name for path in other.iterdir()}


@pytest.mark.thorough
def test_two_replicas_end_where_one_device_does(on_one_device, mirrored, tmp_path, monkeypatch):
    monkeypatch.setattr(strategies, "get", {"mirrored": mirrored}.get)  # one strategy a process
    run.run(config(strategy="mirrored", settings=PLAIN), tmp_path / "run")
    assert_same_weights(on_one_device, tmp_path / "run")
    with pytest.raises(
        ValueError, match="--batch_size=299 cannot be divided evenly among 2 replicas: choose a multiple"
    ):
        run.run(config(strategy="mirrored", batch_size=299), tmp_path / "odd")
    with pytest.raises(ValueError, match="jit_compile is for one device"):
        run.run(config(strategy="mirrored", jit_compile=True), tmp_path / "odd")
    assert not (tmp_path / "odd").exists()


@pytest.mark.exhaustive
def test_two_machines_end_where_one_device_does(on_one_device, tmp_path):
    """Machines are processes here, of which only the chief writes."""
    flags = ["--epochs=2", "--batch_size=300", "--seed=3", *(f"--set={key}={value}" for key, value in PLAIN.items())]
    command = ["-m", "experiments.train", "--strategy=multi_worker", *flags]
    environments = [{"TF_CONFIG": text, "PYTHONPATH": str(ROOT)} for text in cluster(2)]
    folders = [tmp_path / "chief", tmp_path / "other"]
    _, text = run_together([[*command, f"--workdir={folder}"] for folder in folders], environments)
    assert "works for the chief" in text and not folders[1].exists()
    assert_same_weights(on_one_device, folders[0])


@pytest.mark.thorough
@pytest.mark.parametrize("killed", [0, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_a_machine_whose_other_is_killed_ends_with_one_sentence(killed, tmp_path):
    flags = ["--epochs=100000", "--batch_size=300", *(f"--set={key}={value}" for key, value in PLAIN.items())]
    command = ["-m", "experiments.train", "--strategy=multi_worker", f"--workdir={tmp_path}/run", *flags]
    with running([command] * 2, [{"TF_CONFIG": text, "PYTHONPATH": str(ROOT)} for text in cluster(2)]) as machines:
        deadline = time.time() + 200
        while not (tmp_path / "run" / "history.csv").exists():
            time.sleep(0.2)
            said = "\n".join(machine.text for machine in machines)
            assert time.time() < deadline and all(machine.process.poll() is None for machine in machines), said
        machines[killed].stop()
        machines[1 - killed].process.wait(timeout=200)
        text = machines[1 - killed].text
    assert "Error: Another machine of the cluster has ended or cannot be reached. To continue, start all" in text
    assert f"--workdir={tmp_path}/run --resume" in text and "Traceback" not in text
