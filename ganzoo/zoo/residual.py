"""Games with the residual networks of BigGAN and its forerunners, which know the label if there are classes.

In G the label determines the gains and biases of batch norm; in D its embedding is projected on the features. Without
classes the same networks play the game of `GAN`. All of D's kernels have spectral normalization.
"""

import functools
import typing

import keras

from ganzoo.arguments import check_number
from ganzoo.games.conditional import ConditionalGAN
from ganzoo.games.gan import GAN
from ganzoo.losses.regularizers import OrthogonalRegularizer
from ganzoo.networks import biggan as networks
from ganzoo.networks.input_transforms import with_input_transforms
from ganzoo.networks.sides import base_and_doublings
from ganzoo.zoo.assembly import assemble, get_prior, with_optional_classes
from ganzoo.zoo.authors_optimizers import LearningRate, adam, compiled
from ganzoo.zoo.variants import classes_are_optional, extends, register


@register
@classes_are_optional
@extends(ConditionalGAN, assemble)
def projection(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 128,
    width: int | None = None,
    prior: str = "normal",
    augment: str | keras.layers.Layer = "",
    objective: str = "hinge",
    discriminator_steps: int = 5,
    synchronized: bool = False,
    learning_rate: "LearningRate" = 2e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    **game: typing.Any,
) -> GAN:
    """Miyato & Koyama (2018): D's score is l(h) + e_y . h, of an image's features h and its label's embedding e_y.

    Args:
        data_shape: (H, W, C) of images with sides of 8 to 1024, which a base of 4 to 7 reaches by doubling.
        num_classes: the number of classes of the labels that come with the data. Without this and `class_names`, the
            data have no labels.
        width: from 64 pixels on G has 16, 8, 4, 2 and 1 times as many channels, from the base to the image, and D has
            them in reverse; below, G has 4 times as many in all layers, and D twice as many. The default is 64, as in
            the paper, and less in proportion below 32 pixels.
        objective: "hinge", or another name of `ganzoo.objectives`.
        discriminator_steps: D's steps for each step of G. They share a batch: one of 320 gives each 64 examples.
        learning_rate: of G's Adam, with beta_1 = 0 and beta_2 = .9; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **game: the other settings of `ConditionalGAN` and of `GAN`; see below.

    With these networks, batches of 64 and a rate that falls linearly to 0 over 100,000 steps, mimicry reports an
    inception score of 8.25 and a Frechet inception distance of 10.84 on CIFAR-10, where the paper has 17.5. Departures:
    kernels start orthogonal, not uniform; the rate falls only if it is a schedule.
    """
    width = networks.default_width(data_shape, 64) if width is None else width
    of_both = {"width": width, "synchronized": synchronized, "attention": None}
    of_generator = {"hierarchical": False, "shared_embedding": None, "spectral": False}
    game |= {"objective": objective, "discriminator_steps": discriminator_steps}
    model = _assemble(data_shape, num_classes, get_prior(prior, latent_dim), of_both, of_generator, augment, game)
    make = functools.partial(adam, beta_1=0.0, beta_2=0.9)
    return compiled(model, make, learning_rate, discriminator_learning_rate)


@register
@classes_are_optional
@extends(ConditionalGAN, projection, assemble)
def sagan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 128,
    width: int | None = None,
    attention: int | None = 64,
    prior: str = "normal",
    augment: str | keras.layers.Layer = "",
    objective: str = "hinge",
    synchronized: bool = False,
    learning_rate: "LearningRate" = 1e-4,
    discriminator_learning_rate: "LearningRate | None" = 4e-4,
    **game: typing.Any,
) -> GAN:
    """Zhang et al. (2019): both players have self-attention, so that distant parts of an image can agree.

    G has spectral normalization too, but for the gains and biases of its batch norm, and D a larger learning rate.

    Args:
        attention: self-attention is at the largest resolution below the image's whose smaller side is at most this, or
            at the nearest that exists; None leaves it out.
        learning_rate: of G's Adam, with beta_1 = 0 and beta_2 = .9; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **game: the other settings of `ConditionalGAN` and of `GAN`; see below.

    The paper reports a Frechet inception distance of 18.65 on ImageNet at 128 x 128, with batches of 256. On CIFAR-10
    StudioGAN, which trains with the rates and steps of `biggan`, reports 10.35, and an inception score of 8.64.
    Departure: kernels start orthogonal, not uniform.
    """
    width = networks.default_width(data_shape, 64) if width is None else width
    of_both = {"width": width, "synchronized": synchronized, "attention": attention}
    of_generator = {"hierarchical": False, "shared_embedding": None}
    game |= {"objective": objective}
    model = _assemble(data_shape, num_classes, get_prior(prior, latent_dim), of_both, of_generator, augment, game)
    make = functools.partial(adam, beta_1=0.0, beta_2=0.9)
    return compiled(model, make, learning_rate, discriminator_learning_rate)


@register
@classes_are_optional
@extends(ConditionalGAN, sagan, projection, assemble)
def biggan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int | None = None,
    width: int | None = None,
    attention: int | None = 64,
    shared_embedding: int = 128,
    orthogonal: float = 0.0,
    prior: str = "normal",
    augment: str | keras.layers.Layer = "",
    objective: str = "hinge",
    discriminator_steps: int = 5,
    synchronized: bool = False,
    learning_rate: "LearningRate" = 2e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    generator_ema: float | None = 0.9999,
    **game: typing.Any,
) -> GAN:
    """Brock et al. (2019): `sagan` made wider, with latents and a shared embedding of the label at each block of G.

    The settings are those with which StudioGAN trains it on CIFAR-10.

    Args:
        latent_dim: the number of latents, which G's first layer and its blocks share out among them. The default is 20
            for each of these: 80 at 32 x 32.
        width: as in `projection`, but the default is 96.
        shared_embedding: the dimension of the embedding of the label; None for the one-hot label itself.
        orthogonal: the strength of the orthogonal regularization of G's kernels. It is 1e-4 in the paper, on ImageNet,
            and 0 on CIFAR-10.
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        generator_ema: the momentum of the averages of G's parameters, with which samples are made; see `GAN`.
        **game: the other settings of `ConditionalGAN` and of `GAN`; see below.

    On CIFAR-10, with batches of 64, mirrored images and 100,000 steps of G, StudioGAN reports an inception score of
    9.96 and a Frechet inception distance of 4.16. Departures: samples use the moving averages of batch norm, unless
    they are truncated; the averages of G's parameters start at once, with a momentum that rises as `r1` describes,
    not after 1,000 steps; the epsilons are 1e-5 in batch norm and 1e-8 in Adam, where StudioGAN has 1e-4 and 1e-6.
    """
    if latent_dim is None:
        latent_dim = 20 * (1 + base_and_doublings(data_shape)[1])
    strength = check_number("orthogonal", orthogonal)
    of_both = {"width": width, "synchronized": synchronized, "attention": attention}
    of_generator = {"shared_embedding": shared_embedding}
    of_generator["kernel_regularizer"] = OrthogonalRegularizer(strength) if strength else None
    game |= {"objective": objective, "discriminator_steps": discriminator_steps, "generator_ema": generator_ema}
    model = _assemble(data_shape, num_classes, get_prior(prior, latent_dim), of_both, of_generator, augment, game)
    return compiled(model, adam, learning_rate, discriminator_learning_rate)


def _assemble(data_shape, num_classes, prior, of_both, of_generator, augment, game):
    def build(classes):
        generator = networks.generator(prior.dim, data_shape, num_classes=classes, **of_both, **of_generator)
        judge = functools.partial(networks.discriminator, num_classes=classes, **of_both)
        return generator, with_input_transforms(judge, data_shape, augment=augment)

    return with_optional_classes(build, prior, num_classes, game)
