"""Tests command lines: --help and mistakes in flags are answered before TensorFlow is imported."""

import importlib
import pathlib
import re
import subprocess
import sys

import pytest
from absl import flags
from command_line import own_flags

import ganzoo
from experiments.support import listed_names, workloads
from experiments.theory.__main__ import PARTS
from ganzoo import data, latent, metrics
from ganzoo.__main__ import about_commands
from ganzoo.commands.support import flag_values
from ganzoo.distribution import strategies
from ganzoo.losses.divergences import DIVERGENCES

ROOT = pathlib.Path(__file__).parent.parent.parent
COMMANDS = sorted(about_commands())
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
    print("imported", *{{"tensorflow", "keras", "numpy"}} & set(sys.modules))
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
    assert f"python -m {script}" in text and "--workdir: " in text


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_is_there_at_once(name):
    code, text, errors, imported = run_and_list("ganzoo", name, "--help")
    assert (code, errors, imported) == (0, "", [])
    assert f"ganzoo {name} " in text and any(f"--{flag}: " in text for flag in ("checkpoint", "workdir", "dataset"))


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_the_command_lists_all_commands_at_once(arguments):
    code, text, errors, imported = run_and_list("ganzoo", *arguments)
    assert (code, errors, imported) == (0, "", [])
    assert re.findall(r"^  (\w+)  ", text, re.MULTILINE) == COMMANDS
    assert {"train", "sample", "evaluate", "prepare", "interpolate"} <= set(COMMANDS)


def test_the_command_tells_its_version():
    assert run_and_list("ganzoo", "--version")[1].strip() == ganzoo.__version__


def test_unknown_commands_get_one_sentence():
    code, text, errors, imported = run_and_list("ganzoo", "trian", "--epochs=2")
    assert (code, text, imported) == (1, "", [])
    assert errors.startswith("Error: Unknown command 'trian'; did you mean 'train'?") and errors.count("\n") == 0


def test_commands_are_also_scripts_of_experiments():
    assert run_and_list("experiments.train", "--help") == run_and_list("ganzoo", "train", "--help")


@pytest.mark.cases(5)
@pytest.mark.parametrize(
    ("script", "given", "message"),
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
        ("label-accuracy", ["--seed=-1"], "-1 is not a non-negative integer"),
    ],
)
def test_mistakes_in_flags_are_one_line_at_once(script, given, message):
    code, text, errors, imported = run_and_list("ganzoo", script, *given)
    assert (code, text, imported) == (2, "", [])
    assert errors.startswith("Error: ") and message in errors and errors.endswith(". --help lists all flags.")
    assert errors.count("\n") == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_places_have_the_same_names_in_all_commands(name):
    known = {"checkpoint", "workdir", "preset", "out", "cache_dir", "metrics_cache", "init", "inception_weights"}
    module = importlib.import_module(f"ganzoo.commands.{name}")
    with own_flags():
        earlier = set(flags.FLAGS)
        module.define_flags()
        own = {flag: flags.FLAGS[flag].help for flag in set(flags.FLAGS) - earlier}
    places = {flag for flag, about in own.items() if re.match(r"(Path|Folder|File|A \.keras)", about or "")}
    assert places <= known | {"dataset"} and places & {"checkpoint", "workdir", "cache_dir"}
    assert ("checkpoint" in own) == ("preset" in own)
    assert "epochs" not in own or "workdir" in own


def test_flags_list_the_names_that_there_are():
    assert list(flag_values.VARIANTS) == ganzoo.names()
    assert list(flag_values.DATASETS) == data.names()
    assert list(flag_values.STRATEGIES) == strategies.names()
    assert set(flag_values.FORMULAS) == set(metrics.FORMULAS)
    assert list(flag_values.EXTRACTORS) == metrics.features.names()
    assert set(flag_values.ATTRIBUTES) == set(latent.ATTRIBUTES)
    assert set(listed_names.WORKLOADS) == set(workloads.WORKLOADS)
    assert set(flag_values.DIVERGENCES) == set(DIVERGENCES)
    assert set(listed_names.THEORY) == set(PARTS)
    assert flag_values.CACHE == str(metrics.CACHE)
