"""Every variant by name, with its paper's settings. Read this second.

A recipe is a function from a `data_shape` (and settings with defaults) to a compiled model; its name is the variant's
name. `ganzoo.create` passes GAN's own arguments (`objective`, `discriminator_steps`, `seed`, ...) through `**game`.
"""

import math

import keras

from ganzoo import priors
from ganzoo.models.conditional import ConditionalGAN
from ganzoo.models.gan import GAN
from ganzoo.models.labels import check_classes
from ganzoo.models.semi_supervised import SemiSupervisedGAN
from ganzoo.networks import conditional, improved, mlp
from ganzoo.networks import dcgan as dcgan_networks
from ganzoo.optimizers import DecayToFloor, ScheduledMomentumSGD
from ganzoo.recipes import extends, register
from ganzoo.registry import Registry


def _sgd(learning_rate, divisor):
    """pylearn2's SGD: `learning_rate` divided at each update, down to 1e-6; momentum .5 to .7 in 250 * 500 updates."""
    momentum = keras.optimizers.schedules.PolynomialDecay(0.5, decay_steps=250 * 500, end_learning_rate=0.7)
    return ScheduledMomentumSGD(DecayToFloor(learning_rate, math.log(divisor), 1e-6), momentum)


@register
def gan(
    data_shape, latent_dim=100, units=1200, maxout_units=240, pieces=5, dropout=(0.2, 0.5), learning_rate=0.1, **game
):
    """Goodfellow et al. (2014), equation (1): the saturating minimax game, in the MNIST settings of its code.

    Args:
        latent_dim: how many latents, uniform with unit variance.
        units: width of G's two ReLU layers.
        maxout_units, pieces: width of D's two maxout layers, and how many linear maps each unit takes the maximum of.
        dropout: shares of D's inputs and of its hidden units that are dropped in training.
        learning_rate: of G's SGD; divided by 1.000004 at each update, down to 1e-6. Momentum goes from .5
            to .7 over 250 epochs of 500 updates.

    That code halves D's loss; here it is D's learning rate that is half of G's, which is the same. Departures: G's
    output bias starts at 0, not at the data's mean; the players move in turns (Algorithm 1), where that code moves both
    at once. The paper's Table 1, a Parzen window's log-likelihood on MNIST: 225 +- 2.
    """
    generator = mlp.generator(latent_dim, data_shape, units=(units, units), scale=0.05)
    discriminator = mlp.discriminator(data_shape, (maxout_units, maxout_units), pieces, dropout, scale=0.005)
    model = GAN(generator, discriminator, priors.Uniform(latent_dim, -math.sqrt(3), math.sqrt(3)), **game)

    model.compile(_sgd(learning_rate, divisor=1.000004), _sgd(learning_rate / 2, divisor=1.000004))
    return model


@register
@extends(gan)
def nsgan(data_shape, objective="non_saturating", **settings):
    """`gan` with the generator's loss -log D(G(z)), which that paper's section 3 advises and its code trains with."""
    return gan(data_shape, objective=objective, **settings)


@register
def dcgan(
    data_shape, latent_dim=100, width=None, prior="uniform", objective="non_saturating", synchronized=False, **game
):
    """Radford et al. (2015): convolutional networks with batch norm, Adam at 2e-4 with beta_1 = .5.

    Args:
        latent_dim: how many latents, uniform in [-1, 1], or normal with `prior="normal"`.
        width: channels next to the image, doubled at each halving of its sides; by default twice a side's nearest power
            of two, from 32 to the paper's 128 at 64x64, where G goes 1024-512-256-128.
        synchronized: batch norm over the examples of all replicas, so that any number of them trains alike.
    """
    settings = {"width": width or _width(data_shape), "synchronized": synchronized}
    networks = (
        dcgan_networks.generator(latent_dim, data_shape, **settings),
        dcgan_networks.discriminator(data_shape, **settings),
    )
    model = GAN(*networks, _prior(prior, latent_dim), objective, **game)
    model.compile(*(_adam() for _ in range(2)))
    return model


@register
@extends(ConditionalGAN)
def cgan(data_shape, num_classes=None, latent_dim=100, dropout=0.5, learning_rate=0.1, **game):
    """Mirza & Osindero (2014): `gan`'s equation given the label, with the paper's MNIST networks.

    Args:
        num_classes: of the labels that come with the data.
        latent_dim: how many latents, uniform in [0, 1].
        dropout: share of the hidden units of both players that is dropped in training.
        learning_rate: of G's SGD; divided by 1.00004 at each update, down to 1e-6, momentum as in `gan`.

    Its Table 1, a Parzen window's log-likelihood on MNIST: 132 +- 1.8. D's learning rate is half of G's, as in `gan`.
    The paper leaves the initial weights open: D's are as small as in `gan`, without which D wins at once on MNIST, but
    for the label's; these and G's are Keras's. Departure: G minimises -log D(G(z, y), y), as in `nsgan`.
    """
    num_classes = check_classes(num_classes)
    generator = conditional.mlp_generator(latent_dim, num_classes, data_shape, dropout=dropout)
    discriminator = conditional.mlp_discriminator(num_classes, data_shape, dropout=dropout, scale=0.005)
    game = {"objective": "non_saturating"} | game
    model = ConditionalGAN(generator, discriminator, priors.Uniform(latent_dim, 0, 1), num_classes, **game)
    model.compile(_sgd(learning_rate, divisor=1.00004), _sgd(learning_rate / 2, divisor=1.00004))
    return model


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
    settings = {"width": width or _width(data_shape), "synchronized": synchronized}
    generator = conditional.dcgan_generator(latent_dim, num_classes, data_shape, **settings)
    discriminator = conditional.dcgan_discriminator(num_classes, data_shape, **settings)
    model = ConditionalGAN(
        generator, discriminator, _prior(prior, latent_dim), num_classes, objective=objective, **game
    )
    model.compile(*(_adam() for _ in range(2)))
    return model


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
    num_classes, width = check_classes(num_classes), width or _width(data_shape)
    generator = dcgan_networks.generator(latent_dim, data_shape, width, synchronized)
    classifier = dcgan_networks.classifier(data_shape, num_classes, width, noise)
    game = {"discriminator_ema": 0.9999} | game
    model = SemiSupervisedGAN(generator, classifier, _prior(prior, latent_dim), num_classes, objective, **game)
    model.compile(_adam(learning_rate), _adam(learning_rate))
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


def _width(data_shape):
    return min(128, max(32, 2 * 2 ** round(math.log2(min(data_shape[:2])))))


def _adam(learning_rate=2e-4):
    return keras.optimizers.Adam(learning_rate, beta_1=0.5)


_PRIORS = Registry("prior")
_PRIORS.register(priors.Uniform, "uniform")
_PRIORS.register(priors.Normal, "normal")


def _prior(name, latent_dim):
    return _PRIORS[name](latent_dim)
