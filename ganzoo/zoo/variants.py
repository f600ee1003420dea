"""The registry of variants: recipes by name, the settings that they take, and seeded initial weights."""

import contextlib
import inspect
import random
import typing

from ganzoo.arguments import check_count, check_number, shown
from ganzoo.games.game import Game
from ganzoo.games.gan import GAN
from ganzoo.random_numbers import check_seed
from ganzoo.registry import Registry, nearest
from ganzoo.zoo.descriptions import describe

_recipes = Registry("variant")
names = _recipes.names
find = _recipes.find


RATES = ("learning_rate", "discriminator_learning_rate", "learning_rates", "adam")
"""The settings that are learning rates."""


def register(recipe: typing.Callable, name: str | None = None) -> typing.Callable:
    """Adds a recipe to the variants, by its own name or another, and returns it, so that this can decorate a function.

    Its signature and its docstring, and so `help`, then list the settings that it passes on to its game as well.

    Raises:
        ValueError: if the name is taken.
    """
    _recipes.register(recipe, name)
    return describe(recipe, _settings(recipe), _sources(recipe)) if inspect.isfunction(recipe) else recipe


def create(variant: str, data_shape: tuple[int, ...], **settings: typing.Any) -> Game:
    """Creates the variant of this name, built and compiled with the settings of its paper.

    Args:
        variant: one of `ganzoo.names()`, in capitals or small letters.
        data_shape: (H, W, C) of images in [-1, 1], or (D,) of vectors.
        **settings: settings of the recipe, which `help(ganzoo.zoo.NAME)` lists, among them learning_rate and
            discriminator_learning_rate, and arguments of `ganzoo.GAN` such as objective, penalties and seed. The seed
            also determines the initial weights.

    Raises:
        ValueError: for an unknown variant or setting, with the nearest known name, and for impossible values.

    >>> model = create("wgan_gp", (28, 28, 1), discriminator_steps=3, seed=0)
    >>> model.sample(2).shape
    (2, 28, 28, 1)
    """
    variant = _recipes.find(variant)
    recipe = _recipes[variant]
    known = settings_of(variant)
    for name in settings:
        if name not in known:
            raise ValueError(nearest(f"setting of {variant}", name, known, f"settings of {variant}"))
        if name in RATES:
            settings[name] = check_learning_rate(name, settings[name])
    data_shape, seed = check_data_shape(data_shape), check_seed(settings.pop("seed", None))
    with _seeded(seed):
        model = recipe(data_shape, seed=seed, **settings)
    model.name = variant
    return model


def check_data_shape(data_shape: typing.Iterable[int]) -> tuple[int, ...]:
    """Returns the shape of an example as a tuple of ints; raises ValueError if it is not a shape."""
    try:
        sides = tuple(check_count("A side", side) for side in data_shape)
    except (TypeError, ValueError):
        sides = ()
    if len(sides) not in (1, 3):
        raise ValueError(
            "data_shape is (height, width, channels) of images, such as (28, 28, 1), or (dimension,) of vectors, all "
            f"integers of at least 1; got {shown(data_shape)}."
        )
    return sides


def check_learning_rate(name: str, rate: object) -> object:
    """Returns one learning rate or several; raises ValueError unless each is a number above 0, a schedule or None."""
    if isinstance(rate, (tuple, list)):
        return tuple(check_learning_rate(name, one) for one in rate)
    return rate if rate is None or callable(rate) else check_number(name, rate, "above 0")


def settings_of(variant: str) -> dict[str, typing.Any]:
    """Returns the settings that `create(variant, ...)` takes, as {name: default}.

    >>> settings_of("lsgan")["generator_ema"] is None
    True
    """
    return _settings(_recipes[variant])


def _settings(function):
    """Returns a recipe's own settings and those of its base; of a class, all but the parts that recipes provide."""
    parameters = inspect.signature(function).parameters.values()
    parameters = [parameter for parameter in parameters if parameter.kind is not parameter.POSITIONAL_ONLY]
    parts = {"data_shape"}
    if inspect.isclass(function):
        parts = {"turns", "averages"} | {one.name for one in parameters if one.default is one.empty}
    own = {parameter.name: parameter.default for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD}
    passes_on = len(own) < len(parameters) and function is not Game
    rest = _settings(_base(function)) if passes_on else {}
    return {name: default for name, default in (own | rest | own).items() if name not in parts}


def _base(function):
    """Returns the recipe or class to which a recipe, or a class, passes the settings that are not its own."""
    if inspect.isclass(function):
        return next(parent for parent in function.__mro__[1:] if issubclass(parent, Game))
    return getattr(function, "base", GAN)


def _sources(function):
    """Yields what describes the settings of a recipe, or class, that its own docstring does not."""
    while function is not Game:
        yield from getattr(function, "described_in", ())
        function = _base(function)
        yield function


def extends(
    base: typing.Callable = GAN, *described_in: typing.Callable
) -> typing.Callable[[typing.Callable], typing.Callable]:
    """Returns a decorator of recipes that pass their other settings on to `base`: another recipe, or GAN or a subclass.

    Without it, a recipe passes them on to GAN. Settings of the recipe's own that mean what they mean to other functions
    need no description in its docstring: these functions are `described_in`.
    """

    def mark(recipe):
        recipe.base, recipe.described_in = base, described_in
        return recipe

    return mark


def classes_are_optional(recipe: typing.Callable) -> typing.Callable:
    """Marks a recipe that has a `num_classes`, but needs it only for data with labels; a decorator."""
    recipe.classes_are_optional = True
    return recipe


def needs_classes(variant: str) -> bool:
    """Returns whether a variant is for data with labels alone.

    >>> needs_classes("cdcgan"), needs_classes("r3gan")
    (True, False)
    """
    return "num_classes" in settings_of(variant) and not getattr(_recipes[variant], "classes_are_optional", False)


@contextlib.contextmanager
def _seeded(seed):
    """Seeds Python's `random`, from which Keras's initializers draw their seeds, and restores its state afterwards."""
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)
