"""The house: imports point down, files stay small, metadata says what it must."""

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parent.parent
SOURCES = sorted(
    path.relative_to(ROOT) for folder in ("ganzoo", "experiments") for path in (ROOT / folder).rglob("*.py")
)

# Who may import whom, within the repository. A room that is not here may import nothing of ours.
MAY_IMPORT = {
    "ganzoo/__init__": {"divergences", "models", "objectives", "penalties", "priors", "recipes", "saving", "zoo"},
    "ganzoo/recipes": {"models", "registry"},
    "ganzoo/zoo": {
        "zoo",
        "divergences",
        "models",
        "networks",
        "objectives",
        "penalties",
        "constraints",
        "priors",
        "optimizers",
        "recipes",
        "registry",
    },
    "ganzoo/saving": {"models", "files"},
    "ganzoo/strategies": {"registry"},
    "ganzoo/theory": {"registry"},
    "ganzoo/models": {
        "models",
        "networks",
        "objectives",
        "penalties",
        "priors",
        "distribute",
        "draws",
        "optimizers",
        "files",
        "tables",
    },
    "ganzoo/networks": {"networks", "distribute"},
    "ganzoo/objectives": {"registry"},
    "ganzoo/divergences": {"objectives"},
    "ganzoo/penalties": {"distribute", "draws"},
    "ganzoo/priors": {"draws"},
    "ganzoo/data": {"data", "registry", "images", "files", "tables"},
    "ganzoo/callbacks": {"callbacks", "canvas", "images", "files"},
    "ganzoo/images": {"files"},
    "ganzoo/latent": {"draws", "images", "latent", "metrics", "registry"},
    "ganzoo/metrics": {"metrics", "data", "files", "registry"},
}


def room(path):
    parts = path.with_suffix("").parts
    return "/".join(parts[:2])


def imported(path):
    """The rooms of ganzoo that a file imports, and whether it imports experiments."""
    rooms, up = set(), False
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        names = []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        up = up or any(name.split(".")[0] == "experiments" for name in names)
        rooms |= {name.split(".")[1] for name in names if name.startswith("ganzoo.")}
    return rooms, up


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parts[0] == "ganzoo"], ids=str)
def test_imports_point_down(path):
    rooms, up = imported(path)
    assert not up
    assert rooms <= MAY_IMPORT.get(room(path), set())


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_files_are_small_and_flags_stay_in_scripts(path):
    text = (ROOT / path).read_text()
    assert text.count("\n") <= 250
    assert "print(" not in text or path.parts[0] == "experiments" or "callbacks" in path.parts
    if "absl" in text and "flags" in text:
        assert path.parts[0] == "experiments"


def test_traps_23_and_24_undeclared_packages_are_declared_here():
    declared = (ROOT / "setup.py").read_text()
    for package in ("importlib_resources", "tensorboard"):
        assert re.search(rf'"{package}>=', declared)
    import importlib_resources  # noqa: F401
    import tensorboard  # noqa: F401
