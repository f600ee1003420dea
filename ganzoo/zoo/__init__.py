"""The variants by name, with the settings of their papers. Read this second.

A recipe is a function from a `data_shape`, and settings with defaults, to a compiled model; the name of the function is
that of the variant. Every recipe passes on the arguments of its game, `**game`: those of `ganzoo.GAN` are `objective`,
`penalties`, `generator_penalties`, `discriminator_steps`, `simultaneous`, `seed`, `generator_ema` and
`discriminator_ema`. `help` of a recipe lists these too. Unless its docstring says otherwise, a default is that of the
authors' code, or of the paper where there is none. A recipe is in the file named after what it varies:

- original: the fully connected networks of the first papers
- convolutional: the networks of DCGAN, or fully connected ones for vectors; most recipes below use them too
- loss_variants: another loss
- lipschitz: a bound on the discriminator's slope, by a constraint, a penalty or spectral normalisation
- residual: the residual networks of BigGAN and its forerunners, with or without classes
- autoencoders: a discriminator that reconstructs its input
- codes: a discriminator that predicts the label or the codes that the generator was given
- few_images: light networks for few images
- few_labels: a discriminator that classifies, trained with few labels
- modern: networks, losses and schedules that belong together, for photographs
- variational: an autoencoder whose decoder is the generator
- translation: from one domain of images to another

`assembly` has what they share, `authors_optimizers` their optimizers, and `variants` the registry behind
`ganzoo.create`.
"""

from ganzoo.zoo.autoencoders import began, ebgan
from ganzoo.zoo.codes import acgan, infogan
from ganzoo.zoo.convolutional import cdcgan, dcgan, pacgan
from ganzoo.zoo.few_images import fastgan
from ganzoo.zoo.few_labels import catgan, improved_gan, sgan
from ganzoo.zoo.lipschitz import dragan, r1, sngan, wgan, wgan_gp
from ganzoo.zoo.loss_variants import fgan, hinge, lsgan, ragan
from ganzoo.zoo.modern import r3gan, stylegan2
from ganzoo.zoo.original import cgan, gan, nsgan
from ganzoo.zoo.residual import biggan, projection, sagan
from ganzoo.zoo.translation import cyclegan, pix2pix
from ganzoo.zoo.variational import vaegan

__all__ = [
    "acgan",
    "began",
    "biggan",
    "catgan",
    "cdcgan",
    "cgan",
    "cyclegan",
    "dcgan",
    "dragan",
    "ebgan",
    "fastgan",
    "fgan",
    "gan",
    "hinge",
    "improved_gan",
    "infogan",
    "lsgan",
    "nsgan",
    "pacgan",
    "pix2pix",
    "projection",
    "r1",
    "r3gan",
    "ragan",
    "sagan",
    "sgan",
    "sngan",
    "stylegan2",
    "vaegan",
    "wgan",
    "wgan_gp",
]
