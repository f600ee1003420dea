"""Games whose discriminator classifies, from few labels: Odena (2016), Salimans et al. (2016), Springenberg (2016)."""

import functools
import typing

from ganzoo import priors
from ganzoo.games.catgan import CatGAN
from ganzoo.games.class_labels import check_num_classes
from ganzoo.games.semi_supervised import SemiSupervisedGAN
from ganzoo.networks import dcgan as dcgan_networks
from ganzoo.networks import improved
from ganzoo.training.optimizers import AdamWithEpsilonUnderRoot
from ganzoo.zoo.assembly import assemble, default_width, get_prior
from ganzoo.zoo.authors_optimizers import LearningRate, adam, compiled
from ganzoo.zoo.variants import extends, register


@register
@extends(SemiSupervisedGAN, assemble)
def sgan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 100,
    width: int | None = None,
    prior: str = "uniform",
    objective: str = "minimax",
    noise: float = 0.5,
    learning_rate: "LearningRate" = 1e-3,
    discriminator_learning_rate: "LearningRate | None" = None,
    synchronized: bool = False,
    discriminator_ema: float | None = 0.9999,
    **game: typing.Any,
) -> SemiSupervisedGAN:
    """Odena (2016): the discriminator of `dcgan` as a classifier of the classes and of fakes, for images.

    Args:
        num_classes: the number of classes of the labels that come with some of the data; -1 means no label.
        objective: "minimax", since G maximises D's loss in the paper.
        noise: the standard deviation of the Gaussian noise on D's images, in [-1, 1], and on the inputs of its later
            layers.
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule. The paper chooses one for each number of
            labels by random search.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        discriminator_ema: the momentum of the averages of D's parameters, which are used for evaluation; see `GAN`.
        **game: the other settings of `SemiSupervisedGAN` and of `GAN`; see below.

    The paper's Table 1 has the accuracy on MNIST with 1000, 100, 50 and 25 labels: .964, .928, .883, .802. Departures
    that few labels require: D has a further layer, layer norm instead of batch norm, the noise, and parameters that are
    averaged for evaluation.
    """
    num_classes = check_num_classes(num_classes, game.get("class_names"))
    width = default_width(data_shape, width)
    generator = dcgan_networks.generator(latent_dim, data_shape, width, synchronized)
    classifier = dcgan_networks.classifier(data_shape, num_classes, width, noise)
    game["discriminator_ema"] = discriminator_ema
    model = SemiSupervisedGAN(generator, classifier, get_prior(prior, latent_dim), num_classes, objective, **game)
    return compiled(model, adam, learning_rate, discriminator_learning_rate)


@register
@extends(SemiSupervisedGAN)
def improved_gan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 100,
    units: tuple[int, ...] = (500, 500),
    discriminator_units: tuple[int, ...] = (1000, 500, 250, 250, 250),
    noise: tuple[float, float] = (0.3, 0.5),
    learning_rate: "LearningRate" = 0.003,
    discriminator_learning_rate: "LearningRate | None" = None,
    synchronized: bool = False,
    supervised: float = 2.0,
    feature_matching: float | None = None,
    cross_entropy: float = 0.0,
    discriminator_ema: float | None = 0.9999,
    **game: typing.Any,
) -> SemiSupervisedGAN:
    """Salimans et al. (2016), section 5.1: the game of `sgan`, but G's loss is feature matching alone, for MNIST.

    Args:
        num_classes: the number of classes of the labels that come with some of the data; -1 means no label.
        latent_dim: the number of latents, uniform in [0, 1].
        units, discriminator_units: the widths of G's softplus layers and of D's ReLU layers; D's last layer provides
            the features.
        noise: the standard deviations of the Gaussian noise on D's data, with images in [0, 1], and on the inputs of
            its later layers.
        learning_rate: of G's Adam, with beta_1 = .5, whose epsilon of 1e-8 is under the root as in the paper's code; a
            number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        synchronized: whether G's batch norm is over the examples of all replicas.
        feature_matching: the weight of that term; None for 1 / number of features, which makes its sum a mean.
        discriminator_ema: the momentum of the averages of D's parameters, over some 10,000 steps, which are used for
            evaluation; see `GAN`.
        **game: the other settings of `SemiSupervisedGAN` and of `GAN`; see below.

    The paper's Table 1 has the errors among 10,000 images of MNIST with 100 labels, after 300 epochs of batches of 100:
    93 +- 6.5. Its code halves L_unsup and takes the mean over the features, not the sum, to which the weights here
    correspond. Departures: a batch's labelled examples are among its real ones, not a batch of their own; D's scales
    start from constants, as `ganzoo.networks.improved` explains, not from 500 images; D's averages forget their first
    values sooner.
    """
    num_classes = check_num_classes(num_classes, game.get("class_names"))
    generator = improved.generator(latent_dim, data_shape, units, synchronized)
    discriminator = improved.discriminator(data_shape, num_classes, discriminator_units, noise)
    if feature_matching is None:
        feature_matching = 1 / discriminator_units[-1]
    game |= {"supervised": supervised, "feature_matching": feature_matching, "cross_entropy": cross_entropy}
    game["discriminator_ema"] = discriminator_ema
    model = SemiSupervisedGAN(generator, discriminator, priors.Uniform(latent_dim, 0, 1), num_classes, **game)
    make = functools.partial(AdamWithEpsilonUnderRoot, beta_1=0.5, epsilon=1e-8)
    return compiled(model, make, learning_rate, discriminator_learning_rate)


@register
@extends(CatGAN, improved_gan)
def catgan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 100,
    units: tuple[int, ...] = (500, 500),
    discriminator_units: tuple[int, ...] = (1000, 500, 250, 250, 250),
    noise: tuple[float, float] = (0.3, 0.5),
    learning_rate: "LearningRate" = 1e-3,
    discriminator_learning_rate: "LearningRate | None" = None,
    synchronized: bool = False,
    discriminator_ema: float | None = 0.9999,
    **game: typing.Any,
) -> CatGAN:
    """Springenberg (2016): a classifier that is certain about real examples and uncertain about fakes.

    Args:
        num_classes: the number of classes of the labels that come with some of the data, or, without labels, the number
            of clusters to find.
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **game: the other settings of `CatGAN`, of `SemiSupervisedGAN` and of `GAN`; see below.

    The paper reports for MNIST, with fully connected networks, an error of 1.91 % +- .10 with 100 labels, and of 9.7 %
    at best with 20 clusters and no labels. Departures: the networks are those of `improved_gan`, with its noise, which
    the paper's D has too; D's parameters are averaged for evaluation.
    """
    num_classes = check_num_classes(num_classes, game.get("class_names"))
    generator = improved.generator(latent_dim, data_shape, units, synchronized)
    discriminator = improved.discriminator(data_shape, num_classes, discriminator_units, noise)
    game["discriminator_ema"] = discriminator_ema
    model = CatGAN(generator, discriminator, priors.Uniform(latent_dim, 0, 1), num_classes, **game)
    return compiled(model, adam, learning_rate, discriminator_learning_rate)
