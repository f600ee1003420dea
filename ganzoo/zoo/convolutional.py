"""Games with the convolutional networks of Radford et al. (2015)."""

import typing

from ganzoo.games.class_labels import check_num_classes
from ganzoo.games.conditional import ConditionalGAN
from ganzoo.games.gan import GAN
from ganzoo.networks import label_inputs
from ganzoo.zoo.assembly import adam, assemble, default_width, get_prior
from ganzoo.zoo.variants import extends, register


@register
@extends(assemble)
def dcgan(
    data_shape: tuple[int, ...],
    objective: str = "non_saturating",
    learning_rate: float = 2e-4,
    **settings: typing.Any,
) -> GAN:
    """Radford et al. (2015): convolutional networks with batch norm. At 64 x 64 they are the paper's.

    Args:
        objective: a name of `ganzoo.objectives`.
        learning_rate: of both Adams, with beta_1 = .5.
        **settings: the networks' and the prior's settings, `latent_dim`, `width`, `depth`, `prior`, `architecture`,
            `normalization`, `synchronized`, `packing` and `augment`, as `ganzoo.zoo.assembly.assemble` describes them;
            and those of `GAN`.
    """
    model = assemble(GAN, data_shape, objective=objective, **settings)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model


@register
@extends(dcgan)
def pacgan(data_shape: tuple[int, ...], packing: int = 2, **settings: typing.Any) -> GAN:
    """Lin et al. (2018): D judges several examples at once, which makes mode collapse visible to it.

    Args:
        packing: the number of examples in a pack.
        **settings: the other settings of `dcgan`.

    The paper's Table 1 has the modes found of the 25 on a grid: 23.8, 24.6 and 24.8 with packs of 2, 3 and 4, against
    17.3 without.
    """
    return dcgan(data_shape, packing=packing, **settings)


@register
@extends(ConditionalGAN)
def cdcgan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 100,
    width: int | None = None,
    prior: str = "uniform",
    objective: str = "non_saturating",
    synchronized: bool = False,
    learning_rate: float = 2e-4,
    **game: typing.Any,
) -> ConditionalGAN:
    """The game of `cgan` with the networks and settings of `dcgan`: both players get the label as a second input.

    Args:
        num_classes: the number of classes of the labels that come with the data.
        latent_dim, width, prior, objective, synchronized, learning_rate: as in `dcgan`, but for images alone.
        **game: the other settings of `GAN`.
    """
    num_classes = check_num_classes(num_classes)
    settings = {"width": default_width(data_shape, width), "synchronized": synchronized}
    generator = label_inputs.dcgan_generator(latent_dim, num_classes, data_shape, **settings)
    discriminator = label_inputs.dcgan_discriminator(num_classes, data_shape, **settings)
    model = ConditionalGAN(
        generator, discriminator, get_prior(prior, latent_dim), num_classes, objective=objective, **game
    )
    model.compile(adam(learning_rate), adam(learning_rate))
    return model
