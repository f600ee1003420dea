"""Goodfellow et al. (2014), Mirza & Osindero (2014): fully connected networks, maxout, dropout, SGD."""

import math

import keras

from ganzoo import priors
from ganzoo.games.class_labels import check_classes
from ganzoo.games.conditional import ConditionalGAN
from ganzoo.games.gan import GAN
from ganzoo.networks import label_inputs, mlp
from ganzoo.training.optimizers import DecayToFloor, ScheduledMomentumSGD
from ganzoo.zoo import assembly
from ganzoo.zoo.variants import extends, register


@register
def gan(
    data_shape,
    latent_dim=100,
    units=1200,
    maxout_units=240,
    pieces=5,
    dropout=(0.2, 0.5),
    learning_rate=0.1,
    adam=None,
    **game,
):
    """Goodfellow et al. (2014), equation (1): the saturating minimax game, in the MNIST settings of its code.

    Args:
        latent_dim: how many latents, uniform with unit variance.
        units: width of G's two ReLU layers.
        maxout_units, pieces: width of D's two maxout layers, and how many linear maps each unit takes the maximum of.
        dropout: shares of D's inputs and of its hidden units that are dropped in training.
        learning_rate: of G's SGD; divided by 1.000004 at each update, down to 1e-6. Momentum goes from .5
            to .7 over 250 epochs of 500 updates.
        adam: a learning rate, say 2e-4: both players then take Adam with beta_1 = .5 instead. On MNIST the game needs
            it: with SGD D wins within an epoch, at a hundredth of its rate within 60, and G's gradient is gone. Adam
            moves G by a small one too, to 231. (`nsgan` needs no such thing.)

    That code halves D's loss; here it is D's learning rate that is half of G's, which is the same. Departures: G's
    output bias starts at 0, not at the data's mean; the players move in turns (Algorithm 1), where that code moves both
    at once. The paper's Table 1, a Parzen window's log-likelihood on MNIST: 225 +- 2.
    """
    generator = mlp.generator(latent_dim, data_shape, units=(units, units), scale=0.05)
    discriminator = mlp.discriminator(data_shape, (maxout_units, maxout_units), pieces, dropout, scale=0.005)
    model = GAN(generator, discriminator, priors.Uniform(latent_dim, -math.sqrt(3), math.sqrt(3)), **game)

    if adam:
        model.compile(assembly.adam(adam), assembly.adam(adam))
    else:
        model.compile(*(_sgd(rate, divisor=1.000004) for rate in (learning_rate, learning_rate / 2)))
    return model


@register
@extends(gan)
def nsgan(data_shape, objective="non_saturating", **settings):
    """`gan` with the generator's loss -log D(G(z)), which that paper's section 3 advises and its code trains with."""
    return gan(data_shape, objective=objective, **settings)


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
    generator = label_inputs.mlp_generator(latent_dim, num_classes, data_shape, dropout=dropout)
    discriminator = label_inputs.mlp_discriminator(num_classes, data_shape, dropout=dropout, scale=0.005)
    game = {"objective": "non_saturating"} | game
    model = ConditionalGAN(generator, discriminator, priors.Uniform(latent_dim, 0, 1), num_classes, **game)
    model.compile(_sgd(learning_rate, divisor=1.00004), _sgd(learning_rate / 2, divisor=1.00004))
    return model


def _sgd(learning_rate, divisor):
    """pylearn2's SGD: `learning_rate` divided at each update, down to 1e-6; momentum .5 to .7 in 250 * 500 updates."""
    momentum = keras.optimizers.schedules.PolynomialDecay(0.5, decay_steps=250 * 500, end_learning_rate=0.7)
    return ScheduledMomentumSGD(DecayToFloor(learning_rate, math.log(divisor), 1e-6), momentum)
