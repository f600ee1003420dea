"""Games whose discriminator is an autoencoder: the larger its reconstruction error, the less real an example is."""

import typing

from ganzoo.games.began import BEGAN
from ganzoo.games.ebgan import EBGAN
from ganzoo.networks import autoencoder
from ganzoo.zoo.assembly import assemble, build_generator, default_width, get_prior
from ganzoo.zoo.authors_optimizers import LearningRate, adam, compiled
from ganzoo.zoo.variants import extends, register


@register
@extends(EBGAN, assemble)
def ebgan(
    data_shape: tuple[int, ...],
    latent_dim: int = 100,
    width: int | None = None,
    code: int = 64,
    prior: str = "uniform",
    synchronized: bool = False,
    margin: float = 0.1,
    learning_rate: "LearningRate" = 1e-3,
    discriminator_learning_rate: "LearningRate | None" = None,
    **game: typing.Any,
) -> EBGAN:
    """Zhao et al. (2017): an autoencoder's error is an energy, low for real examples and above a margin for fakes.

    Args:
        width: the channels of the layers of both networks next to the image, and for vectors the units of their hidden
            layers. The default is that of `dcgan`.
        code: the dimension of the autoencoder's code.
        margin: of the mean squared error of data in [-1, 1]; the paper's 10 on MNIST corresponds to .13.
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule. On MNIST 2e-4 is more stable than the
            paper's 1e-3.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **game: the other settings of `EBGAN` and of `GAN`; see below.

    Departures: beta_1 is a choice; the energy is the mean square of the error, not its norm, hence another margin; the
    generator is that of `dcgan`, and the autoencoder that of `began`.
    """
    width = default_width(data_shape, width)
    generator = build_generator(latent_dim, data_shape, width, synchronized)
    discriminator = autoencoder.discriminator(data_shape, width, code, "squared")
    model = EBGAN(generator, discriminator, get_prior(prior, latent_dim), margin=margin, **game)
    return compiled(model, adam, learning_rate, discriminator_learning_rate)


@register
@extends(BEGAN, assemble)
def began(
    data_shape: tuple[int, ...],
    latent_dim: int = 64,
    width: int | None = None,
    prior: str = "uniform",
    learning_rate: "LearningRate" = 1e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    **game: typing.Any,
) -> BEGAN:
    """Berthelot et al. (2017): an autoencoder that weighs fakes so that the two players stay in balance.

    Args:
        latent_dim: the number of latents, and the dimension of the discriminator's code.
        width: the channels of the convolutions, 64 or 128 in the paper; for vectors, the units of the ReLU layers. The
            default is that of `dcgan`.
        learning_rate: of G's Adam, with beta_1 = .5; a number or a schedule. The paper halves it when `convergence`
            stalls, as `keras.callbacks.ReduceLROnPlateau("convergence", .5)` does.
        discriminator_learning_rate: of D's Adam; None for the same as G's.
        **game: the other settings of `BEGAN` and of `GAN`; see below.

    Departures: gamma = .75 and beta_1 = .5 are choices, where the paper shows gammas of .3, .5 and .7 and names no
    beta_1; G ends in tanh, strided convolutions downsample, and there is one convolution fewer at each size.
    """
    width = default_width(data_shape, width)
    generator = autoencoder.generator(latent_dim, data_shape, width)
    discriminator = autoencoder.discriminator(data_shape, width, latent_dim, "absolute")
    model = BEGAN(generator, discriminator, get_prior(prior, latent_dim), **game)
    return compiled(model, adam, learning_rate, discriminator_learning_rate)
