"""Odena (2016), Salimans et al. (2016), Springenberg (2016): a discriminator that tells classes, from few labels."""

import keras

from ganzoo import priors
from ganzoo.games.catgan import CatGAN
from ganzoo.games.class_labels import check_classes
from ganzoo.games.semi_supervised import SemiSupervisedGAN
from ganzoo.networks import dcgan as dcgan_networks
from ganzoo.networks import improved
from ganzoo.zoo.assembly import adam, prior_named, width_for
from ganzoo.zoo.variants import extends, register


@register
@extends(SemiSupervisedGAN)
def sgan(
    data_shape,
    num_classes=None,
    latent_dim=100,
    width=None,
    prior="uniform",
    objective="minimax",
    noise=0.5,
    learning_rate=1e-3,
    synchronized=False,
    **game,
):
    """Odena (2016): the discriminator of `dcgan` as a classifier of the classes and of fakes.

    Args:
        num_classes: of the labels that come with some of the data; -1 is no label.
        latent_dim, width, prior, synchronized: as in `dcgan`.
        objective: G maximises D's loss in that paper, hence "minimax".
        noise: standard deviation of the Gaussian noise on D's images, in [-1, 1], and before each of its later layers.
        learning_rate: of both Adams, beta_1 = .5; that paper chooses one for each number of labels by random search.

    Its Table 1, accuracy on MNIST with 1000, 100, 50 and 25 labels: .964, .928, .883, .802. Departures, which few
    labels need: D has a layer more, layer norm instead of batch norm, the noise, and averaged parameters for tests.
    """
    num_classes, width = check_classes(num_classes), width or width_for(data_shape)
    generator = dcgan_networks.generator(latent_dim, data_shape, width, synchronized)
    classifier = dcgan_networks.classifier(data_shape, num_classes, width, noise)
    game = {"discriminator_ema": 0.9999} | game
    model = SemiSupervisedGAN(generator, classifier, prior_named(prior, latent_dim), num_classes, objective, **game)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model


@register
@extends(SemiSupervisedGAN)
def improved_gan(
    data_shape,
    num_classes=None,
    latent_dim=100,
    units=(500, 500),
    discriminator_units=(1000, 500, 250, 250, 250),
    noise=(0.3, 0.5),
    learning_rate=0.003,
    synchronized=False,
    **game,
):
    """Salimans et al. (2016), section 5.1: `sgan`'s game with feature matching alone for G, in its MNIST settings.

    Args:
        num_classes: of the labels that come with some of the data; -1 is no label.
        latent_dim: how many latents, uniform in [0, 1].
        units, discriminator_units: widths of G's softplus and of D's ReLU layers, the last of which are the features.
        noise: standard deviation of the Gaussian noise on D's data in [0, 1], and before each of its later layers.
        learning_rate: of both Adams, beta_1 = .5. D's parameters are averaged over some 10,000 steps for tests.
        synchronized: as in `dcgan`.

    Its Table 1, errors in 10,000 on MNIST with 100 labels after 300 epochs of batches of 100: 93 +- 6.5. That code
    halves L_unsup and takes the mean over features, not the sum, which the weights here say; its Adam has its epsilon
    of 1e-8 under the root. Departure: a batch's labelled examples are among its real ones, not a batch of their own.
    """
    num_classes = check_classes(num_classes)
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
    data_shape,
    num_classes=None,
    latent_dim=100,
    units=(500, 500),
    discriminator_units=(1000, 500, 250, 250, 250),
    noise=(0.3, 0.5),
    learning_rate=1e-3,
    synchronized=False,
    **game,
):
    """Springenberg (2016): a classifier that is sure of real examples and unsure of fakes, with few labels or none.

    Args:
        num_classes: of the labels that come with some of the data, or how many clusters to find without labels.
        latent_dim, units, discriminator_units, noise, synchronized: as in `improved_gan`.
        learning_rate: of both Adams, beta_1 = .5. D's parameters are averaged for tests.

    On MNIST, errors with 100 labels: 1.91 % +- .10, with fully connected networks; of 20 clusters without labels, at
    best 9.7 %. Departure: the networks of `improved_gan`, with its noise, which that paper's D has too.
    """
    num_classes = check_classes(num_classes)
    generator = improved.generator(latent_dim, data_shape, units, synchronized)
    discriminator = improved.discriminator(data_shape, num_classes, discriminator_units, noise)
    game = {"discriminator_ema": 0.9999} | game
    model = CatGAN(generator, discriminator, priors.Uniform(latent_dim, 0, 1), num_classes, **game)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model
