"""`help` of a recipe lists all of its settings, with the default and the meaning of each, and no others."""

import inspect
import pydoc
import re

import pytest
from variant_table import VARIANTS

import ganzoo
from ganzoo import zoo
from ganzoo.zoo import descriptions, variants


def described(recipe):
    """{name: what the help of a recipe says of it}, in its sections Args and Further settings."""
    text = inspect.getdoc(recipe)
    entries = re.findall(r"^ {4}(\w[\w, ]*?)(?: \(.*?\))?: (.*(?:\n {5,}.*)*)", text, re.MULTILINE)
    return {name: meaning for names, meaning in entries for name in names.split(", ")}


@pytest.mark.parametrize("name", zoo.__all__)
def test_help_lists_every_setting_with_its_default_and_its_meaning(name):
    recipe, settings = getattr(zoo, name), variants.settings_of(name)
    signature = inspect.signature(recipe).parameters
    assert {"learning_rate", "discriminator_learning_rate", "seed", "penalties"} <= settings.keys()
    assert list(signature) == ["data_shape", *settings]
    assert {setting: signature[setting].default for setting in settings} == settings
    assert described(recipe).keys() - {"data_shape"} == settings.keys()
    assert all(len(meaning) > 10 for meaning in described(recipe).values())
    page = pydoc.plain(pydoc.render_doc(recipe))
    assert all(str(signature[setting]) in page for setting in settings)


@pytest.mark.parametrize("row", VARIANTS, ids=str)
def test_the_defaults_are_those_of_the_model(row, untrained):
    config, settings = untrained(row.name).get_config(), variants.settings_of(row.name)
    config = dict.fromkeys(setting for setting in settings if setting.endswith("_ema")) | config
    shown = settings.keys() & config.keys() - row.settings.keys() - {
        "seed",
        "penalties",
        "generator_penalties",
        "prior",
    }
    assert len(shown) >= 4
    for setting in shown:
        stands_for_none = setting.endswith("_ema") and not isinstance(config[setting], dict)
        if settings[setting] is not None or stands_for_none:  # other settings determine what None stands for
            assert settings[setting] == pytest.approx(config[setting]), setting


def test_a_users_recipe_is_completed_too():
    def base(data_shape, speed=1.0, **game):
        """A base.

        Args:
            speed: how fast it is.
            **game: the settings of `GAN`.
        """

    def fast(data_shape, *, speed: float = 2.0, colour="red", **settings):
        pass

    try:
        ganzoo.register(base)
        assert ganzoo.register(variants.extends(base)(fast), "swift") is fast
        assert list(inspect.signature(fast).parameters)[:3] == ["data_shape", "speed", "colour"]
        assert (
            variants.settings_of("swift").items() >= {"speed": 2.0, "colour": "red", "discriminator_steps": 1}.items()
        )
        text = inspect.getdoc(fast)
        assert (
            "speed (2.0): how fast it is." in text and "colour ('red')\n" in text and "generator_ema (None): " in text
        )
    finally:
        for name in ("base", "swift"):
            variants._recipes._values.pop(name, None)


def test_arguments_of_several_lines_and_names():
    docstring = """Does this.

    Args:
        a, b: both
            of them: yes.
        *c: some.
        d: the last.

    Raises:
        ValueError: never.
    """
    assert descriptions.arguments(inspect.cleandoc(docstring)) == {
        "a": "both of them: yes.",
        "b": "both of them: yes.",
        "d": "the last.",
    }
    assert descriptions.arguments("Has none.") == {}
