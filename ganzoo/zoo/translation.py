"""From one domain of images to another, from examples of both: data of `ganzoo.data.domains`, side by side."""

from ganzoo.games.buffers import Album
from ganzoo.games.cyclegan import CycleGAN
from ganzoo.games.pix2pix import Pix2Pix
from ganzoo.networks import translators
from ganzoo.zoo.assembly import adam
from ganzoo.zoo.variants import extends, register


@register
@extends(CycleGAN)
def cyclegan(data_shape, width=64, blocks=9, album=64, learning_rate=2e-4, **game):
    """Zhu et al. (2017): to B and back again should change nothing; two translators and two PatchGANs.

    Args:
        data_shape: (H, W, 2C), an image of each domain side by side in the channels.
        width: channels of the first layers of all four networks.
        blocks: residual ones in a translator; the paper has 6 at 128x128, 9 at 256x256.
        album: how many pairs of the training data the model keeps, for `sample` to translate.
        learning_rate: of both Adams, beta_1 = .5: a number, or a schedule for the paper's second half, which brings it
            to 0 evenly.

    The paper's batches hold one pair. Its `identity`, .5 as in its code, keeps what is light light and what is dark
    dark: 0 is for where a translation must change that.
    """
    generator = translators.generator(data_shape, width, blocks)
    model = CycleGAN(generator, translators.discriminator(data_shape, width), Album(album, data_shape), **game)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model


@register
@extends(Pix2Pix)
def pix2pix(data_shape, width=64, dropout=0.5, album=64, learning_rate=2e-4, **game):
    """Isola et al. (2017): from pairs that belong together; a U-Net against a PatchGAN that sees both, and an L1 term.

    Args:
        data_shape: (H, W, 2C), an image of each domain side by side in the channels.
        width: channels of the first layers of both networks.
        dropout: in the U-Net, the paper's only noise; here, unlike there, off when the model is used.
        album: how many pairs of the training data the model keeps, for `sample` to translate.
        learning_rate: of both Adams, beta_1 = .5.

    The paper's batches hold one pair, whose batch norm is the instance norm that is here. Its D's loss is halved, which
    Adam does not notice.
    """
    generator = translators.paired_generator(data_shape, width, dropout)
    discriminator = translators.paired_discriminator(data_shape, width)
    model = Pix2Pix(generator, discriminator, Album(album, data_shape), **game)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model
