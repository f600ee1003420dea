"""Translation from one domain of images to another: pairs of `ganzoo.data.ImagePairs`."""

import typing

from ganzoo.games.buffers import RealImageBuffer
from ganzoo.games.cyclegan import CycleGAN
from ganzoo.games.pix2pix import Pix2Pix
from ganzoo.networks import translators
from ganzoo.zoo.authors_optimizers import LearningRate, adam, compiled
from ganzoo.zoo.variants import extends, register


@register
@extends(CycleGAN)
def cyclegan(
    data_shape: tuple[int, ...],
    width: int = 64,
    blocks: int = 9,
    learning_rate: "LearningRate" = 2e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    **game: typing.Any,
) -> CycleGAN:
    """Zhu et al. (2017): an image translated there and back should be the same; two ResNets and two PatchGANs.

    Args:
        data_shape: (H, W, C) of the images of both domains.
        width: channels of the first layers of all four networks.
        blocks: residual blocks in a translator; the paper has 6 at 128x128, 9 at 256x256.
        learning_rate: of the generators' Adams, with beta_1 = .5: a number, or a schedule for the second half of the
            paper's training, in which it falls linearly to 0.
        discriminator_learning_rate: of the discriminators' Adams; None for the same as the generators'.
        **game: the settings of `CycleGAN`; see below.

    The paper's batches hold one image of each domain. Its `identity`, .5 as in its code, keeps what is light light and
    what is dark dark: set it to 0 if a translation must change that.
    """
    generators = [translators.resnet_translator(data_shape, width, blocks, f"generator_{to}") for to in "ab"]
    discriminators = [translators.patch_discriminator(data_shape, width, f"discriminator_{of}") for of in "ab"]
    model = CycleGAN(*generators, *discriminators, **game)
    return compiled(model, adam, learning_rate, discriminator_learning_rate)


@register
@extends(Pix2Pix)
def pix2pix(
    data_shape: tuple[int, ...],
    width: int = 64,
    dropout: float = 0.5,
    kept_images: int = 64,
    learning_rate: "LearningRate" = 2e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    **game: typing.Any,
) -> Pix2Pix:
    """Isola et al. (2017): learns from pairs; a U-Net against a PatchGAN that sees both images, and an L1 term.

    Args:
        data_shape: (H, W, C) of the images of both domains.
        width: channels of the first layers of both networks.
        dropout: in the U-Net, the paper's only noise; here, unlike there, off when the model is used.
        kept_images: how many training images of domain a the model keeps, for `sample` to translate.
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **game: the settings of `Pix2Pix` and of `GAN`; see below.

    The paper's batches hold one pair, whose batch norm is the instance norm used here, with its gain and shift. Its
    loss of D is halved, which does not matter to Adam. Departures: the U-Net halves the sides to 2 or 3 pixels, not to
    1; convolutions pad as Keras's "same" does.
    """
    generator = translators.unet_translator(data_shape, width, dropout)
    discriminator = translators.pair_discriminator(data_shape, width)
    model = Pix2Pix(generator, discriminator, RealImageBuffer(kept_images, data_shape), **game)
    return compiled(model, adam, learning_rate, discriminator_learning_rate)
