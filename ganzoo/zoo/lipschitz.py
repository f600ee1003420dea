"""Games whose discriminator must not be steep. The networks are those of `dcgan`, but for what is said."""

import keras

from ganzoo.games.gan import GAN
from ganzoo.losses import penalties as of
from ganzoo.losses.constraints import Clip, constrain
from ganzoo.zoo.assembly import adam, deep
from ganzoo.zoo.variants import extends, register


@register
@extends(deep)
def wgan(data_shape, objective="wasserstein", clip=0.01, discriminator_steps=5, learning_rate=5e-5, **settings):
    """Arjovsky et al. (2017): a critic with every parameter in [-clip, clip], 5 steps for each of G's, RMSprop at 5e-5.

    A batch is split among the critic's steps: 320 gives it the paper's 64. Departure: no longer critic phases at the
    start and every 500 steps.
    """
    model = deep(GAN, data_shape, objective=objective, discriminator_steps=discriminator_steps, **settings)
    constrain(model.discriminator, Clip(clip))
    model.compile(*(keras.optimizers.RMSprop(learning_rate) for _ in range(2)))
    return model


@register
@extends(deep)
def wgan_gp(
    data_shape,
    objective="wasserstein",
    weight=10.0,
    penalties=(),
    normalization="layer",
    discriminator_steps=5,
    learning_rate=1e-4,
    **settings,
):
    """Gulrajani et al. (2017), Algorithm 1: weight * (|grad| - 1)^2 between data and samples, Adam (1e-4, 0, .9).

    The critic has layer norm, as batch norm would make its slope at one example depend on the others. A batch is split
    among the critic's steps: 320 gives it the paper's 64.
    """
    settings |= {"normalization": normalization, "discriminator_steps": discriminator_steps}
    model = deep(GAN, data_shape, objective=objective, penalties=(of.GradientPenalty(weight), *penalties), **settings)
    model.compile(*(adam(learning_rate, 0.0, 0.9) for _ in range(2)))
    return model


@register
@extends(deep)
def dragan(
    data_shape,
    objective="non_saturating",
    weight=10.0,
    penalties=(),
    normalization="layer",
    learning_rate=2e-4,
    **settings,
):
    """Kodali et al. (2017): weight * (|grad| - 1)^2 round the data alone, Adam at 2e-4 with beta_1 = .5.

    Departure: layer norm in D.
    """
    model = deep(
        GAN,
        data_shape,
        objective=objective,
        penalties=(of.DRAGAN(weight), *penalties),
        normalization=normalization,
        **settings,
    )
    model.compile(adam(learning_rate), adam(learning_rate))
    return model


@register
@extends(deep)
def r1(
    data_shape,
    objective="non_saturating",
    weight=10.0,
    penalties=(),
    normalization=None,
    learning_rate=1e-4,
    generator_ema=0.999,
    **settings,
):
    """Mescheder et al. (2018): weight / 2 * |grad|^2 at the data, RMSprop at 1e-4, samples of averaged weights.

    Departure: DCGAN's networks, without normalisation in D, where that paper trains ResNets.
    """
    model = deep(
        GAN,
        data_shape,
        objective=objective,
        penalties=(of.R1(weight), *penalties),
        normalization=normalization,
        generator_ema=generator_ema,
        **settings,
    )
    model.compile(*(keras.optimizers.RMSprop(learning_rate, rho=0.99) for _ in range(2)))
    return model


@register
@extends(deep)
def sngan(data_shape, objective="hinge", normalization="spectral", learning_rate=2e-4, **settings):
    """Miyato et al. (2018): each of D's kernels divided by its largest singular value, hinge loss.

    Adam at 2e-4 with beta_1 = .5 and one step of D, setting C of their Table 1. Departure: DCGAN's D.
    """
    model = deep(GAN, data_shape, objective=objective, normalization=normalization, **settings)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model
