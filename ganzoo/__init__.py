"""ganzoo: generative adversarial nets for TensorFlow and Keras 3.

A GAN here is a Keras model of two networks that play the game of Goodfellow et al. (2014). A variant is chosen by name,
and comes built and compiled with its paper's settings:

>>> import ganzoo
>>> gan = ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=0)

It trains on batches of real images in [-1, 1], and logs both losses, D(x) and D(G(z)):

>>> from ganzoo import data
>>> history = gan.fit(data.load("digits", batch_size=100), epochs=1, verbose=0)
>>> sorted(history.history)[:3]
['discriminator_adversarial', 'discriminator_loss', 'fake_score']

Then it makes new ones:

>>> gan.sample(4, seed=7).shape
(4, 8, 8, 1)

`gan.save("digits.keras")` keeps the networks, both optimizers and the step: after `ganzoo.load("digits.keras")` a `fit`
goes on as if it had not stopped. The seed names all random numbers of a run.

Where to look next:

    ganzoo.names(), ganzoo.zoo     the variants, and the settings of each
    ganzoo.GAN                     the game: what a variant of your own may answer differently
    ganzoo.data                    data sets by name, folders, arrays
    ganzoo.callbacks               pictures, curves, checkpoints, metrics, health
    ganzoo.metrics                 numbers of samples, each named by its protocol
    ganzoo.latent                  interpolation, inversion, inpainting, compressed sensing
    ganzoo.objectives, penalties, divergences, priors, networks, strategies
                                   what variants are made of
"""

from ganzoo import divergences, objectives, penalties, priors, zoo
from ganzoo.models.gan import GAN, Round
from ganzoo.recipes import create, names, register
from ganzoo.saving import load

__version__ = "0.1.0"
__all__ = [
    "GAN",
    "Round",
    "create",
    "divergences",
    "load",
    "names",
    "objectives",
    "penalties",
    "priors",
    "register",
    "zoo",
]
