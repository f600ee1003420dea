"""Tests command lines: --help and mistakes in flags are answered before TensorFlow is imported."""

import pathlib
import subprocess
import sys

import pytest

import ganzoo
from experiments.support import flag_values, workloads
from experiments.theory.__main__ import PARTS
from ganzoo import data, latent, metrics
from ganzoo.distribution import strategies
from ganzoo.losses.divergences import DIVERGENCES

ROOT = pathlib.Path(__file__).parent.parent.parent
SCRIPTS = [
    f"experiments.{path.parent.name if path.stem == '__main__' else path.stem}"
    for path in (*sorted((ROOT / "experiments").glob("[!_]*.py")), *(ROOT / "experiments").glob("*/__main__.py"))
]
RUN_AND_LIST = """
import runpy, sys
sys.argv[1:] = sys.argv[2:]
try:
    runpy.run_module({name!r}, run_name="__main__", alter_sys=True)
finally:
    print("imported", *{{"tensorflow", "keras", "ganzoo"}} & set(sys.modules))
"""


def run_and_list(script, *arguments):
    """Runs a script that ends before its work; returns its exit code, output, errors and the slow packages imported."""
    command = [sys.executable, "-c", RUN_AND_LIST.format(name=script), "-", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    text, _, imported = done.stdout.partition("imported")
    return done.returncode, text, done.stderr.strip(), imported.split()


@pytest.mark.cases(8)
@pytest.mark.parametrize("script", SCRIPTS)
def test_help_is_there_at_once(script):
    code, text, errors, imported = run_and_list(script, "--help")
    assert (code, errors, imported) == (0, "", [])
    assert f"python -m {script}" in text and any(f"--{name}: " in text for name in ("checkpoint", "workdir", "dataset"))


@pytest.mark.cases(5)
@pytest.mark.parametrize(
    ("script", "flags", "message"),
    [
        ("train", ["--varaint=gan"], "Unknown command line flag 'varaint'. Did you mean: variant"),
        ("train", ["--epochs"], "Missing value for flag --epochs"),
        ("train", ["--epochs=many"], "flag --epochs=many: invalid literal for int()"),
        ("train", ["--epochs=0"], "flag --epochs=0: 0 is not a positive integer"),
        ("train", ["--dataset="], "Missing value for flag --dataset"),
        ("train", ["--workdir", "--resume"], "Missing value for flag --workdir"),
        ("train", ["--strategy=mirored"], "value should be one of"),
        ("train", ["digits"], "Flags are written --name=value; did not understand: digits"),
        ("sample", [], "Flag --checkpoint must have a value"),
        ("sample", ["--workdir="], "Missing value for flag --checkpoint"),
        ("theory", ["--seed=-1"], "-1 is not a non-negative integer"),
    ],
)
def test_mistakes_in_flags_are_one_line_at_once(script, flags, message):
    code, text, errors, imported = run_and_list(f"experiments.{script}", *flags)
    assert (code, text, imported) == (2, "", [])
    assert errors.startswith("Error: ") and message in errors and errors.endswith(". --help lists all flags.")
    assert errors.count("\n") == 0


def test_flags_list_the_names_that_there_are():
    assert list(flag_values.VARIANTS) == ganzoo.names()
    assert list(flag_values.DATASETS) == data.names()
    assert list(flag_values.STRATEGIES) == strategies.names()
    assert set(flag_values.FORMULAS) == set(metrics.FORMULAS)
    assert list(flag_values.EXTRACTORS) == metrics.features.names()
    assert set(flag_values.ATTRIBUTES) == set(latent.ATTRIBUTES)
    assert set(flag_values.WORKLOADS) == set(workloads.WORKLOADS)
    assert set(flag_values.DIVERGENCES) == set(DIVERGENCES)
    assert set(flag_values.THEORY) == set(PARTS)
    assert flag_values.CACHE == str(metrics.CACHE)
