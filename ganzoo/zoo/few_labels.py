"""Games whose discriminator classifies, from few labels: Odena (2016), Salimans et al. (2016), Springenberg (2016)."""

import typing

import keras

from ganzoo import priors
from ganzoo.games.catgan import CatGAN
from ganzoo.games.class_labels import check_num_classes
from ganzoo.games.semi_supervised import SemiSupervisedGAN
from ganzoo.networks import dcgan as dcgan_networks
from ganzoo.networks import improved
from ganzoo.zoo.assembly import adam, default_width, get_prior
from ganzoo.zoo.variants import extends, register


@register
@extends(SemiSupervisedGAN)
def sgan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 100,
    width: int | None = None,
    prior: str = "uniform",
    objective: str = "minimax",
    noise: float = 0.5,
    learning_rate: float = 1e-3,
    synchronized: bool = False,
    **game: typing.Any,
) -> SemiSupervisedGAN:
    """Odena (2016): the discriminator of `dcgan` as a classifier of the classes and of fakes, for images.

    Args:
        num_classes: the number of classes of the labels that come with some of the data; -1 means no label.
        latent_dim, width, prior, synchronized: as in `dcgan`.
        objective: "minimax", since G maximises D's loss in the paper.
        noise: the standard deviation of the Gaussian noise on D's images, in [-1, 1], and on the inputs of its later
            layers.
        learning_rate: of both Adams, with beta_1 = .5; the paper chooses one for each number of labels by random
            search.
        **game: the other settings of `SemiSupervisedGAN` (`supervised`, `feature_matching` and `cross_entropy`, the
            weights of its terms, 1, 0 and 1 by default) and of `GAN`.

    The paper's Table 1 has the accuracy on MNIST with 1000, 100, 50 and 25 labels: .964, .928, .883, .802. Departures
    that few labels require: D has a further layer, layer norm instead of batch norm, the noise, and parameters that are
    averaged for evaluation.
    """
    num_classes, width = check_num_classes(num_classes), default_width(data_shape, width)
    generator = dcgan_networks.generator(latent_dim, data_shape, width, synchronized)
    classifier = dcgan_networks.classifier(data_shape, num_classes, width, noise)
    game = {"discriminator_ema": 0.9999} | game
    model = SemiSupervisedGAN(generator, classifier, get_prior(prior, latent_dim), num_classes, objective, **game)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model


@register
@extends(SemiSupervisedGAN)
def improved_gan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 100,
    units: tuple[int, ...] = (500, 500),
    discriminator_units: tuple[int, ...] = (1000, 500, 250, 250, 250),
    noise: tuple[float, float] = (0.3, 0.5),
    learning_rate: float = 0.003,
    synchronized: bool = False,
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
        learning_rate: of both Adams, with beta_1 = .5. For evaluation D's parameters are averaged over some 10,000
            steps.
        synchronized: as in `dcgan`.
        **game: the other settings of `SemiSupervisedGAN` (see `sgan`; here the weights are 2, 1 / number of features
            and 0) and of `GAN`.

    The paper's Table 1 has the errors among 10,000 images of MNIST with 100 labels, after 300 epochs of batches of 100:
    93 +- 6.5. Its code halves L_unsup and takes the mean over the features, not the sum, to which the weights here
    correspond; its Adam has an epsilon of 1e-8 under the root. Departure: a batch's labelled examples are among its
    real ones, not a batch of their own.
    """
    num_classes = check_num_classes(num_classes)
    generator = improved.generator(latent_dim, data_shape, units, synchronized)
    discriminator = improved.discriminator(data_shape, num_classes, discriminator_units, noise)
    game = {"supervised": 2.0, "feature_matching": 1 / discriminator_units[-1], "cross_entropy": 0.0} | game
    game = {"discriminator_ema": 0.9999} | game
    model = SemiSupervisedGAN(generator, discriminator, priors.Uniform(latent_dim, 0, 1), num_classes, **game)
    settings = {"learning_rate": learning_rate, "beta_1": 0.5, "epsilon": 1e-4}
    model.compile(*(keras.optimizers.Adam(**settings) for _ in range(2)))
    return model


@register
@extends(CatGAN)
def catgan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 100,
    units: tuple[int, ...] = (500, 500),
    discriminator_units: tuple[int, ...] = (1000, 500, 250, 250, 250),
    noise: tuple[float, float] = (0.3, 0.5),
    learning_rate: float = 1e-3,
    synchronized: bool = False,
    **game: typing.Any,
) -> CatGAN:
    """Springenberg (2016): a classifier that is certain about real examples and uncertain about fakes.

    Args:
        num_classes: the number of classes of the labels that come with some of the data, or, without labels, the number
            of clusters to find.
        latent_dim, units, discriminator_units, noise, synchronized: as in `improved_gan`.
        learning_rate: of both Adams, with beta_1 = .5. For evaluation D's parameters are averaged.
        **game: the other settings of `CatGAN` (`marginal`, the weight of the marginal entropies, 1 by default), of
            `SemiSupervisedGAN` (see `sgan`) and of `GAN`.

    The paper reports for MNIST, with fully connected networks, an error of 1.91 % +- .10 with 100 labels, and of 9.7 %
    at best with 20 clusters and no labels. Departure: the networks are those of `improved_gan`, with its noise, which
    the paper's D has too.
    """
    num_classes = check_num_classes(num_classes)
    generator = improved.generator(latent_dim, data_shape, units, synchronized)
    discriminator = improved.discriminator(data_shape, num_classes, discriminator_units, noise)
    game = {"discriminator_ema": 0.9999} | game
    model = CatGAN(generator, discriminator, priors.Uniform(latent_dim, 0, 1), num_classes, **game)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model
