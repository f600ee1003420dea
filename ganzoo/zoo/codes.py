"""Games whose discriminator predicts what the generator was given: a label, or codes."""

import typing

import keras

from ganzoo import priors
from ganzoo.arguments import check_count
from ganzoo.games.acgan import ACGAN
from ganzoo.games.class_labels import check_num_classes
from ganzoo.games.infogan import InfoGAN
from ganzoo.networks import heads, label_inputs
from ganzoo.zoo.assembly import assemble, build_networks, get_prior
from ganzoo.zoo.authors_optimizers import LearningRate, adam, compiled
from ganzoo.zoo.variants import extends, register


@register
@extends(ACGAN, assemble)
def acgan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 100,
    width: int | None = None,
    prior: str = "uniform",
    normalization: str | None = "batch",
    synchronized: bool = False,
    augment: str | keras.layers.Layer = "",
    learning_rate: "LearningRate" = 2e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    **game: typing.Any,
) -> ACGAN:
    """Odena et al. (2017): G is given the label, and D predicts it from the image.

    Args:
        num_classes: the number of classes of the labels that come with the data.
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **game: the other settings of `ACGAN` and of `GAN`; see below.

    Departure: the networks are those of `dcgan`, with a second head of D for the classes; the paper's D is deeper and
    has dropout.
    """
    num_classes = check_num_classes(num_classes, game.get("class_names"))
    latent_dim = check_count("latent_dim", latent_dim)
    networks = {"width": width, "normalization": normalization, "synchronized": synchronized, "augment": augment}
    head = heads.scores_and_logits(num_classes)
    generator, discriminator = build_networks(latent_dim + num_classes, data_shape, **networks, head=head)
    generator = label_inputs.with_label_input(generator, num_classes)
    model = ACGAN(generator, discriminator, get_prior(prior, latent_dim), num_classes, **game)
    return compiled(model, adam, learning_rate, discriminator_learning_rate)


@register
@extends(InfoGAN, assemble)
def infogan(
    data_shape: tuple[int, ...],
    noise_dim: int = 62,
    categories: tuple[int, ...] = (10,),
    codes: int = 2,
    width: int | None = None,
    prior: str = "uniform",
    normalization: str | None = "batch",
    synchronized: bool = False,
    augment: str | keras.layers.Layer = "",
    continuous: float = 1.0,
    learning_rate: "LearningRate" = 1e-3,
    discriminator_learning_rate: "LearningRate | None" = 2e-4,
    learning_rates: "tuple[LearningRate, LearningRate] | None" = None,
    **game: typing.Any,
) -> InfoGAN:
    """Chen et al. (2016): D also predicts the codes among G's latents; the settings are the paper's for MNIST.

    Args:
        noise_dim: the number of latents that are noise.
        categories: the number of values of each categorical code.
        codes: the number of continuous codes, uniform in [-1, 1].
        prior: of the noise: "uniform" in [-1, 1] or "normal".
        continuous: the weight of the loss of the continuous codes, as in the authors' code for MNIST.
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        learning_rates: the former name of these two, (learning_rate, discriminator_learning_rate); if it is given, it
            takes precedence over them.
        **game: the other settings of `InfoGAN` and of `GAN`; see below.

    The paper reports that on MNIST the code of 10 categories classifies digits with an error of 5 %. Departure: the
    networks are those of `dcgan`; the head that predicts the codes has the paper's layer of 128, without batch norm.
    """
    latents = priors.Codes(get_prior(prior, noise_dim), categories, codes)
    networks = {"width": width, "normalization": normalization, "synchronized": synchronized, "augment": augment}
    head = heads.scores_and_codes(latents.dim - noise_dim)
    networks = build_networks(latents.dim, data_shape, **networks, head=head)
    model = InfoGAN(*networks, latents, continuous=continuous, **game)
    return compiled(model, adam, *(learning_rates or (learning_rate, discriminator_learning_rate)))
