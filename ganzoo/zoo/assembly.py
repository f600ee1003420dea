"""What most recipes share: networks that suit the shape of the data, and priors by name."""

import functools
import math
import typing

import keras

from ganzoo import priors
from ganzoo.arguments import check_count
from ganzoo.games.class_labels import check_num_classes
from ganzoo.games.conditional import ConditionalGAN
from ganzoo.games.gan import GAN
from ganzoo.networks import biggan, dcgan, heads, input_transforms, mlp, r3gan, resnet, stylegan2
from ganzoo.registry import nearest
from ganzoo.zoo.variants import extends

NORMALIZATIONS = ("batch", "layer", "spectral", None)
ARCHITECTURES = {"dcgan": dcgan, "biggan": biggan, "resnet": resnet, "r3gan": r3gan, "stylegan2": stylegan2}


@extends()
def assemble(
    game_class: type[GAN],
    data_shape: tuple[int, ...],
    /,
    latent_dim: int = 100,
    width: int | None = None,
    depth: int = 2,
    prior: str = "uniform",
    architecture: str = "dcgan",
    normalization: str | None = "batch",
    synchronized: bool = False,
    packing: int = 1,
    augment: str | keras.layers.Layer = "",
    **game: typing.Any,
) -> GAN:
    """Builds a game, not yet compiled, with convolutional networks for images or fully connected ones for vectors.

    Args:
        game_class: `GAN`, or a subclass with the same arguments.
        data_shape: (H, W, C) of images, or (D,) of vectors.
        latent_dim: the number of latents.
        width: for images, the channels of the layer next to the image, which double each time the sides are halved. The
            default depends on the image's smaller side: twice the nearest power of two, but at least 32 and at most
            128, the paper's width at 64 x 64, where G has 1024-512-256-128 channels. For vectors, the units of the
            hidden layers, 128 by default.
        depth: for vectors, the number of hidden layers, with ReLU in G and leaky ReLU in D.
        prior: "uniform" in [-1, 1] or "normal".
        architecture: for images, "dcgan"; "resnet" for the small residual networks of Gulrajani et al. (2017), which
            have a width of 128 in all layers in that paper; or the networks of "biggan", "r3gan" or "stylegan2", whose
            recipes say what the width means there.
        normalization: of D's layers: "batch", "layer", "spectral" or None. For vectors "batch" and "layer" have no
            effect.
        synchronized: whether batch norm is over the examples of all replicas, so that training does not depend on their
            number.
        packing: the number of examples that D judges at once, as in Lin et al. (2018).
        augment: the augmentation of all of D's images in training. As in Zhao et al. (2020), "color", "translation" and
            "cutout", or several of them separated by commas. Or "ada" for that of Karras et al. (2020b), which adapts
            its probability to D's overfitting, and "ada:0.3" for a probability of .3. Or a layer, such as
            `ganzoo.networks.augmentation.StochasticAugment` with other groups of transforms.
        **game: arguments of `game_class`.

    Raises:
        ValueError: for an unknown prior, architecture, normalization or augmentation, with the nearest known name; for
            images with sides outside 8 to 128, or 8 to 256 with residual networks.
    """
    transforms = {"packing": packing, "augment": augment}
    networks = build_networks(
        latent_dim, data_shape, width, depth, architecture, normalization, synchronized, **transforms
    )
    return game_class(*networks, get_prior(prior, latent_dim), **game)


def build_networks(
    input_dim: int,
    data_shape: tuple[int, ...],
    width: int | None = None,
    depth: int = 2,
    architecture: str = "dcgan",
    normalization: str | None = "batch",
    synchronized: bool = False,
    packing: int = 1,
    augment: str | keras.layers.Layer = "",
    head: heads.Head = heads.scores,
) -> tuple[keras.Model, keras.Model]:
    """Builds a generator of inputs (N, input_dim) and a discriminator with this `head`.

    The other arguments are those of `assemble`.
    """
    width = default_width(data_shape, width)
    generator = build_generator(input_dim, data_shape, width, synchronized, depth, architecture)
    discriminator = build_discriminator(
        data_shape, width, depth, architecture, normalization, synchronized, packing, augment, head
    )
    return generator, discriminator


def build_discriminator(
    data_shape: tuple[int, ...],
    width: int,
    depth: int = 2,
    architecture: str = "dcgan",
    normalization: str | None = "batch",
    synchronized: bool = False,
    packing: int = 1,
    augment: str | keras.layers.Layer = "",
    head: heads.Head = heads.scores,
) -> keras.Model:
    """Builds a discriminator of data (N, *data_shape) with this `head`; the other arguments are those of `assemble`."""
    if normalization not in NORMALIZATIONS:
        raise ValueError(nearest("normalization", normalization, map(str, NORMALIZATIONS)))
    if len(data_shape) == 1:
        layers = {"units": (width,) * check_count("depth", depth, least=0), "spectral": normalization == "spectral"}
        build = functools.partial(mlp.leaky_discriminator, **layers, head=head)
    else:
        layers = {"width": width, "synchronized": synchronized, "normalization": normalization}
        build = functools.partial(_builders(architecture).discriminator, **layers, head=head)
    return input_transforms.with_input_transforms(build, data_shape, packing, augment)


def build_generator(
    input_dim: int,
    data_shape: tuple[int, ...],
    width: int,
    synchronized: bool = False,
    depth: int = 2,
    architecture: str = "dcgan",
) -> keras.Model:
    """Builds a generator of inputs (N, input_dim): of this architecture for images, fully connected for vectors."""
    if len(data_shape) == 1:
        return mlp.generator(input_dim, data_shape, (width,) * check_count("depth", depth, least=0))
    return _builders(architecture).generator(input_dim, data_shape, width, synchronized)


def _builders(architecture):
    """Returns the module that builds the networks of an architecture; raises ValueError for an unknown name."""
    if architecture not in ARCHITECTURES:
        raise ValueError(nearest("architecture", architecture, ARCHITECTURES))
    return ARCHITECTURES[architecture]


def default_width(data_shape: tuple[int, ...], width: int | None = None) -> int:
    """Returns the channels of the layer next to the image, or the units of the hidden layers for vectors.

    They are `width`, unless it is None. Raises ValueError if it is not an integer of at least 1.
    """
    if width is not None:
        return check_count("width", width)
    if len(data_shape) == 1:
        return 128
    return min(128, max(32, 2 * 2 ** round(math.log2(min(data_shape[:2])))))


def get_prior(name: str, latent_dim: int) -> priors.Prior:
    """Returns the "uniform" or "normal" prior of latents (N, latent_dim); raises ValueError for another name."""
    return priors.get(name, check_count("latent_dim", latent_dim))


def with_optional_classes(
    build: typing.Callable[[int | None], tuple[keras.Model, keras.Model]],
    prior: priors.Prior,
    num_classes: int | None,
    game: dict[str, typing.Any],
    games: tuple[type[GAN], type[GAN]] = (GAN, ConditionalGAN),
) -> GAN:
    """Builds a game with classes or, if neither their number nor their names are given, without; not yet compiled.

    Args:
        build: a function from the number of classes, or None, to the generator and the discriminator.
        prior: the prior of the latents.
        num_classes: the number of classes, or None.
        game: the other arguments of the game, perhaps with `class_names`.
        games: the class of a game without and with classes.
    """
    class_names = game.pop("class_names", None)
    if num_classes is None and class_names is None:
        return games[0](*build(None), prior, **game)
    num_classes = check_num_classes(num_classes, class_names)
    return games[1](*build(num_classes), prior, num_classes, class_names=class_names, **game)
