"""Imports point down, files stay small, only one file touches what Keras keeps private, metadata says what it must."""

import ast
import functools
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parent.parent
SOURCES = sorted(
    path.relative_to(ROOT) for folder in ("ganzoo", "experiments") for path in (ROOT / folder).rglob("*.py")
)
PACKAGE = [path for path in SOURCES if path.parts[0] == "ganzoo"]

# The folders and files of ganzoo, from top to bottom: each may import what is in its own line or stands below it, but
# nothing in its own line that is another folder or file.
LEVELS = [
    {"__main__"},
    {"commands"},
    {"__init__"},
    {"saving", "latent", "callbacks"},
    {"zoo"},
    {"metrics", "games"},
    {"data", "training"},
    {"execution", "losses", "networks", "pretrained"},
    {"keras_internals", "distribution", "priors", "schedules", "images", "plots", "checkpoint_files", "serializable"},
    {"registry", "random_numbers", "files", "version", "arguments"},
    {"remote_paths"},
]
LEVEL_OF = {name: level for level, names in enumerate(LEVELS) for name in names}

# What is no private part that these files use: a hook of Keras that they override, and a documented function of Python.
ALLOWED = {"_maybe_symbolic_build", "_exit"}


def part(path):
    """The folder or file of ganzoo to which a source belongs."""
    return path.with_suffix("").parts[1]


@functools.cache
def tree(path):
    return ast.parse((ROOT / path).read_text())


def imported(path):
    """The names of all modules, or of what is in them, that a file imports."""
    names = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return names


def test_every_part_has_a_level():
    assert {part(path) for path in PACKAGE} == set(LEVEL_OF)


@pytest.mark.parametrize("path", PACKAGE, ids=str)
def test_imports_point_down(path):
    names = [name.split(".") for name in imported(path)]
    assert not any(parts[0] == "experiments" for parts in names)
    parts = {parts[1] for parts in names if parts[0] == "ganzoo" and len(parts) > 1 and parts[1] in LEVEL_OF}
    wrong = {other for other in parts - {part(path)} if LEVEL_OF[other] <= LEVEL_OF[part(path)]}
    assert not wrong, f"{path} imports {wrong}, which do not stand below it"


def of_keras_or_tensorflow(name):
    return name.split(".")[0] in ("keras", "tensorflow") and any(piece.startswith("_") for piece in name.split("."))


@pytest.mark.parametrize("path", [path for path in PACKAGE if path.stem != "keras_internals"], ids=str)
def test_private_parts_of_keras_are_used_in_keras_internals_alone(path):
    """Private attributes of anything but the class's own object, and modules that Keras does not document."""
    defined = {node.name for node in ast.walk(tree(path)) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    own = {
        target.id
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            owner = node.value.id if isinstance(node.value, ast.Name) else None
            assert owner in ("self", "cls") or node.attr in defined | own | ALLOWED, ast.unparse(node)
    for name in imported(path):
        assert not name.startswith(("keras.src", "tensorflow.python")) and not of_keras_or_tensorflow(name)


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_files_are_small_and_flags_stay_in_scripts(path):
    text = (ROOT / path).read_text()
    assert text.count("\n") <= 250
    assert "print(" not in text or is_script(path) or "callbacks" in path.parts
    if "absl" in text and "flags" in text:
        assert is_script(path)


def is_script(path):
    return path.parts[0] == "experiments" or part(path) in ("commands", "__main__")


# The files that may make a pathlib.Path: of a user's text only the first one does, by `as_path`. The last three belong
# to a benchmark of local folders, whose processes must not import TensorFlow.
MAKERS = {
    *("ganzoo/files.py", "ganzoo/metrics/reference_classifier.py", "ganzoo/commands/support/config.py"),
    *(f"experiments/support/{name}.py" for name in ("folder_readers", "jpeg_folders", "watched_process")),
}


@pytest.mark.parametrize("path", [path for path in SOURCES if path.as_posix() not in MAKERS], ids=str)
def test_paths_of_users_are_made_in_one_place(path):
    """A pathlib.Path of gs://bucket would be a local folder called gs:."""
    calls = [ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert not [name for name in calls if name in ("Path", "pathlib.Path")]


def test_packages_that_others_forget_to_declare_are_declared_here():
    declared = (ROOT / "setup.py").read_text()
    for package in ("importlib_resources", "tensorboard"):
        assert re.search(rf'"{package}>=', declared)
    import importlib_resources  # noqa: F401
    import tensorboard  # noqa: F401


def test_no_two_registered_classes_have_one_name():
    """Keras finds a class in a saved model by its name alone, and would take the one that was registered last."""
    names = [
        node.name
        for path in PACKAGE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and any("register" in ast.unparse(one) for one in node.decorator_list)
    ]
    assert len(names) > 40 and not {name for name in names if names.count(name) > 1}
