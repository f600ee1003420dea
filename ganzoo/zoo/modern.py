"""Games whose networks, losses and schedules belong together, and win on photographs of 32 to 1024 pixels."""

import functools
import typing

import keras

from ganzoo.arguments import check_number
from ganzoo.games.conditional import ConditionalGAN
from ganzoo.games.gan import GAN
from ganzoo.losses import penalties as penalty_functions
from ganzoo.networks import r3gan as r3gan_networks
from ganzoo.networks import stylegan2 as stylegan2_networks
from ganzoo.networks.augmentation import StochasticAugment
from ganzoo.networks.input_transforms import with_input_transforms
from ganzoo.schedules import Cosine, HalfLife
from ganzoo.training.optimizers import AdamWithScheduledBeta2
from ganzoo.zoo.assembly import assemble, get_prior, with_optional_classes
from ganzoo.zoo.authors_optimizers import LearningRate, adam, compiled
from ganzoo.zoo.variants import classes_are_optional, extends, register


@register
@classes_are_optional
@extends(ConditionalGAN, assemble)
def r3gan(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 64,
    width: int | None = None,
    blocks: int = 2,
    prior: str = "normal",
    augment: str | keras.layers.Layer | None = None,
    objective: str = "relativistic_pairing",
    gamma: float | None = None,
    penalties=("r1", "r2"),
    images: float = 20e6,
    half_life: float | None = None,
    learning_rate: "LearningRate | None" = None,
    discriminator_learning_rate: "LearningRate | None" = None,
    generator_ema=None,
    **game: typing.Any,
) -> GAN:
    """Huang et al. (2024), R3GAN: pairs of real and fake scores, penalties at both, and networks without tricks.

    Args:
        num_classes: the number of classes of the labels that come with the data. Without this and `class_names`, the
            data have no labels.
        width: the channels of the layers next to the image, which double until the sides are less than 64. The default
            is the paper's, 768 at 32 x 32 and 384 at 64 x 64, which needs a GPU.
        blocks: the number of residual blocks at each resolution.
        augment: as in `dcgan`; "" for none. None is the paper's: with a probability that rises from 0 to .55 up to 32
            pixels, and to .3 above, all geometric transforms, half as often those of color, and cutout.
        objective: "relativistic_pairing", or another name of `ganzoo.objectives`.
        gamma: the weight of the `penalties` at first; it falls to a tenth. The default is .05 up to 32 pixels, as in
            the paper for CIFAR-10, and 2 (side / 64)^3 above. For FFHQ the paper has 2 at 64 pixels and 150 at 256,
            where the default is 128.
        penalties: of D, by name; each is multiplied by gamma. Penalties that are not names are left as they are.
        images: the number of real images over which everything is scheduled, by half a cosine: gamma, learning rates,
            beta_2 from .9 to .99, the half-life of the averages from 0 to `half_life`, and the augmentation. Set it to
            the length of the run, if that is shorter.
        half_life: of the averages of G's parameters, in images, at the end. The default is a fortieth of `images`, the
            paper's 500,000 for FFHQ; on CIFAR-10 it has a quarter.
        learning_rate: of G's Adam, with beta_1 = 0; a number or a schedule. The default falls from 2e-4 to 5e-5.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        generator_ema: as in `GAN`; None for the half-life above.
        **game: the other settings of `ConditionalGAN` and of `GAN`; see below.

    With batches of 512 on CIFAR-10 and 256 on FFHQ, and mirrored images, the paper reports Frechet inception distances
    of 1.96 on CIFAR-10 with labels, 1.95 and 2.75 on FFHQ at 64 and 256 pixels; and all 1000 modes of Stacked MNIST.
    Departures: those of `ganzoo.networks.augmentation.StochasticAugment`; both players of a step see the same real
    images. For vectors there are no networks.
    """
    penalties = [penalties] if isinstance(penalties, str) else penalties
    gamma = _default_gamma(data_shape) if gamma is None else check_number("gamma", gamma, "above 0")
    images = check_number("images", images, "above 0")
    schedule = Cosine(gamma, gamma / 10, images)
    game["penalties"] = [_scheduled(one, schedule) if isinstance(one, str) else one for one in penalties]
    if generator_ema is None:
        half_life = images / 40 if half_life is None else check_number("half_life", half_life, "above 0")
        generator_ema = HalfLife(Cosine(0.0, half_life, images), ramp_up=None)
    game |= {"objective": objective, "generator_ema": generator_ema}

    def build(classes):
        settings = {"width": width, "blocks": blocks, "num_classes": classes}
        generator = r3gan_networks.generator(latent_dim, data_shape, **settings)
        judge = functools.partial(r3gan_networks.discriminator, **settings)
        augmentation = _scheduled_augmentation(data_shape, images) if augment is None else augment
        return generator, with_input_transforms(judge, data_shape, augment=augmentation)

    model = with_optional_classes(build, get_prior(prior, latent_dim), num_classes, game)
    rate = Cosine(2e-4, 5e-5, images) if learning_rate is None else learning_rate
    make = functools.partial(_adam, images=images)
    return compiled(model, make, rate, discriminator_learning_rate)


@register
@classes_are_optional
@extends(ConditionalGAN, assemble)
def stylegan2(
    data_shape: tuple[int, ...],
    num_classes: int | None = None,
    latent_dim: int = 512,
    width: int | None = None,
    mapping_layers: int = 2,
    noise: bool = True,
    residual: bool | None = None,
    group_size: int | None = None,
    prior: str = "normal",
    augment: str | keras.layers.Layer = "",
    objective: str = "non_saturating",
    gamma: float | None = None,
    every: int = 16,
    path_length: float | None = None,
    penalties=(),
    generator_penalties=(),
    learning_rate: "LearningRate" = 2.5e-3,
    discriminator_learning_rate: "LearningRate | None" = None,
    generator_ema=None,
    **game: typing.Any,
) -> GAN:
    """Karras et al. (2020), StyleGAN2, with the settings of the paper on ADA: `augment="ada"` switches that on.

    Up to 32 pixels the defaults are that paper's for CIFAR-10, above that they are its "auto".

    Args:
        num_classes: the number of classes of the labels that come with the data. Without this and `class_names`, the
            data have no labels.
        latent_dim: the number of latents, and the size of w.
        width: the channels of the layers next to the image, which double with each halving of the sides, up to 512. The
            default is the paper's, 512 at 32 x 32 and 256 at 64 x 64, which needs a GPU.
        mapping_layers: the depth of the mapping network.
        noise: whether G's layers add noise to each pixel.
        residual: whether D's blocks have skip connections; None for only above 32 pixels.
        group_size: how many examples D compares; None for 32 up to 32 pixels, and 4 above. A batch is a multiple of it.
        gamma: the weight of the penalty R1 of D. None for .01 up to 32 pixels, and .0002 * side^2 / 32 above, which is
            the paper's rule for batches of 32. It is worth a search: try four times as much, and a quarter.
        every: R1 is computed at every so many updates of D.
        path_length: the weight of the regularization of path lengths, at every fourth update of G; 0 leaves it out.
            None for 2 above 64 pixels.
        penalties: further penalties of D, besides R1; see `ganzoo.penalties`.
        generator_penalties: further penalties of G, besides that of path lengths.
        learning_rate: of G's Adam, with beta_1 = 0 and beta_2 = .99; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        generator_ema: as in `GAN`; None for a half-life of 500,000 images up to 32 pixels and 10,000 above, the paper's
            for batches of 32, but at most .05 of the images seen.
        **game: the other settings of `ConditionalGAN` and of `GAN`; see below.

    On CIFAR-10, with batches of 64, mirrored images and 100 million images, the paper reports a Frechet inception
    distance of 2.42 with labels and 2.92 without, both with ADA. Departures: lazy penalties are a part of the usual
    update of every 16th or 4th step instead of updates of their own, so the rates and betas are not corrected for
    these; there is no style mixing, which the paper leaves out for CIFAR-10, too; the learning rate stays 2.5e-3 at
    1024 pixels, where the paper has 2e-3.
    """
    side = min(data_shape[:2])
    small = side <= 32
    gamma = (0.01 if small else 0.0002 * side**2 / 32) if gamma is None else check_number("gamma", gamma, "above 0")
    weight = (0.0 if side <= 64 else 2.0) if path_length is None else check_number("path_length", path_length)
    r1 = penalty_functions.Lazy(penalty_functions.R1(gamma), every)
    lengths = (penalty_functions.Lazy(penalty_functions.PathLength(weight), 4),) if weight else ()
    if generator_ema is None:
        generator_ema = HalfLife(500_000 if small else 10_000, ramp_up=0.05)
    game |= {"objective": objective, "generator_ema": generator_ema}
    game["penalties"] = (r1, *penalty_functions.check(penalties))
    game["generator_penalties"] = (*lengths, *penalty_functions.check(generator_penalties))

    def build(classes):
        of_mapping = {"mapping_layers": mapping_layers, "noise": noise, "num_classes": classes}
        generator = stylegan2_networks.generator(latent_dim, data_shape, width, **of_mapping)
        judge = functools.partial(
            stylegan2_networks.discriminator,
            width=width,
            num_classes=classes,
            residual=not small if residual is None else residual,
            group_size=(32 if small else 4) if group_size is None else group_size,
            mapping_layers=mapping_layers,
        )
        return generator, with_input_transforms(judge, data_shape, augment=augment)

    model = with_optional_classes(build, get_prior(prior, latent_dim), num_classes, game)
    make = functools.partial(adam, beta_1=0.0, beta_2=0.99)
    return compiled(model, make, learning_rate, discriminator_learning_rate)


def _default_gamma(data_shape):
    side = min(data_shape[:2])
    return 0.05 if side <= 32 else 2 * (side / 64) ** 3


def _scheduled_augmentation(data_shape, images):
    probability = Cosine(0.0, 0.55 if min(data_shape[:2]) <= 32 else 0.3, images)
    return StochasticAugment(probability, color=0.5, cutout=1.0)


def _scheduled(name, schedule):
    penalty = penalty_functions.get(name if ":" in name else f"{name}:1")
    return penalty_functions.Scheduled(penalty, schedule)


def _adam(learning_rate, images) -> keras.optimizers.Optimizer:
    return AdamWithScheduledBeta2(learning_rate, Cosine(0.9, 0.99, images), beta_1=0.0, epsilon=1e-8)
