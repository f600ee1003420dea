"""A recipe's docstring describes all of its settings, or says where the others are described."""

import inspect
import re

import pytest

import ganzoo
from ganzoo import zoo
from ganzoo.zoo import assembly, variants

RECIPES = {name: getattr(zoo, name) for name in zoo.__all__} | {"assemble": assembly.assemble}
KERAS_SETTINGS = {"name", "trainable", "dtype"}


def described(docstring):
    """The names in the section Args of a docstring."""
    entries = re.findall(r"^ {8}([*\w]+(?:, \w+)*): ", docstring, re.MULTILINE)
    return {name.lstrip("*") for entry in entries for name in entry.split(", ")}


@pytest.mark.parametrize("name", zoo.__all__)
def test_all_settings_of_a_recipe_are_described(name):
    recipe = getattr(zoo, name)
    settings = {parameter for parameter in inspect.signature(recipe).parameters if parameter != "data_shape"}
    assert settings - {"game"} <= described(recipe.__doc__)  # some recipes name those of the game in a sentence


@pytest.mark.parametrize("name", zoo.__all__)
def test_settings_that_a_recipe_passes_on_are_described_by_what_it_names_or_by_the_class_of_its_game(name):
    recipe = base = getattr(zoo, name)
    while not inspect.isclass(base):
        base = getattr(base, "base", ganzoo.GAN)
    text = "".join(inspect.getdoc(kind) for kind in base.__mro__ if issubclass(kind, ganzoo.Game))
    unread, waiting = dict(RECIPES), [recipe]
    while waiting:
        docstring = inspect.getdoc(waiting.pop())
        text += docstring
        waiting += [unread.pop(known) for known in set(re.findall(r"\w+", docstring)) & unread.keys()]
    for setting in variants.settings_of(name).keys() - KERAS_SETTINGS:
        assert re.search(rf"\b{setting}\b", text), f"No docstring says what the setting {setting} of {name} is."
