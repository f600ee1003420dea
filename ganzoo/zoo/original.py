"""The first papers' games, Goodfellow et al. (2014), Mirza & Osindero (2014): fully connected, maxout, dropout, SGD."""

import functools
import math
import typing

import keras

from ganzoo import priors
from ganzoo.games.class_labels import check_num_classes
from ganzoo.games.conditional import ConditionalGAN
from ganzoo.games.gan import GAN
from ganzoo.networks import label_inputs, mlp
from ganzoo.training.optimizers import DecayToFloor, ScaledSchedule, ScheduledMomentumSGD
from ganzoo.zoo import authors_optimizers
from ganzoo.zoo.authors_optimizers import LearningRate
from ganzoo.zoo.variants import extends, register

Schedule = keras.optimizers.schedules.LearningRateSchedule


@register
def gan(
    data_shape: tuple[int, ...],
    latent_dim: int = 100,
    units: int = 1200,
    maxout_units: int = 240,
    pieces: int = 5,
    dropout: tuple[float, float] = (0.2, 0.5),
    learning_rate: "LearningRate" = 0.1,
    discriminator_learning_rate: "LearningRate | None" = None,
    adam: "LearningRate | None" = None,
    **game: typing.Any,
) -> GAN:
    """Goodfellow et al. (2014), equation (1): the saturating minimax game with the settings of its code for MNIST.

    Args:
        latent_dim: the number of latents, uniform with unit variance.
        units: the width of G's two ReLU layers.
        maxout_units, pieces: the width of D's two maxout layers, and the number of linear maps of which each unit takes
            the maximum.
        dropout: the rates of dropout on D's inputs and on its hidden units.
        learning_rate: of G's SGD. A number is divided by 1.000004 at each update, down to 1e-6; a schedule is used as
            it is. The momentum increases from .5 to .7 over 250 epochs of 500 updates.
        discriminator_learning_rate: of D's SGD; None for half of G's, which is equivalent to the halved loss of D in
            the paper's code.
        adam: a learning rate, for instance 2e-4, with which both players use Adam with beta_1 = .5 instead; D's has the
            `discriminator_learning_rate` if there is one. On MNIST the game needs it: with SGD D wins within an epoch
            (within 60 at a hundredth of the rate), and then G's gradient vanishes. Adam's steps depend little on the
            size of a gradient, so G keeps learning, and reaches 231 in the measure below. (`nsgan` does not need Adam.)
        **game: the settings of `GAN`; see below.

    Departures: G's output bias starts at 0, not at the data's mean; the players move in turns (Algorithm 1), while the
    code moves both at once, as `simultaneous=True` does; the momentum increases at each update, not at each epoch. The
    paper's Table 1 has the log-likelihood of a Parzen window on MNIST: 225 +- 2.
    """
    generator = mlp.generator(latent_dim, data_shape, units=(units, units), scale=0.05)
    discriminator = mlp.discriminator(data_shape, (maxout_units, maxout_units), pieces, dropout, scale=0.005)
    model = GAN(generator, discriminator, priors.Uniform(latent_dim, -math.sqrt(3), math.sqrt(3)), **game)

    if adam is not None:
        return authors_optimizers.compiled(model, authors_optimizers.adam, adam, discriminator_learning_rate)
    return _compiled_with_sgd(model, 1.000004, learning_rate, discriminator_learning_rate)


@register
@extends(gan)
def nsgan(data_shape: tuple[int, ...], objective: str = "non_saturating", **settings: typing.Any) -> GAN:
    """Goodfellow et al. (2014) with G's loss -log D(G(z)), which section 3 recommends and the paper's code uses.

    Args:
        objective: "non_saturating" makes the variant what it is.
        **settings: the other settings of `gan`; see below.
    """
    return gan(data_shape, objective=objective, **settings)


@register
@extends(ConditionalGAN)
def cgan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 100,
    dropout: float = 0.5,
    objective: str = "non_saturating",
    learning_rate: "LearningRate" = 0.1,
    discriminator_learning_rate: "LearningRate | None" = None,
    **game: typing.Any,
) -> ConditionalGAN:
    """Mirza & Osindero (2014): both players are given the label; the networks are the paper's for MNIST.

    Args:
        num_classes: the number of classes of the labels that come with the data.
        latent_dim: the number of latents, uniform in [0, 1].
        dropout: the rate of dropout on the hidden units of both players.
        objective: "non_saturating", as in `nsgan`, or another name of `ganzoo.objectives`.
        learning_rate: of G's SGD. A number is divided by 1.00004 at each update, down to 1e-6; a schedule is used as it
            is. The momentum is that of `gan`.
        discriminator_learning_rate: of D's SGD; None for half of G's, as in `gan`.
        **game: the other settings of `GAN`; see below.

    The paper's Table 1 has the log-likelihood of a Parzen window on MNIST: 132 +- 1.8. The paper does not specify the
    initial weights. Here D's are as small as in `gan`, since otherwise D wins at once on MNIST; those of the label's
    layer and of G are Keras's defaults. Departure: G minimises -log D(G(z, y), y), as in `nsgan`.
    """
    num_classes = check_num_classes(num_classes, game.get("class_names"))
    generator = label_inputs.mlp_generator(latent_dim, num_classes, data_shape, dropout=dropout)
    discriminator = label_inputs.mlp_discriminator(num_classes, data_shape, dropout=dropout, scale=0.005)
    prior = priors.Uniform(latent_dim, 0, 1)
    model = ConditionalGAN(generator, discriminator, prior, num_classes, objective=objective, **game)
    return _compiled_with_sgd(model, 1.00004, learning_rate, discriminator_learning_rate)


def _compiled_with_sgd(model, divisor, learning_rate, discriminator_learning_rate):
    if discriminator_learning_rate is None:
        half = isinstance(learning_rate, Schedule) and ScaledSchedule(learning_rate, 0.5)
        discriminator_learning_rate = half or learning_rate / 2
    make = functools.partial(_sgd, divisor=divisor)
    return authors_optimizers.compiled(model, make, learning_rate, discriminator_learning_rate)


def _sgd(learning_rate, divisor):
    """Returns the SGD of pylearn2, whose learning rate is divided at each update and whose momentum increases."""
    if not isinstance(learning_rate, Schedule):
        learning_rate = DecayToFloor(learning_rate, math.log(divisor), 1e-6)
    momentum = keras.optimizers.schedules.PolynomialDecay(0.5, decay_steps=250 * 500, end_learning_rate=0.7)
    return ScheduledMomentumSGD(learning_rate, momentum)
