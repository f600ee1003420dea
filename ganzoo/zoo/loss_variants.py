"""The game with another loss. The networks are those of `dcgan`, as is the optimizer, where nothing else is said."""

from ganzoo.games.ragan import RelativisticGAN
from ganzoo.losses.divergences import DIVERGENCES
from ganzoo.registry import nearest
from ganzoo.zoo.assembly import adam, deep
from ganzoo.zoo.convolutional import dcgan
from ganzoo.zoo.variants import extends, register


@register
@extends(dcgan)
def lsgan(data_shape, objective="least_squares", **settings):
    """Mao et al. (2017): squared distance of the scores from 1 for real and 0 for fake; G from 1 (a = 0, b = c = 1)."""
    return dcgan(data_shape, objective=objective, **settings)


@register
@extends(dcgan)
def hinge(data_shape, objective="hinge", **settings):
    """Lim & Ye (2017), geometric GAN: D's scores stop to matter beyond a margin of 1; G maximises its own."""
    return dcgan(data_shape, objective=objective, **settings)


@register
@extends(dcgan)
def fgan(data_shape, divergence="kl", **settings):
    """Nowozin et al. (2016): the lower bound of an f-divergence of p_data and p_g, Algorithm 1.

    Args:
        divergence: kl, reverse_kl, pearson, neyman, squared_hellinger, jensen_shannon, gan or total_variation.

    Departure: that paper trains fully connected networks on MNIST, with batch norm in G alone.
    """
    if divergence not in DIVERGENCES:
        raise ValueError(nearest("divergence", divergence, DIVERGENCES))
    return dcgan(data_shape, **{"objective": f"fgan_{divergence}"} | settings)


@register
@extends(deep)
def ragan(data_shape, objective="minimax", learning_rate=2e-4, **settings):
    """Jolicoeur-Martineau (2018), RaSGAN: is a real example more real than fakes are on average, and the other way?

    With `objective="least_squares"` it is her RaLSGAN. Adam at 2e-4 with beta_1 = .5.
    """
    model = deep(RelativisticGAN, data_shape, objective=objective, **settings)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model
