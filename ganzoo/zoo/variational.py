"""Autoencoders whose decoder is a generator: they map images to latents as well as latents to images."""

import keras

from ganzoo.games.vaegan import VAEGAN
from ganzoo.networks import heads
from ganzoo.zoo.assembly import build_discriminator, build_generator, default_width
from ganzoo.zoo.variants import extends, register


@register
@extends(VAEGAN)
def vaegan(
    data_shape,
    latent_dim=128,
    width=None,
    depth=2,
    architecture="dcgan",
    normalization="batch",
    synchronized=False,
    learning_rate=3e-4,
    **game,
):
    """Larsen et al. (2016): a variational autoencoder with the discriminator's features for a measure of similarity.

    Args:
        latent_dim: the number of latents, whose prior is N(0, I); 128 in the authors' code.
        width, depth, architecture, synchronized: as in `dcgan`, for all three networks.
        normalization: of the discriminator's layers, as in `dcgan`.
        learning_rate: of the three RMSprops, 3e-4 in the paper, with batches of 64.

    `VAEGAN` has the other settings: objective, gamma, penalties, decoder_penalties, discriminator_steps, seed,
    encoder_ema, decoder_ema, discriminator_ema.

    Departures: the networks of `dcgan`, and for the encoder its discriminator with another head, instead of three
    halvings with a dense layer of 2048 (encoder) or 512 (discriminator) after them; the features are those of the last
    layer before the scores, where the paper takes the last convolution before its batch norm; no weight decay, which
    the authors' code sets to 1e-5; another gamma, since features differ in number and scale; and those of `VAEGAN`.
    """
    width = width or default_width(data_shape)
    layers = {"width": width, "depth": depth, "architecture": architecture, "synchronized": synchronized}
    encoder = build_discriminator(data_shape, **layers, head=heads.means_and_log_variances(latent_dim))
    encoder.name = "encoder"
    decoder = build_generator(latent_dim, data_shape, **layers)
    decoder.name = "decoder"
    discriminator = build_discriminator(
        data_shape, **layers, normalization=normalization, head=heads.scores_and_features
    )
    model = VAEGAN(encoder, decoder, discriminator, **game)
    model.compile(*(keras.optimizers.RMSprop(learning_rate) for _ in model.players))
    return model
