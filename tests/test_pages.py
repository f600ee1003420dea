"""The pages of documentation beside the README: their links, commands and names."""

import importlib
import pathlib
import re
import shlex

import pytest
from command_line import flags_of

from ganzoo.metrics import metric_names

ROOT = pathlib.Path(__file__).parent.parent
PAGES = sorted(path for folder in ("ganzoo", "experiments") for path in (ROOT / folder).rglob("*.md"))
METRICS = (ROOT / "ganzoo" / "metrics" / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page):
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text())
    assert not [link for link in links if "//" not in link and not (page.parent / link).exists()]


@pytest.mark.parametrize("line", re.findall(r"^python -m (experiments\.\w+ .*)$", METRICS, re.MULTILINE))
def test_commands_have_flags_that_exist(line):
    name, *arguments = shlex.split(line)
    given = dict(argument.removeprefix("--").split("=", 1) for argument in arguments if "=" in argument)
    assert given.keys() <= vars(flags_of(importlib.import_module(name), *arguments)).keys()


def test_the_page_on_metrics_names_those_that_exist():
    names = re.findall(r"`([a-z_0-9]+_\d+k(?:_train)?)`", METRICS)
    assert len(names) >= 8
    for name in names:
        metric_names.parse(name)
    formulas = re.search(r"\*\*Formula\*\*: (.*)\.", METRICS)[1]
    assert re.findall(r"`(\w+)`", formulas) == list(metric_names.FORMULAS)
