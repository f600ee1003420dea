"""Games that bound the slope of the discriminator. Unless noted, the networks are those of `dcgan`."""

import functools
import typing

from ganzoo.games.gan import GAN
from ganzoo.losses import penalties as penalty_functions
from ganzoo.losses.constraints import Clip, constrain
from ganzoo.zoo.assembly import assemble
from ganzoo.zoo.authors_optimizers import LearningRate, adam, compiled, rmsprop
from ganzoo.zoo.variants import extends, register


@register
@extends(assemble)
def wgan(
    data_shape: tuple[int, ...],
    objective: str = "wasserstein",
    prior: str = "normal",
    clip: float = 0.01,
    discriminator_steps: int = 5,
    learning_rate: "LearningRate" = 5e-5,
    discriminator_learning_rate: "LearningRate | None" = None,
    **settings: typing.Any,
) -> GAN:
    """Arjovsky et al. (2017): a critic whose weights are clipped, trained with RMSprop.

    Args:
        clip: every parameter of the critic is clipped to [-clip, clip].
        discriminator_steps: the critic's steps for each step of G. They share a batch: one of 320 gives each the
            paper's 64 examples.
        learning_rate: of G's RMSprop, which moves as PyTorch's does, with rho = .99; a number or a schedule.
        discriminator_learning_rate: of D's RMSprop; None for the same as G's.
        **settings: the other settings of the networks, and those of `GAN`; see below.

    Departures: the code's longer critic phases, of 100 steps at the first 25 steps of G and at every 500th, are left
    out; its convolutions are 4 x 4, and the last one makes the scores. On MNIST at a width of 16 the critic learns
    faster with a batch norm whose epsilon is 1e-3 than with the authors' 1e-5 (experiments/results/compare-mnist).
    """
    settings |= {"prior": prior, "discriminator_steps": discriminator_steps}
    model = assemble(GAN, data_shape, objective=objective, **settings)
    constrain(model.discriminator, Clip(clip))
    return compiled(model, rmsprop, learning_rate, discriminator_learning_rate)


@register
@extends(assemble)
def wgan_gp(
    data_shape: tuple[int, ...],
    objective: str = "wasserstein",
    weight: float = 10.0,
    penalties=(),
    normalization: str | None = "layer",
    latent_dim: int = 128,
    prior: str = "normal",
    discriminator_steps: int = 5,
    learning_rate: "LearningRate" = 1e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    **settings: typing.Any,
) -> GAN:
    """Gulrajani et al. (2017), Algorithm 1: a penalty on the critic's gradient between data and samples.

    Args:
        weight: of the penalty, weight * (|grad| - 1)^2.
        penalties: further penalties of D, besides this one; see `ganzoo.penalties`.
        normalization: of D's layers, as in `dcgan`. It is layer norm, because batch norm would make the critic's slope
            at one example depend on the others.
        discriminator_steps: the critic's steps for each step of G. They share a batch: one of 320 gives each the
            paper's 64 examples.
        learning_rate: of G's Adam, with beta_1 = 0 and beta_2 = .9; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **settings: the other settings of the networks, and those of `GAN`; see below.

    Departure: the networks are those of `dcgan`; the paper has several others, among them those of
    `architecture="resnet"`, which its code trains with a rate of 2e-4 that falls linearly to 0. Its code for MNIST has
    beta_1 = .5, and no normalisation.
    """
    settings |= {"normalization": normalization, "discriminator_steps": discriminator_steps}
    settings |= {"latent_dim": latent_dim, "prior": prior}
    settings["penalties"] = _with_penalty(penalty_functions.GradientPenalty(weight), penalties)
    model = assemble(GAN, data_shape, objective=objective, **settings)
    make = functools.partial(adam, beta_1=0.0, beta_2=0.9)
    return compiled(model, make, learning_rate, discriminator_learning_rate)


@register
@extends(assemble)
def dragan(
    data_shape: tuple[int, ...],
    objective: str = "non_saturating",
    weight: float = 10.0,
    penalties=(),
    normalization: str | None = "layer",
    learning_rate: "LearningRate" = 1e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    **settings: typing.Any,
) -> GAN:
    """Kodali et al. (2017): a penalty on the discriminator's gradient around the data alone.

    Args:
        weight: of the penalty, weight * (|grad| - 1)^2.
        penalties: further penalties of D, besides this one; see `ganzoo.penalties`.
        learning_rate: of G's Adam, with beta_1 = .5 and beta_2 = .9; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **settings: the other settings of the networks, and those of `GAN`; see below.

    Departures: D has layer norm, for the reason that `wgan_gp` gives; the authors' code for MNIST has two dense layers.
    """
    settings |= {"normalization": normalization}
    settings["penalties"] = _with_penalty(penalty_functions.DRAGAN(weight), penalties)
    model = assemble(GAN, data_shape, objective=objective, **settings)
    return compiled(model, functools.partial(adam, beta_2=0.9), learning_rate, discriminator_learning_rate)


@register
@extends(assemble)
def r1(
    data_shape: tuple[int, ...],
    objective: str = "non_saturating",
    weight: float = 20.0,
    penalties=(),
    normalization: str | None = None,
    latent_dim: int = 256,
    prior: str = "normal",
    learning_rate: "LearningRate" = 1e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    generator_ema: float | None = 0.999,
    **settings: typing.Any,
) -> GAN:
    """Mescheder et al. (2018): a penalty on the discriminator's gradient at the data, trained with RMSprop.

    Args:
        weight: of the penalty, weight / 2 * |grad|^2. The paper's text has this formula with a weight of 10; the
            authors' code adds 10 |grad|^2, which is a weight of 20 here.
        penalties: further penalties of D, besides this one; see `ganzoo.penalties`.
        learning_rate: of G's RMSprop, which moves as PyTorch's does, with rho = .99; a number or a schedule.
        discriminator_learning_rate: of D's RMSprop; None for the same as G's.
        generator_ema: the momentum of the averages of G's parameters, with which samples are made; see `GAN`.
        **settings: the other settings of the networks, and those of `GAN`; see below.

    Departures: the networks are those of `dcgan`, without normalisation in D, where the paper trains ResNets. The
    averages forget G's first parameters soon, with a momentum of (1 + t) / (10 + t) after t updates until it is
    `generator_ema`; in the authors' code it is .999 from the start.
    """
    settings |= {"normalization": normalization, "generator_ema": generator_ema}
    settings |= {"latent_dim": latent_dim, "prior": prior}
    settings["penalties"] = _with_penalty(penalty_functions.R1(weight), penalties)
    model = assemble(GAN, data_shape, objective=objective, **settings)
    return compiled(model, rmsprop, learning_rate, discriminator_learning_rate)


@register
@extends(assemble)
def sngan(
    data_shape: tuple[int, ...],
    objective: str = "hinge",
    normalization: str | None = "spectral",
    latent_dim: int = 128,
    prior: str = "normal",
    learning_rate: "LearningRate" = 2e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    **settings: typing.Any,
) -> GAN:
    """Miyato et al. (2018): each kernel of D is divided by its largest singular value.

    Args:
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule. With one step of D this is setting C of
            the paper's Table 1.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **settings: the other settings of the networks, and those of `GAN`; see below.

    Departure: the networks are those of `dcgan`; the paper's D has 3 x 3 and 4 x 4 convolutions in turn.
    """
    settings |= {"normalization": normalization, "latent_dim": latent_dim, "prior": prior}
    model = assemble(GAN, data_shape, objective=objective, **settings)
    return compiled(model, adam, learning_rate, discriminator_learning_rate)


def _with_penalty(penalty, others):
    """Returns the variant's own penalty and further ones, which may be a single one or several."""
    return penalty, *penalty_functions.check(others)
