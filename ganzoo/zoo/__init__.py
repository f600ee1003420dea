"""Every variant by name, with its paper's settings. Read this second.

A recipe is a function from a `data_shape` (and settings with defaults) to a compiled model; its name is the variant's
name. `ganzoo.create` passes GAN's own arguments (`objective`, `discriminator_steps`, `seed`, ...) through `**game`. The
recipes stand in the file of what they vary:

- original: the first papers' fully connected networks
- convolutional: DCGAN's networks, which all below take too, or fully connected ones for vectors
- objectives: another loss
- lipschitz: a bound on the discriminator's slope, by a constraint, a penalty or spectral normalisation
- autoencoders: a discriminator that rebuilds what it sees
- codes: a discriminator that tells the labels or codes that the generator was given
- semi_supervised: a discriminator that tells classes
- variational: an autoencoder whose decoder is the generator
- translation: from one domain of images to another
"""

from ganzoo.zoo.autoencoders import began, ebgan
from ganzoo.zoo.codes import acgan, infogan
from ganzoo.zoo.convolutional import cdcgan, dcgan, pacgan
from ganzoo.zoo.few_labels import catgan, improved_gan, sgan
from ganzoo.zoo.lipschitz import dragan, r1, sngan, wgan, wgan_gp
from ganzoo.zoo.loss_variants import fgan, hinge, lsgan, ragan
from ganzoo.zoo.original import cgan, gan, nsgan
from ganzoo.zoo.translation import cyclegan, pix2pix
from ganzoo.zoo.variational import vaegan

__all__ = [
    "acgan",
    "began",
    "catgan",
    "cdcgan",
    "cgan",
    "cyclegan",
    "dcgan",
    "dragan",
    "ebgan",
    "fgan",
    "gan",
    "hinge",
    "improved_gan",
    "infogan",
    "lsgan",
    "nsgan",
    "pacgan",
    "pix2pix",
    "r1",
    "ragan",
    "sgan",
    "sngan",
    "vaegan",
    "wgan",
    "wgan_gp",
]
