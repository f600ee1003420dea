"""Games with another loss. The networks and the optimizers are those of `dcgan`."""

import typing

from ganzoo.games.gan import GAN
from ganzoo.games.ragan import RelativisticGAN
from ganzoo.losses.divergences import DIVERGENCES
from ganzoo.registry import nearest
from ganzoo.zoo.assembly import assemble
from ganzoo.zoo.authors_optimizers import LearningRate, adam, compiled
from ganzoo.zoo.convolutional import dcgan
from ganzoo.zoo.variants import extends, register


@register
@extends(dcgan)
def lsgan(data_shape: tuple[int, ...], objective: str = "least_squares", **settings: typing.Any) -> GAN:
    """Mao et al. (2017): least squares between scores and targets, with a = 0 and b = c = 1.

    D's targets are 1 for real examples and 0 for fakes; G's target for fakes is 1.

    Args:
        objective: "least_squares" makes the variant what it is.
        **settings: the other settings of `dcgan`; see below.

    Departures: the networks and the optimizers are those of `dcgan`.
    """
    return dcgan(data_shape, objective=objective, **settings)


@register
@extends(dcgan)
def hinge(data_shape: tuple[int, ...], objective: str = "hinge", **settings: typing.Any) -> GAN:
    """Lim & Ye (2017), geometric GAN: scores beyond +-1 earn D nothing, and G maximises the scores of its fakes.

    Args:
        objective: "hinge" makes the variant what it is.
        **settings: the other settings of `dcgan`; see below.

    Departures: the networks and the optimizers are those of `dcgan`.
    """
    return dcgan(data_shape, objective=objective, **settings)


@register
@extends(dcgan)
def fgan(
    data_shape: tuple[int, ...], divergence: str = "kl", objective: str | None = None, **settings: typing.Any
) -> GAN:
    """Nowozin et al. (2016), Algorithm 1: a game over a lower bound of an f-divergence of p_data and p_g.

    Args:
        divergence: kl, reverse_kl, pearson, neyman, squared_hellinger, jensen_shannon, gan or total_variation; see
            `ganzoo.divergences`.
        objective: a name of `ganzoo.objectives`, which takes precedence over `divergence`; None for the divergence's.
        **settings: the other settings of `dcgan`; see below.

    Raises ValueError for an unknown divergence. Departure: the paper trains fully connected networks on MNIST, with
    batch norm in G alone.
    """
    if divergence not in DIVERGENCES:
        raise ValueError(nearest("divergence", divergence, DIVERGENCES))
    return dcgan(data_shape, objective=objective or f"fgan_{divergence}", **settings)


@register
@extends(assemble)
def ragan(
    data_shape: tuple[int, ...],
    objective: str = "minimax",
    latent_dim: int = 128,
    prior: str = "normal",
    learning_rate: "LearningRate" = 2e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    **settings: typing.Any,
) -> RelativisticGAN:
    """Jolicoeur-Martineau (2018), RaSGAN: D estimates whether an example is more real than the average fake is.

    Likewise, it estimates for a fake whether it is more real than the average real example is.

    Args:
        objective: "minimax" for RaSGAN, "least_squares" for RaLSGAN. Her RaLSGAN has the targets 1 and -1 where this
            has 1 and 0. It is the same game with her scores halved, and her losses, but for a constant, divided by 4.
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **settings: the other settings of the networks, and those of `GAN`; see below.

    Departure: the networks are those of `dcgan`, where hers on CIFAR-10 are those of Miyato et al. (2018).
    """
    settings |= {"latent_dim": latent_dim, "prior": prior}
    model = assemble(RelativisticGAN, data_shape, objective=objective, **settings)
    return compiled(model, adam, learning_rate, discriminator_learning_rate)
