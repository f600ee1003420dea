"""Games with the convolutional networks of Radford et al. (2015)."""

import typing

from ganzoo.games.class_labels import check_num_classes
from ganzoo.games.conditional import ConditionalGAN
from ganzoo.games.gan import GAN
from ganzoo.networks import label_inputs
from ganzoo.zoo.assembly import assemble, default_width, get_prior
from ganzoo.zoo.authors_optimizers import LearningRate, adam, compiled
from ganzoo.zoo.variants import extends, register


@register
@extends(assemble)
def dcgan(
    data_shape: tuple[int, ...],
    objective: str = "non_saturating",
    learning_rate: "LearningRate" = 2e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    **settings: typing.Any,
) -> GAN:
    """Radford et al. (2015): convolutional networks with batch norm. At 64 x 64 they are the paper's.

    Args:
        objective: a name of `ganzoo.objectives`.
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **settings: the settings of the networks and of the prior, and those of `GAN`; see below.

    Departures from the paper's code: batch norm's epsilon is 1e-5, the least that fast kernels accept, not 1e-8; there
    is no weight decay, which is 1e-5 there; Keras's padding="same" adds one zero before and two after, not two on every
    side. For vectors, the networks are fully connected.
    """
    model = assemble(GAN, data_shape, objective=objective, **settings)
    return compiled(model, adam, learning_rate, discriminator_learning_rate)


@register
@extends(dcgan)
def pacgan(data_shape: tuple[int, ...], packing: int = 2, **settings: typing.Any) -> GAN:
    """Lin et al. (2018): D judges several examples at once, which makes mode collapse visible to it.

    Args:
        packing: the number of examples in a pack.
        **settings: the other settings of `dcgan`.

    The paper's Table 1 has the modes found of the 25 on a grid: 23.8, 24.6 and 24.8 with packs of 2, 3 and 4, against
    17.3 without. Departures: for that table the paper trains other networks, with batch norm in G (four layers of 400
    units) and maxout in D (three layers of 200 units of 5 pieces), normal latents in the plane, and Adam with a rate of
    1e-4 and beta_1 = .8. For images its networks are those of DCGAN, and it has two steps of G for each of D.
    """
    return dcgan(data_shape, packing=packing, **settings)


@register
@extends(ConditionalGAN, assemble)
def cdcgan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 100,
    width: int | None = None,
    prior: str = "uniform",
    objective: str = "non_saturating",
    synchronized: bool = False,
    learning_rate: "LearningRate" = 2e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    **game: typing.Any,
) -> ConditionalGAN:
    """The game of `cgan` with the networks and settings of `dcgan`: both players get the label as a second input.

    Args:
        num_classes: the number of classes of the labels that come with the data.
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **game: the other settings of `GAN`; see below.

    The data are images. The departures are those of `dcgan`; the label is a part of G's latents, and for D as many
    channels of the image as there are classes.
    """
    num_classes = check_num_classes(num_classes, game.get("class_names"))
    settings = {"width": default_width(data_shape, width), "synchronized": synchronized}
    generator = label_inputs.dcgan_generator(latent_dim, num_classes, data_shape, **settings)
    discriminator = label_inputs.dcgan_discriminator(num_classes, data_shape, **settings)
    model = ConditionalGAN(
        generator, discriminator, get_prior(prior, latent_dim), num_classes, objective=objective, **game
    )
    return compiled(model, adam, learning_rate, discriminator_learning_rate)
