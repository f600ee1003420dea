"""Every variant by name, with its paper's settings. Read this second.

A recipe is a function from a `data_shape` (and settings with defaults) to a compiled model; its name is the variant's
name. `create` passes GAN's own arguments (`objective`, `discriminator_steps`, `seed`, ...) through `**game`.
"""

import contextlib
import inspect
import math
import random

import keras

from ganzoo import priors
from ganzoo.models.conditional import ConditionalGAN
from ganzoo.models.gan import GAN
from ganzoo.models.labels import check_classes
from ganzoo.networks import conditional, mlp
from ganzoo.networks import dcgan as dcgan_networks
from ganzoo.optimizers import DecayToFloor, ScheduledMomentumSGD
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
    seed = random.randrange(2**31) if seed is None else seed
    with _drawn_from(seed):
        model = recipe(tuple(data_shape), seed=seed, **settings)
    model.name = variant
    return model


def settings_of(variant):
    """The settings that `create(variant, ...)` takes, as {name: default}."""
    return _settings(_recipes[variant])


def _settings(function):
    """A recipe's own settings, and those of what it `extends`; of a class, all but the parts that recipes put in."""
    parts = {"generator", "discriminator", "prior"} if inspect.isclass(function) else {"data_shape"}
    parameters = inspect.signature(function).parameters.values()
    own = {parameter.name: parameter.default for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD}
    hands_on = len(own) < len(parameters) and function is not GAN
    rest = _settings(getattr(function, "base", GAN)) if hands_on else {}
    return {name: default for name, default in (rest | own).items() if name not in parts}


def extends(base):
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


def _sgd(learning_rate, divisor):
    """pylearn2's SGD: `learning_rate` divided at each update, down to 1e-6; momentum .5 to .7 in 250 * 500 updates."""
    momentum = keras.optimizers.schedules.PolynomialDecay(0.5, decay_steps=250 * 500, end_learning_rate=0.7)
    return ScheduledMomentumSGD(DecayToFloor(learning_rate, math.log(divisor), 1e-6), momentum)


@register
def gan(
    data_shape, latent_dim=100, units=1200, maxout_units=240, pieces=5, dropout=(0.2, 0.5), learning_rate=0.1, **game
):
    """Goodfellow et al. (2014), equation (1): the saturating minimax game, in the MNIST settings of its code.

    Args:
        latent_dim: how many latents, uniform with unit variance.
        units: width of G's two ReLU layers.
        maxout_units, pieces: width of D's two maxout layers, and how many linear maps each unit takes the maximum of.
        dropout: shares of D's inputs and of its hidden units that are dropped in training.
        learning_rate: of G's SGD; divided by 1.000004 at each update, down to 1e-6. Momentum goes from .5
            to .7 over 250 epochs of 500 updates.

    That code halves D's loss; here it is D's learning rate that is half of G's, which is the same. Departures: G's
    output bias starts at 0, not at the data's mean; the players move in turns (Algorithm 1), where that code moves both
    at once. The paper's Table 1, a Parzen window's log-likelihood on MNIST: 225 +- 2.
    """
    generator = mlp.generator(latent_dim, data_shape, units=(units, units), scale=0.05)
    discriminator = mlp.discriminator(data_shape, (maxout_units, maxout_units), pieces, dropout, scale=0.005)
    model = GAN(generator, discriminator, priors.Uniform(latent_dim, -math.sqrt(3), math.sqrt(3)), **game)

    model.compile(_sgd(learning_rate, divisor=1.000004), _sgd(learning_rate / 2, divisor=1.000004))
    return model


@register
@extends(gan)
def nsgan(data_shape, objective="non_saturating", **settings):
    """`gan` with the generator's loss -log D(G(z)), which that paper's section 3 advises and its code trains with."""
    return gan(data_shape, objective=objective, **settings)


@register
def dcgan(
    data_shape, latent_dim=100, width=None, prior="uniform", objective="non_saturating", synchronized=False, **game
):
    """Radford et al. (2015): convolutional networks with batch norm, Adam at 2e-4 with beta_1 = .5.

    Args:
        latent_dim: how many latents, uniform in [-1, 1], or normal with `prior="normal"`.
        width: channels next to the image, doubled at each halving of its sides; by default twice a side's nearest power
            of two, from 32 to the paper's 128 at 64x64, where G goes 1024-512-256-128.
        synchronized: batch norm over the examples of all replicas, so that any number of them trains alike.
    """
    settings = {"width": width or _width(data_shape), "synchronized": synchronized}
    networks = (
        dcgan_networks.generator(latent_dim, data_shape, **settings),
        dcgan_networks.discriminator(data_shape, **settings),
    )
    model = GAN(*networks, _prior(prior, latent_dim), objective, **game)
    model.compile(*(_adam() for _ in range(2)))
    return model


@register
@extends(ConditionalGAN)
def cgan(data_shape, num_classes=None, latent_dim=100, dropout=0.5, learning_rate=0.1, **game):
    """Mirza & Osindero (2014): `gan`'s equation given the label, with the paper's MNIST networks.

    Args:
        num_classes: of the labels that come with the data.
        latent_dim: how many latents, uniform in [0, 1].
        dropout: share of the hidden units of both players that is dropped in training.
        learning_rate: of G's SGD; divided by 1.00004 at each update, down to 1e-6, momentum as in `gan`.

    Its Table 1, a Parzen window's log-likelihood on MNIST: 132 +- 1.8. D's learning rate is half of G's, as in `gan`.
    Departures: the paper leaves the initial weights open, these are Keras's; G minimises -log D(G(z, y), y), as in
    `nsgan`.
    """
    num_classes = check_classes(num_classes)
    generator = conditional.mlp_generator(latent_dim, num_classes, data_shape, dropout=dropout)
    discriminator = conditional.mlp_discriminator(num_classes, data_shape, dropout=dropout)
    game = {"objective": "non_saturating"} | game
    model = ConditionalGAN(generator, discriminator, priors.Uniform(latent_dim, 0, 1), num_classes, **game)
    model.compile(_sgd(learning_rate, divisor=1.00004), _sgd(learning_rate / 2, divisor=1.00004))
    return model


@register
@extends(ConditionalGAN)
def cdcgan(
    data_shape,
    num_classes=None,
    latent_dim=100,
    width=None,
    prior="uniform",
    objective="non_saturating",
    synchronized=False,
    **game,
):
    """The game of `cgan` with the networks and settings of `dcgan`, which take the label beside their input."""
    num_classes = check_classes(num_classes)
    settings = {"width": width or _width(data_shape), "synchronized": synchronized}
    generator = conditional.dcgan_generator(latent_dim, num_classes, data_shape, **settings)
    discriminator = conditional.dcgan_discriminator(num_classes, data_shape, **settings)
    model = ConditionalGAN(
        generator, discriminator, _prior(prior, latent_dim), num_classes, objective=objective, **game
    )
    model.compile(*(_adam() for _ in range(2)))
    return model


def _width(data_shape):
    return min(128, max(32, 2 * 2 ** round(math.log2(min(data_shape[:2])))))


def _adam():
    return keras.optimizers.Adam(2e-4, beta_1=0.5)


_PRIORS = Registry("prior")
_PRIORS.register(priors.Uniform, "uniform")
_PRIORS.register(priors.Normal, "normal")


def _prior(name, latent_dim):
    return _PRIORS[name](latent_dim)
