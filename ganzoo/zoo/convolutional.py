"""Radford et al. (2015): convolutional networks; and what any game with them can be given beside."""

from ganzoo.games.class_labels import check_classes
from ganzoo.games.conditional import ConditionalGAN
from ganzoo.games.gan import GAN
from ganzoo.networks import label_inputs
from ganzoo.zoo.assembly import adam, deep, prior_named, width_for
from ganzoo.zoo.variants import extends, register


@register
@extends(deep)
def dcgan(data_shape, objective="non_saturating", learning_rate=2e-4, **settings):
    """Radford et al. (2015): convolutional networks with batch norm, Adam at 2e-4 with beta_1 = .5.

    At 64x64 and a width of 128 the networks are the paper's.
    """
    model = deep(GAN, data_shape, objective=objective, **settings)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model


@register
@extends(dcgan)
def pacgan(data_shape, packing=2, **settings):
    """Lin et al. (2018): the discriminator of `dcgan` judges `packing` examples at once, so that it sees a collapse.

    Their Table 1, modes of 25 on the grid: 23.8 (2), 24.6 (3), 24.8 (4), against 17.3 without.
    """
    return dcgan(data_shape, packing=packing, **settings)


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
    settings = {"width": width or width_for(data_shape), "synchronized": synchronized}
    generator = label_inputs.dcgan_generator(latent_dim, num_classes, data_shape, **settings)
    discriminator = label_inputs.dcgan_discriminator(num_classes, data_shape, **settings)
    model = ConditionalGAN(
        generator, discriminator, prior_named(prior, latent_dim), num_classes, objective=objective, **game
    )
    model.compile(adam(), adam())
    return model
