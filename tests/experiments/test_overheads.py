"""Tests the measurement of overheads, and the profile of a step."""

import dataclasses
import json

import pytest

from experiments import benchmark, overheads, profiling
from experiments.support import workloads


def test_the_table_of_ratios(tmp_path, monkeypatch):
    asked = []
    found = {"input": 0.01, "sample": 1.5, "replicas": 1.25}
    monkeypatch.setattr(benchmark, "run_in_process", lambda *arguments: asked.append(arguments) or found)
    monkeypatch.setattr(overheads, "import_ratio", lambda repetitions: 1.04)
    result = overheads.measure(["toy", "mlp"], 2, tmp_path)
    assert asked == [("experiments.overheads", load, "--repetitions=2") for load in ("toy", "mlp")]
    assert json.loads((tmp_path / "overheads.json").read_text()) == result
    table = overheads.format_table(result)
    assert "1.250" in table and "1.04 times" in table
    with pytest.raises(ValueError, match="Unknown workload 'mlq'; did you mean 'mlp'"):
        overheads.measure(["mlq"], 1, tmp_path)


@pytest.mark.exhaustive
def test_the_ratios_of_a_small_workload():
    """Runs in a process of its own, since the CPU must be divided before it is used."""
    code = (
        "import json; from experiments import overheads; print(json.dumps(overheads.measure_ratios('toy', 1, 3, 300)))"
    )
    found = json.loads(benchmark.last_line(["-c", code]))
    assert set(found) == set(overheads.RATIOS) and all(0 < ratio < 1000 for ratio in found.values())


@pytest.mark.thorough
def test_a_profile_counts_the_operations_of_a_step(tmp_path, monkeypatch):
    load = dataclasses.replace(workloads.WORKLOADS["toy"], batch_size=8)
    monkeypatch.setitem(workloads.WORKLOADS, "toy", load)
    result = profiling.profile("toy", tmp_path, steps=5)
    assert json.loads((tmp_path / "profile.json").read_text()) == result
    seconds, calls = result["kinds"]["AssignAddVariableOp"]
    assert 0 < seconds < 1 and calls >= 2 * 2 * 6, "Adam's two averages of each of a network's six variables"
    assert all(":" not in kind and " " not in kind for kind in result["kinds"])
    assert "AssignAddVariableOp" in profiling.format_table(result, rows=200)
    with pytest.raises(ValueError, match="Unknown workload 'toys'"):
        profiling.profile("toys", tmp_path)
