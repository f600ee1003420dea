"""ganzoo: generative adversarial networks for TensorFlow and Keras 3.

A GAN here is a Keras model of two networks that play the game of Goodfellow et al. (2014). A variant is chosen by name,
and comes built and compiled with its paper's settings:

>>> import ganzoo
>>> gan = ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=0)

It trains on batches of real images in [-1, 1], and logs both losses, D(x) and D(G(z)):

>>> history = gan.fit(ganzoo.data.load("digits", batch_size=100), epochs=1, verbose=0)
>>> sorted(history.history)[:3]
['discriminator_adversarial', 'discriminator_loss', 'fake_score']

Then it makes new ones:

>>> gan.sample(4, seed=7).shape
(4, 8, 8, 1)

`gan.save("digits.keras")` keeps the networks, the optimizers and the step: after `ganzoo.load("digits.keras")`, `fit`
continues as if it had never stopped. The seed names all random numbers of a run.

`gan.save_to_preset("my_digits")` makes a folder for others, with a model card; `ganzoo.from_preset` loads it, or one of
`ganzoo.presets()`, which come with the package.

Where to look next:

    ganzoo.names(), ganzoo.zoo     the variants, and the settings of each
    ganzoo.Game, ganzoo.Turn       a game of any number of players: what a game of your own overrides
    ganzoo.GAN                     the game of two
    ganzoo.data                    data sets by name, folders, arrays
    ganzoo.callbacks               pictures, curves, checkpoints, metrics, health
    ganzoo.metrics                 measures of samples, each named by its protocol
    ganzoo.latent                  interpolation, inversion, inpainting, compressed sensing
    ganzoo.objectives, penalties, divergences, priors, schedules, networks, strategies
                                   what variants are made of
"""

import importlib
import typing

from ganzoo.version import __version__ as __version__

if typing.TYPE_CHECKING:
    from ganzoo import callbacks, data, images, latent, metrics, networks, priors, schedules, zoo
    from ganzoo.distribution import strategies
    from ganzoo.games.game import Game
    from ganzoo.games.gan import GAN
    from ganzoo.games.round import AdversarialRound, Round
    from ganzoo.games.turn import Turn
    from ganzoo.losses import divergences, objectives, penalties
    from ganzoo.saving import from_preset, load, presets
    from ganzoo.zoo.variants import create, names, register

_PLACES = {
    **{name: name for name in ("callbacks", "data", "images", "latent", "metrics", "networks", "priors", "schedules")},
    **{name: f"losses.{name}" for name in ("divergences", "objectives", "penalties")},
    **{name: "zoo.variants" for name in ("create", "names", "register")},
    **{name: f"games.{name.lower()}" for name in ("GAN", "Game", "Round", "Turn")},
    "AdversarialRound": "games.round",
    **{name: "saving" for name in ("from_preset", "load", "presets")},
    "strategies": "distribution.strategies",
    "zoo": "zoo",
}
"""The module that each public name is or is in, which is imported on first use: TensorFlow takes seconds."""

__all__ = [
    "AdversarialRound",
    "GAN",
    "Game",
    "Round",
    "Turn",
    "callbacks",
    "create",
    "data",
    "divergences",
    "from_preset",
    "images",
    "latent",
    "load",
    "metrics",
    "names",
    "networks",
    "objectives",
    "penalties",
    "presets",
    "priors",
    "register",
    "schedules",
    "strategies",
    "zoo",
]


def __getattr__(name):
    if name not in _PLACES:
        raise AttributeError(f"module 'ganzoo' has no attribute {name!r}")
    importlib.import_module("ganzoo.zoo")  # which registers all classes that a saved model may hold
    module = importlib.import_module(f"ganzoo.{_PLACES[name]}")
    return module if _PLACES[name].split(".")[-1] == name else getattr(module, name)


def __dir__():
    return sorted([*globals(), *__all__])
