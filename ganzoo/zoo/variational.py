"""Autoencoders whose decoder is a generator, so that they also map examples to latents."""

import functools
import typing

from ganzoo.arguments import check_count
from ganzoo.games.vaegan import VAEGAN
from ganzoo.networks import heads
from ganzoo.zoo.assembly import assemble, build_discriminator, build_generator, default_width
from ganzoo.zoo.authors_optimizers import LearningRate, compiled, rmsprop
from ganzoo.zoo.variants import extends, register


@register
@extends(VAEGAN, assemble)
def vaegan(
    data_shape: tuple[int, ...],
    latent_dim: int = 128,
    width: int | None = None,
    depth: int = 2,
    architecture: str = "dcgan",
    normalization: str | None = "batch",
    synchronized: bool = False,
    learning_rate: "LearningRate" = 3e-4,
    discriminator_learning_rate: "LearningRate | None" = None,
    **game: typing.Any,
) -> VAEGAN:
    """Larsen et al. (2016): a variational autoencoder that measures its errors in the discriminator's features.

    Args:
        latent_dim: the number of latents, whose prior is N(0, I); 128 in the authors' code.
        learning_rate: of the encoder's and the decoder's RMSprop, which move as those of the authors' code do, with
            rho = .9; a number or a schedule. It is 3e-4 in the paper, with batches of 64.
        discriminator_learning_rate: of the discriminator's RMSprop; None for the same as the others'.
        **game: the settings of `VAEGAN`; see below.

    The encoder is built like the discriminator, with the same `width`, `depth`, `architecture` and `synchronized`.
    Departures: the decoder and the discriminator are those of `dcgan`, and the encoder is its discriminator with
    another head, where the paper halves the sides three times and adds a dense layer of 2048 (encoder) or 512 units
    (discriminator). The features are those of the last layer before the scores; the paper uses the last convolution
    before its batch norm. There is no weight decay, which is 1e-5 in the authors' code. gamma differs, because the
    features differ in number and scale. `VAEGAN` lists the other departures.
    """
    width, latent_dim = default_width(data_shape, width), check_count("latent_dim", latent_dim)
    layers = {"width": width, "depth": depth, "architecture": architecture, "synchronized": synchronized}
    encoder = build_discriminator(data_shape, **layers, head=heads.means_and_log_variances(latent_dim))
    encoder.name = "encoder"
    decoder = build_generator(latent_dim, data_shape, **layers)
    decoder.name = "decoder"
    discriminator = build_discriminator(
        data_shape, **layers, normalization=normalization, head=heads.scores_and_features
    )
    model = VAEGAN(encoder, decoder, discriminator, **game)
    return compiled(model, functools.partial(rmsprop, rho=0.9), learning_rate, discriminator_learning_rate)
