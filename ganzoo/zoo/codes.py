"""Games in which the discriminator must tell what the generator was given: a label, or codes."""

from ganzoo import priors
from ganzoo.games.acgan import ACGAN
from ganzoo.games.class_labels import check_classes
from ganzoo.games.infogan import InfoGAN
from ganzoo.networks import heads, label_inputs
from ganzoo.zoo.assembly import adam, pair, prior_named
from ganzoo.zoo.variants import extends, register


@register
@extends(ACGAN)
def acgan(
    data_shape,
    num_classes=None,
    latent_dim=100,
    width=None,
    prior="uniform",
    normalization="batch",
    synchronized=False,
    augment="",
    learning_rate=2e-4,
    **game,
):
    """Odena et al. (2017): G takes the label, D tells it from the image alone; Adam at 2e-4 with beta_1 = .5.

    Args:
        num_classes: of the labels that come with the data.
        latent_dim, width, prior, normalization, synchronized, augment: as in `dcgan`.

    Departure: the networks of `dcgan`, D's with a head for the classes; that paper's D is deeper, with dropout.
    """
    num_classes = check_classes(num_classes)
    networks = {"width": width, "normalization": normalization, "synchronized": synchronized, "augment": augment}
    head = heads.scores_and_logits(num_classes)
    generator, discriminator = pair(latent_dim + num_classes, data_shape, **networks, head=head)
    generator = label_inputs.labelled(generator, num_classes)
    model = ACGAN(generator, discriminator, prior_named(prior, latent_dim), num_classes, **game)
    model.compile(adam(learning_rate), adam(learning_rate))
    return model


@register
@extends(InfoGAN)
def infogan(
    data_shape,
    noise_dim=62,
    categories=(10,),
    codes=2,
    width=None,
    prior="uniform",
    normalization="batch",
    synchronized=False,
    augment="",
    learning_rates=(1e-3, 2e-4),
    **game,
):
    """Chen et al. (2016): D also tells the codes among G's latents, in that paper's MNIST settings.

    Args:
        noise_dim, prior: how many latents are noise, uniform in [-1, 1], or normal with `prior="normal"`.
        categories: of each categorical code, how many values it takes.
        codes: how many continuous codes, uniform in [-1, 1].
        width, normalization, synchronized, augment: as in `dcgan`.
        learning_rates: of G's and D's Adam, beta_1 = .5.

    On MNIST the 10-way code tells the digits with 5 % errors, that paper says. Departure: the networks of `dcgan`; the
    head that tells the codes has that paper's layer of 128, without batch norm.
    """
    latents = priors.Codes(prior_named(prior, noise_dim), categories, codes)
    networks = {"width": width, "normalization": normalization, "synchronized": synchronized, "augment": augment}
    head = heads.scores_and_codes(latents.dim - noise_dim)
    model = InfoGAN(*pair(latents.dim, data_shape, **networks, head=head), latents, **game)
    model.compile(*map(adam, learning_rates))
    return model
