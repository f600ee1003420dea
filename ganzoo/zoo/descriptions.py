"""Completes the signature and the docstring of a recipe by the settings that it passes on to its game."""

import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping

WIDTH = 112


def describe(recipe: Callable, settings: Mapping[str, object], sources: Iterable[object]) -> Callable:
    """Lists all settings in the signature of a recipe and in its docstring, and returns the recipe.

    Args:
        recipe: a function.
        settings: all of its settings, {name: default}.
        sources: functions and classes whose docstrings describe those that the recipe's own does not; the first of them
            counts.
    """
    parameters = list(inspect.signature(recipe).parameters.values())
    parameters = [one for one in parameters if one.kind is not one.VAR_KEYWORD]
    named = {one.name for one in parameters}
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
        for name, default in settings.items()
        if name not in named
    ]
    recipe.__signature__ = inspect.Signature(parameters)

    text = inspect.getdoc(recipe) or ""
    descriptions = {}
    for source in sources:
        descriptions = arguments(inspect.getdoc(source) or "") | descriptions
    others = [name for name in settings if name not in arguments(text)]
    if others:
        entries = "\n".join(_entry(name, settings[name], descriptions.get(name, "")) for name in others)
        text = f"{text}\n\nFurther settings, with their defaults:\n{entries}".strip()
    recipe.__doc__ = text
    return recipe


def arguments(docstring: str) -> dict[str, str]:
    """Returns {name: description} of the section Args of a docstring without indentation.

    >>> arguments("Adds two numbers.\\n\\nArgs:\\n    x, y: the two\\n        numbers.\\n    **more: ignored.")
    {'x': 'the two numbers.', 'y': 'the two numbers.'}
    """
    section = re.search(r"^Args:\n((?: {4}.*(?:\n|$))*)", docstring, re.MULTILINE)
    entries = re.findall(r"^ {4}(\w[\w, ]*): (.*(?:\n {5,}.*)*)", section[1] if section else "", re.MULTILINE)
    return {name: " ".join(text.split()) for names, text in entries for name in names.split(", ")}


def _entry(name, default, description):
    text = f"{name} ({default!r}): {description}" if description else f"{name} ({default!r})"
    return textwrap.fill(text, WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 8)
