"""The table of variants, with settings that make each tiny; each file in contract/ tests its rows for a property."""

from descriptors import Descriptor

_MLP = {"units": 16, "maxout_units": 8, "pieces": 2, "latent_dim": 6}

_DCGAN = {"width": 4, "latent_dim": 6}

_RESIDUAL = {"num_classes": 10, "latent_dim": 6, "width": 2, "discriminator_steps": 1}

_IMPROVED = {"num_classes": 10, "latent_dim": 6, "units": (16,), "discriminator_units": (16, 12)}

_VECTORS = {"width": 8, "latent_dim": 2}

_TWO_STEPS = {"discriminator_steps": 2}

_SYNCHRONIZED = {"synchronized": True}

VARIANTS = [
    Descriptor("gan", (8, 8, 1), _MLP, {"dropout": (0, 0)}),
    Descriptor("nsgan", (8, 8, 1), _MLP, {"dropout": (0, 0)}),
    Descriptor("dcgan", (8, 8, 1), _DCGAN, _SYNCHRONIZED),
    Descriptor(
        "cgan", (8, 8, 1), {"num_classes": 10, "latent_dim": 6}, {"dropout": 0}, num_classes=10, conditional=True
    ),
    Descriptor("cdcgan", (8, 8, 1), {"num_classes": 10} | _DCGAN, _SYNCHRONIZED, num_classes=10, conditional=True),
    Descriptor("sgan", (8, 8, 1), {"num_classes": 10} | _DCGAN, _SYNCHRONIZED | {"noise": 0}, num_classes=10),
    Descriptor(
        "cyclegan", (8, 8, 1), {"width": 4, "blocks": 1, "kept_images": 8}, {}, dataset="recoloured_digits", pairs=True
    ),
    Descriptor(
        "pix2pix",
        (8, 8, 1),
        {"width": 4, "kept_images": 8},
        {"dropout": 0},
        dataset="outlined_digits",
        deterministic=True,
        pairs=True,
    ),
    Descriptor("improved_gan", (8, 8, 1), _IMPROVED, _SYNCHRONIZED | {"noise": (0, 0)}, num_classes=10),
    Descriptor("pacgan", (8, 8, 1), _DCGAN, _SYNCHRONIZED),
    Descriptor("lsgan", (2,), _VECTORS, {}),
    Descriptor("hinge", (2,), _VECTORS, {}, relative=True),
    Descriptor("fgan", (2,), _VECTORS, {}),
    Descriptor("ragan", (8, 8, 1), _DCGAN, _SYNCHRONIZED, relative=True),
    Descriptor("wgan", (8, 8, 1), _DCGAN | _TWO_STEPS, _SYNCHRONIZED, relative=True),
    Descriptor("wgan_gp", (8, 8, 1), _DCGAN | _TWO_STEPS, _SYNCHRONIZED, relative=True),
    Descriptor("dragan", (8, 8, 1), _DCGAN, _SYNCHRONIZED),
    Descriptor("r1", (8, 8, 1), _DCGAN, _SYNCHRONIZED),
    Descriptor("sngan", (8, 8, 1), _DCGAN, _SYNCHRONIZED, relative=True),
    Descriptor("projection", (8, 8, 1), _RESIDUAL, _SYNCHRONIZED, num_classes=10, conditional=True, relative=True),
    Descriptor("sagan", (8, 8, 1), _RESIDUAL, _SYNCHRONIZED, num_classes=10, conditional=True, relative=True),
    Descriptor(
        "biggan",
        (8, 8, 1),
        _RESIDUAL | {"shared_embedding": 3, "orthogonal": 1e-2},
        _SYNCHRONIZED,
        num_classes=10,
        conditional=True,
        relative=True,
    ),
    Descriptor("acgan", (8, 8, 1), {"num_classes": 10} | _DCGAN, _SYNCHRONIZED, num_classes=10, conditional=True),
    Descriptor("infogan", (8, 8, 1), {"width": 4, "noise_dim": 4, "categories": (3,)}, _SYNCHRONIZED),
    Descriptor("catgan", (8, 8, 1), _IMPROVED, _SYNCHRONIZED | {"noise": (0, 0)}, num_classes=10),
    Descriptor("ebgan", (8, 8, 1), _DCGAN | {"code": 5}, _SYNCHRONIZED),
    Descriptor("began", (8, 8, 1), _DCGAN, {}),
    Descriptor(
        "r3gan", (8, 8, 1), {"width": 8, "blocks": 1, "latent_dim": 6, "images": 100}, {"augment": ""}, relative=True
    ),
    Descriptor(
        "stylegan2",
        (8, 8, 1),
        {"width": 4, "latent_dim": 6, "group_size": 4, "every": 2, "path_length": 1},
        {"noise": False},
    ),
    Descriptor("vaegan", (8, 8, 1), _DCGAN, _SYNCHRONIZED),
    Descriptor("fastgan", (8, 8, 1), _DCGAN, _SYNCHRONIZED | {"noise": False, "augment": ""}),
]

QUICK = ("cdcgan", "lsgan")
"""Variants that stand for all in a default run of the tests."""

KINDS = (
    "nsgan",
    "cdcgan",
    "improved_gan",
    "lsgan",
    "wgan_gp",
    "began",
    "infogan",
    "vaegan",
    "cyclegan",
    "pix2pix",
    "biggan",
    "stylegan2",
)
"""Variants that span the kinds of game: labels, codes, vectors, several steps of D, penalties, averages, states of
layers and of the game, three and four players, and all that replicas reduce or gather beside gradients. They stand for
all where another test takes every variant through the same code.
"""
