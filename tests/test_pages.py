"""The pages of documentation beside the README: their links, commands and names."""

import importlib
import pathlib
import re
import shlex

import pytest
from command_line import flags_of

import ganzoo
from ganzoo.metrics import metric_names

ROOT = pathlib.Path(__file__).parent.parent
PAGES = sorted(path for folder in ("ganzoo", "experiments") for path in (ROOT / folder).rglob("*.md"))
METRICS, PRESETS = ((ROOT / "ganzoo" / name / "README.md").read_text() for name in ("metrics", "pretrained"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page):
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text())
    assert not [link for link in links if "//" not in link and not (page.parent / link).exists()]


@pytest.mark.parametrize("line", re.findall(r"^ganzoo (\w+ .*)$", METRICS + PRESETS, re.MULTILINE))
def test_commands_have_flags_that_exist(line):
    name, *arguments = shlex.split(line)
    given = {argument.removeprefix("--").split("=")[0] for argument in arguments if argument.startswith("--")}
    assert given <= vars(flags_of(importlib.import_module(f"ganzoo.commands.{name}"), *arguments)).keys()


def test_the_page_on_presets_lists_them_all():
    assert re.findall(r"^\| \[`(\w+)`\]", PRESETS, re.MULTILINE) == list(ganzoo.presets())


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.thorough)])
def test_the_lines_on_presets_run(number, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(re.findall(r"```python\n(.*?)```", PRESETS, re.DOTALL)[number], names)
    assert names["gan"].step > 0 or names["images"].shape == (16, 8, 8, 1)


@pytest.mark.thorough
def test_the_commands_on_presets_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for line in re.findall(r"^ganzoo (\w+ .*)$", PRESETS, re.MULTILINE):
        name, *arguments = shlex.split(line)
        script = importlib.import_module(f"ganzoo.commands.{name}")
        script.main(flags_of(script, *arguments))
    made = ("digits.png", "digits.npz", "digits.html", "runs/tuned/README.md")
    assert all((tmp_path / name).exists() for name in made)


def test_the_page_on_metrics_names_those_that_exist():
    names = re.findall(r"`([a-z_0-9]+_\d+k(?:_train)?)`", METRICS)
    assert len(names) >= 8
    for name in names:
        metric_names.parse(name)
    formulas = re.search(r"\*\*Formula\*\*: (.*)\.", METRICS)[1]
    assert re.findall(r"`(\w+)`", formulas) == list(metric_names.FORMULAS)
