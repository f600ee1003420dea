"""Networks that learn from few images, in little time."""

import typing

import keras

from ganzoo.games.fastgan import ConditionalFastGAN, FastGAN
from ganzoo.networks import fastgan as networks
from ganzoo.registry import nearest
from ganzoo.zoo.assembly import NORMALIZATIONS, assemble, get_prior, with_optional_classes
from ganzoo.zoo.authors_optimizers import LearningRate, adam, compiled
from ganzoo.zoo.variants import classes_are_optional, extends, register


@register
@classes_are_optional
@extends(ConditionalFastGAN, assemble)
def fastgan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 256,
    width: int | None = None,
    prior: str = "normal",
    noise: bool = True,
    normalization: str | None = "batch",
    synchronized: bool = False,
    augment: str | keras.layers.Layer = "color,translation",
    learning_rate: "LearningRate" = 2e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    generator_ema: float | None = 0.999,
    **game: typing.Any,
) -> FastGAN | ConditionalFastGAN:
    """Liu et al. (2021), "lightweight GAN": light networks, and a discriminator that learns to rebuild real images.

    Args:
        num_classes: the number of classes of the labels that come with the data. With None, the game is unconditional.
        width: the unit of the channels, 64 by default; both networks have up to 16 times as many.
        noise: whether G's layers add noise in training.
        augment: as in `dcgan`; the default is that of the authors' code.
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        generator_ema: the momentum of the averages of G's parameters, with which samples are made; see `GAN`.
        **game: the other settings of `FastGAN`, and `class_names`; see below.

    The data are images. The authors train with mirrored images and batches of 8, for some hours on one GPU. The paper
    reports a Frechet distance of 41.1 on 100 portraits of Obama, 26.7 on 100 of Grumpy Cat and 10.0 on 100 of pandas,
    at 256 x 256.

    Departures from the authors' code. D's decoders have layer norm, and their error is the mean absolute difference at
    up to three scales; in that code it is the perceptual distance of Zhang et al. (2018), which needs a trained VGG.
    The averages forget G's first parameters soon, as in `r1`. The paper has no labels: with them, G gets an embedding
    of the label beside the latents, and D's score is a projection (Miyato & Koyama 2018). `FastGAN` lists the
    departures of the game, `ganzoo.networks.fastgan` and `fastgan_decoders` those of the networks.
    """
    if normalization not in NORMALIZATIONS:
        raise ValueError(nearest("normalization", normalization, map(str, NORMALIZATIONS)))
    settings = {"width": width, "synchronized": synchronized}

    def build(classes):
        generator = networks.generator(latent_dim, data_shape, num_classes=classes, noise=noise, **settings)
        discriminator = networks.self_supervised_discriminator(
            data_shape, normalization=normalization, num_classes=classes, augment=augment, **settings
        )
        return generator, discriminator

    game |= {"generator_ema": generator_ema}
    prior = get_prior(prior, latent_dim)
    model = with_optional_classes(build, prior, num_classes, game, (FastGAN, ConditionalFastGAN))
    return compiled(model, adam, learning_rate, discriminator_learning_rate)
