"""Games whose discriminator rebuilds what it sees: the worse, the less real it looks."""

from ganzoo.games.began import BEGAN
from ganzoo.games.ebgan import EBGAN
from ganzoo.networks import autoencoder
from ganzoo.zoo.assembly import adam, generator_for, prior_named, width_for
from ganzoo.zoo.variants import extends, register


@register
@extends(EBGAN)
def ebgan(
    data_shape,
    latent_dim=100,
    width=None,
    code=64,
    prior="uniform",
    synchronized=False,
    margin=0.1,
    learning_rate=1e-3,
    **game,
):
    """Zhao et al. (2017): an autoencoder's error as an energy, low for real examples, and above a margin for fakes.

    Args:
        latent_dim, width, prior, synchronized: as in `dcgan`; `width` of D too.
        code: of how many numbers the discriminator rebuilds an example.
        margin: of the mean squared error of numbers in [-1, 1]; that paper's 10 on MNIST is .13 as such.
        learning_rate: of both Adams, beta_1 = .5. On MNIST 2e-4 is steadier than that paper's 1e-3.

    The weight of the pulling-away term is that paper's, .1; 0 leaves it out. Departures: the energy is the mean square,
    not the norm, of the error, hence another margin; the generator of `dcgan` and the autoencoder of `began`.
    """
    width = width or width_for(data_shape)
    generator = generator_for(latent_dim, data_shape, width, synchronized)
    discriminator = autoencoder.discriminator(data_shape, width, code, "squared")
    model = EBGAN(generator, discriminator, prior_named(prior, latent_dim), margin=margin, **game)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model


@register
@extends(BEGAN)
def began(data_shape, latent_dim=64, width=None, prior="uniform", learning_rate=1e-4, **game):
    """Berthelot et al. (2017): an autoencoder that heeds fakes as much as the balance of the two players asks for.

    Args:
        latent_dim: how many latents, uniform in [-1, 1], and how many numbers the discriminator's code has.
        width: channels of the convolutions, 64 or 128 in that paper; for vectors, units of the ReLU layers.
        learning_rate: of both Adams, beta_1 = .5. That paper halves it when `convergence` stalls, as
            `keras.callbacks.ReduceLROnPlateau("convergence", .5)` does.

    Departures: G ends in tanh, convolutions with a stride make images smaller, and there is one fewer at each size.
    """
    width = width or width_for(data_shape)
    generator = autoencoder.generator(latent_dim, data_shape, width)
    discriminator = autoencoder.discriminator(data_shape, width, latent_dim, "absolute")
    model = BEGAN(generator, discriminator, prior_named(prior, latent_dim), **game)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model
