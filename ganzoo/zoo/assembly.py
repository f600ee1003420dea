"""What most recipes share: networks that suit the data, a prior by name, Adam."""

import functools
import math

import keras

from ganzoo import priors
from ganzoo.networks import dcgan, heads, input_transforms, mlp, resnet
from ganzoo.registry import Registry, nearest
from ganzoo.zoo.variants import extends

NORMALIZATIONS = ("batch", "layer", "spectral", None)
ARCHITECTURES = {"dcgan": dcgan, "resnet": resnet}


@extends()
def deep(
    kind,
    data_shape,
    /,
    latent_dim=100,
    width=None,
    depth=2,
    prior="uniform",
    architecture="dcgan",
    normalization="batch",
    synchronized=False,
    packing=1,
    augment="",
    **game,
):
    """A game of that `kind`, not compiled: for images convolutional networks, for vectors fully connected ones.

    Args:
        kind: GAN, or a subclass that takes the same arguments.
        latent_dim: how many latents, uniform in [-1, 1], or normal with `prior="normal"`.
        width: channels next to the image, doubled at each halving of its sides; by default twice a side's nearest power
            of two, from 32 to the paper's 128 at 64x64, where G goes 1024-512-256-128. For vectors: units of the
            hidden layers, 128 by default.
        depth: how many hidden layers for vectors, ReLU in G, leaky ReLU in D.
        architecture: for images, "dcgan" or "resnet", the small residual networks of Gulrajani et al. (2017), whose
            width is 128 in all layers of that paper.
        normalization: of D's layers: "batch", "layer", "spectral" or None; vectors know only the last two.
        synchronized: batch norm over the examples of all replicas, so that any number of them trains alike.
        packing: how many examples D judges at once, Lin et al. (2018).
        augment: changes to all that D sees in training, Zhao et al. (2020): "color,translation,cutout" or some of them.
    """
    seen = {"packing": packing, "augment": augment}
    networks = pair(latent_dim, data_shape, width, depth, architecture, normalization, synchronized, **seen)
    return kind(*networks, prior_named(prior, latent_dim), **game)


def pair(
    inputs,
    data_shape,
    width=None,
    depth=2,
    architecture="dcgan",
    normalization="batch",
    synchronized=False,
    packing=1,
    augment="",
    head=heads.scores,
):
    """The generator of so many inputs, and the discriminator with that `head`; else as in `deep`."""
    width = width or width_for(data_shape)
    generator = generator_for(inputs, data_shape, width, synchronized, depth, architecture)
    layers = {"depth": depth, "architecture": architecture, "normalization": normalization, "head": head}
    seen = {"packing": packing, "augment": augment}
    return generator, discriminator_for(data_shape, width, synchronized=synchronized, **layers, **seen)


def discriminator_for(
    data_shape,
    width,
    depth=2,
    architecture="dcgan",
    normalization="batch",
    synchronized=False,
    packing=1,
    augment="",
    head=heads.scores,
):
    """Returns the discriminator with that `head`; its other arguments are those of `deep`."""
    if normalization not in NORMALIZATIONS:
        raise ValueError(nearest("normalization", normalization, map(str, NORMALIZATIONS)))
    if len(data_shape) == 1:
        layers = {"units": (width,) * depth, "spectral": normalization == "spectral"}
        build = functools.partial(mlp.leaky_discriminator, **layers, head=head)
    else:
        layers = {"width": width, "synchronized": synchronized, "normalization": normalization}
        build = functools.partial(_networks(architecture).discriminator, **layers, head=head)
    return input_transforms.before(build, data_shape, packing, augment)


def generator_for(inputs, data_shape, width, synchronized=False, depth=2, architecture="dcgan"):
    """One of that architecture for images, a fully connected one for vectors."""
    if len(data_shape) == 1:
        return mlp.generator(inputs, data_shape, (width,) * depth)
    return _networks(architecture).generator(inputs, data_shape, width, synchronized)


def _networks(architecture):
    """Returns the module with that architecture's builders; raises ValueError for an unknown name."""
    if architecture not in ARCHITECTURES:
        raise ValueError(nearest("architecture", architecture, ARCHITECTURES))
    return ARCHITECTURES[architecture]


def width_for(data_shape):
    """Of DCGAN's layer next to the image, or of the layers for vectors."""
    if len(data_shape) == 1:
        return 128
    return min(128, max(32, 2 * 2 ** round(math.log2(min(data_shape[:2])))))


def adam(learning_rate=2e-4, beta_1=0.5, beta_2=0.999):
    """With that paper's beta_1, not Keras's."""
    return keras.optimizers.Adam(learning_rate, beta_1, beta_2)


_PRIORS = Registry("prior")
_PRIORS.register(priors.Uniform, "uniform")
_PRIORS.register(priors.Normal, "normal")


def prior_named(name, latent_dim):
    """Raises ValueError for an unknown name."""
    return _PRIORS[name](latent_dim)
