"""What makes a recipe of the zoo into a variant: its name, its settings, and a seed for its initial weights."""

import contextlib
import inspect
import random

from ganzoo.games.game import Game
from ganzoo.games.gan import GAN
from ganzoo.registry import Registry, nearest

_recipes = Registry("variant")
register = _recipes.register
names = _recipes.names


def create(variant, data_shape, **settings):
    """The variant of that name, built, and compiled with its paper's settings.

    Args:
        variant: a name of `ganzoo.names()`.
        data_shape: (H, W, C) of images in [-1, 1], or (D,) of vectors.
        **settings: of the recipe (see `help` of its function in `ganzoo.zoo`), and of `ganzoo.GAN`: objective,
            penalties, discriminator_steps, seed. The seed also draws the initial weights.

    Raises ValueError for an unknown variant or setting, with the nearest known name, and for an impossible data_shape.

    >>> model = create("wgan_gp", (28, 28, 1), discriminator_steps=3, seed=0)
    >>> model.sample(2).shape
    (2, 28, 28, 1)
    """
    recipe = _recipes[variant]
    known = settings_of(variant)
    for name in settings:
        if name not in known:
            raise ValueError(nearest(f"setting of {variant}", name, known, f"settings of {variant}"))
    if isinstance(data_shape, int) or len(data_shape) not in (1, 3) or min(data_shape) < 1:
        raise ValueError(
            f"data_shape is (height, width, channels) of images or (dimension,) of vectors; got {data_shape!r}."
        )
    seed = settings.pop("seed", None)
    seed = random.randrange(2**31) if seed is None else int(seed)
    with _drawn_from(seed):
        model = recipe(tuple(data_shape), seed=seed, **settings)
    model.name = variant
    return model


def settings_of(variant):
    """The settings that `create(variant, ...)` takes, as {name: default}.

    >>> settings_of("lsgan")["generator_ema"] is None
    True
    """
    return _settings(_recipes[variant])


def _settings(function):
    """A recipe's own settings, and those of what it `extends`; of a class, all but the parts that recipes put in."""
    parts = (
        {"players", "turns", "averages", "generator", "encoder", "decoder", "discriminator", "prior"}
        if inspect.isclass(function)
        else {"data_shape"}
    )
    parameters = inspect.signature(function).parameters.values()
    parameters = [parameter for parameter in parameters if parameter.kind is not parameter.POSITIONAL_ONLY]
    own = {parameter.name: parameter.default for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD}
    hands_on = len(own) < len(parameters) and function is not Game
    rest = _settings(_base(function)) if hands_on else {}
    return {name: default for name, default in (rest | own).items() if name not in parts}


def _base(function):
    """What takes the settings that a recipe, or a class, hands on."""
    if inspect.isclass(function):
        return next(parent for parent in function.__mro__[1:] if issubclass(parent, Game))
    return getattr(function, "base", GAN)


def extends(base=GAN):
    """Marks a recipe that hands its other settings on to `base`: another recipe or a subclass of GAN (default: GAN)."""

    def mark(recipe):
        recipe.base = base
        return recipe

    return mark


@contextlib.contextmanager
def _drawn_from(seed):
    """Keras's initializers take their seeds from Python's `random`: seeds it here, and puts back what was there."""
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)
