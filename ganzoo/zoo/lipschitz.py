"""Games that bound the slope of the discriminator. Unless noted, the networks are those of `dcgan`."""

import typing

import keras

from ganzoo.games.gan import GAN
from ganzoo.losses import penalties as penalty_functions
from ganzoo.losses.constraints import Clip, constrain
from ganzoo.zoo.assembly import adam, assemble
from ganzoo.zoo.variants import extends, register


@register
@extends(assemble)
def wgan(
    data_shape: tuple[int, ...],
    objective: str = "wasserstein",
    clip: float = 0.01,
    discriminator_steps: int = 5,
    learning_rate: float = 5e-5,
    **settings: typing.Any,
) -> GAN:
    """Arjovsky et al. (2017): a critic whose weights are clipped, trained with RMSprop.

    Args:
        objective: as in `dcgan`.
        clip: every parameter of the critic is clipped to [-clip, clip].
        discriminator_steps: the critic's steps for each step of G. They share a batch: one of 320 gives each the
            paper's 64 examples.
        learning_rate: of both RMSprops.
        **settings: the other settings of `dcgan`.

    Departure: the paper's longer critic phases, at the start and every 500 steps, are left out.
    """
    model = assemble(GAN, data_shape, objective=objective, discriminator_steps=discriminator_steps, **settings)
    constrain(model.discriminator, Clip(clip))
    model.compile(*(keras.optimizers.RMSprop(learning_rate) for _ in range(2)))
    return model


@register
@extends(assemble)
def wgan_gp(
    data_shape: tuple[int, ...],
    objective: str = "wasserstein",
    weight: float = 10.0,
    penalties=(),
    normalization: str | None = "layer",
    discriminator_steps: int = 5,
    learning_rate: float = 1e-4,
    **settings: typing.Any,
) -> GAN:
    """Gulrajani et al. (2017), Algorithm 1: a penalty on the critic's gradient between data and samples.

    Args:
        objective: as in `dcgan`.
        weight: of the penalty, weight * (|grad| - 1)^2.
        penalties: further ones, see `GAN`.
        normalization: as in `dcgan`. It is layer norm, because batch norm would make the critic's slope at one example
            depend on the others.
        discriminator_steps: the critic's steps for each step of G. They share a batch: one of 320 gives each the
            paper's 64 examples.
        learning_rate: of both Adams, with beta_1 = 0 and beta_2 = .9.
        **settings: the other settings of `dcgan`.
    """
    settings |= {"normalization": normalization, "discriminator_steps": discriminator_steps}
    settings["penalties"] = _with_penalty(penalty_functions.GradientPenalty(weight), penalties)
    model = assemble(GAN, data_shape, objective=objective, **settings)
    model.compile(*(adam(learning_rate, 0.0, 0.9) for _ in range(2)))
    return model


@register
@extends(assemble)
def dragan(
    data_shape: tuple[int, ...],
    objective: str = "non_saturating",
    weight: float = 10.0,
    penalties=(),
    normalization: str | None = "layer",
    learning_rate: float = 2e-4,
    **settings: typing.Any,
) -> GAN:
    """Kodali et al. (2017): a penalty on the discriminator's gradient around the data alone.

    Args:
        objective: as in `dcgan`.
        weight: of the penalty, weight * (|grad| - 1)^2.
        penalties: further ones, see `GAN`.
        normalization: as in `dcgan`.
        learning_rate: of both Adams, with beta_1 = .5.
        **settings: the other settings of `dcgan`.

    Departure: D has layer norm.
    """
    settings |= {"normalization": normalization}
    settings["penalties"] = _with_penalty(penalty_functions.DRAGAN(weight), penalties)
    model = assemble(GAN, data_shape, objective=objective, **settings)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model


@register
@extends(assemble)
def r1(
    data_shape: tuple[int, ...],
    objective: str = "non_saturating",
    weight: float = 10.0,
    penalties=(),
    normalization: str | None = None,
    learning_rate: float = 1e-4,
    generator_ema: float | None = 0.999,
    **settings: typing.Any,
) -> GAN:
    """Mescheder et al. (2018): a penalty on the discriminator's gradient at the data, trained with RMSprop.

    Args:
        objective: as in `dcgan`.
        weight: of the penalty, weight / 2 * |grad|^2.
        penalties: further ones, see `GAN`.
        normalization: as in `dcgan`.
        learning_rate: of both RMSprops, with rho = .99.
        generator_ema: the momentum of the averages of G's parameters, with which samples are made; see `GAN`.
        **settings: the other settings of `dcgan`.

    Departure: the networks are those of `dcgan`, without normalisation in D, where the paper trains ResNets.
    """
    settings |= {"normalization": normalization, "generator_ema": generator_ema}
    settings["penalties"] = _with_penalty(penalty_functions.R1(weight), penalties)
    model = assemble(GAN, data_shape, objective=objective, **settings)
    model.compile(*(keras.optimizers.RMSprop(learning_rate, rho=0.99) for _ in range(2)))
    return model


@register
@extends(assemble)
def sngan(
    data_shape: tuple[int, ...],
    objective: str = "hinge",
    normalization: str | None = "spectral",
    learning_rate: float = 2e-4,
    **settings: typing.Any,
) -> GAN:
    """Miyato et al. (2018): each kernel of D is divided by its largest singular value.

    Args:
        objective: as in `dcgan`.
        normalization: as in `dcgan`.
        learning_rate: of both Adams, with beta_1 = .5; with one step of D this is setting C of the paper's Table 1.
        **settings: the other settings of `dcgan`.

    Departure: D is that of `dcgan`.
    """
    model = assemble(GAN, data_shape, objective=objective, normalization=normalization, **settings)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model


def _with_penalty(penalty, others):
    """Returns the variant's own penalty and further ones, which may be a single one or several."""
    return penalty, *penalty_functions.check(others)
