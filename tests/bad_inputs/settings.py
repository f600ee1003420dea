"""Settings of variants, and shapes of their data."""

import itertools
import math

import numpy as np

import ganzoo

from .judging import family

NAN, INF = math.nan, math.inf
SHAPES = [
    None, "8,8,1", (8, 8), (8, 8, 1, 1), (0, 8, 1), (-8, 8, 1), (None, None, 3), (8.5, 8, 1), (8, 8, 0), 8, (),
    ("8", "8", "1"), (NAN, 8, 1), (4, 4, 1), (300, 300, 3), {}, [[8, 8, 1]], np.zeros((8, 8, 1)),
]  # fmt: skip
COUNTS = [0, -3, 2.5, "8"]
RATES = [NAN, -1, "fast", INF]
WEIGHTS = [-1, NAN, "much"]
NAMES = [
    (), ("cat", "dog"), ("cat", "dog", "eel", "fox"), ("cat", "dog", "cat"), ("cat", "dog", ""), ("cat", "dog", 3),
    (["cat"], "dog", "eel"), "cat", "cat,dog,eel", 3, {"cat", "dog", "eel"}, np.arange(3), b"cat",
]  # fmt: skip
SETTINGS = {
    "lsgan": {
        "class_names": [("cat", "dog")],
        "latent_dim": [*COUNTS, None],
        "width": COUNTS,
        "prior": ["gaussian", 3, None],
        "architecture": ["vgg", None],
        "normalization": ["instance", 3],
        "packing": [*COUNTS, None],
        "augment": ["flips", 3, ["color"], "ada:2", "ada,color"],
        "objective": ["minmax", 3, None],
        "penalties": [3, "r9", "r1:much", "r1:-1", [None], [3], lambda *arguments: 0.0],
        "generator_penalties": [3, "clamping", [None]],
        "discriminator_steps": [*COUNTS, None],
        "seed": [1.5, "1", 2**70, NAN],
        "generator_ema": [1, -0.1, 1.5, "slow", NAN],
        "discriminator_ema": [2, -1],
        "learning_rate": RATES,
        "discriminator_learning_rate": RATES,
        "latent": [3],
        "discriminator_step": [2],
    },
    "gan": {
        "units": COUNTS,
        "maxout_units": COUNTS,
        "pieces": COUNTS,
        "dropout": [(1.5, 0.5), (-0.1, 0.5), "half", (0.1, 0.2, 0.3), (NAN, 0.5)],
        "adam": [-1, NAN, "yes"],
        "learning_rate": RATES,
    },
    "wgan": {"clip": [0, -1, NAN, "tight"], "discriminator_steps": [0, 1.5]},
    "wgan_gp": {"weight": [0, *WEIGHTS, INF], "penalties": [3]},
    "dragan": {"weight": [0, *WEIGHTS]},
    "r1": {"weight": [0, *WEIGHTS], "generator_ema": [1.0]},
    "ebgan": {"margin": WEIGHTS, "code": COUNTS, "pulling_away": WEIGHTS},
    "began": {"gamma": WEIGHTS, "gain": WEIGHTS, "latent_dim": [0, 2.5]},
    "acgan": {"num_classes": [None, *COUNTS, 10**9], "real_class": WEIGHTS, "class_names": NAMES},
    "infogan": {"categories": [(1,), (0,), "ten"], "codes": [-1, 1.5], "noise_dim": COUNTS, "categorical": WEIGHTS},
    "sgan": {"noise": WEIGHTS, "supervised": WEIGHTS, "num_classes": [0], "class_names": NAMES},
    "improved_gan": {"units": [(0,), "wide", (2.5,)], "discriminator_units": [(0,), (-3,)], "noise": [(-1, 0.5)]},
    "catgan": {"marginal": WEIGHTS, "num_classes": [None, 2.5]},
    "cgan": {"num_classes": [None, *COUNTS, 10**9], "dropout": [1.5, -1, "half"]},
    "cdcgan": {"num_classes": [None, 2.5], "width": [0], "class_name": [("cat", "dog", "eel")]},
    "projection": {"num_classes": [2.5, "8"], "width": COUNTS, "class_names": [("cat",), 3]},
    "sagan": {"attention": COUNTS, "latent_dim": COUNTS},
    "biggan": {"latent_dim": [1, *COUNTS], "shared_embedding": COUNTS, "orthogonal": WEIGHTS},
    "cyclegan": {"blocks": [-1, 1.5], "cycle": WEIGHTS, "history_size": [-1, 2.5], "kept_images": [0, -1, 2.5]},
    "pix2pix": {"l1": WEIGHTS, "dropout": [1.5], "kept_images": [0, -1]},
    "vaegan": {"gamma": WEIGHTS, "latent_dim": COUNTS, "learning_rate": RATES},
    "fastgan": {"num_classes": [2.5, 1], "reconstruction": WEIGHTS, "normalization": ["instance"], "augment": [3]},
    "r3gan": {"gamma": [0, *WEIGHTS], "images": [0, *WEIGHTS], "half_life": [0, -5], "blocks": COUNTS, "augment": [3]},
    "stylegan2": {
        "width": COUNTS,
        "mapping_layers": [-1, 2.5],
        "group_size": COUNTS,
        "every": COUNTS,
        "gamma": [0, *WEIGHTS],
        "path_length": WEIGHTS,
        "num_classes": [2.5],
        "augment": ["ada:2"],
        "top_k": [1.5, "half"],
    },
    "fgan": {"divergence": ["kll", 3]},
    "pacgan": {"packing": COUNTS},
}
NEEDED = dict.fromkeys(("acgan", "cgan", "cdcgan", "sgan", "improved_gan", "catgan", "biggan"), {"num_classes": 3})
SMALL = {
    "gan": {"units": 4, "maxout_units": 4},
    "cgan": {},
    "improved_gan": {"units": (4,), "discriminator_units": (4, 4)},
    "catgan": {"units": (4,), "discriminator_units": (4, 4)},
}


@family
def shapes():
    """Shapes of data that no network can have."""
    for variant, shape in itertools.product(("lsgan", "nsgan"), SHAPES):
        if not (variant == "nsgan" and shape in ((4, 4, 1), (300, 300, 3)) if isinstance(shape, tuple) else False):
            yield f"{variant} {shape!r}"[:60], lambda _, v=variant, s=shape: ganzoo.create(v, s, **SMALL.get(v, {}))


@family
def settings():
    """Settings that no variant can have."""
    for variant, table in SETTINGS.items():
        shape = (16, 16, 1) if variant in ("cyclegan", "pix2pix") else (8, 8, 1)
        for name, values in table.items():
            for value in values:
                given = NEEDED.get(variant, {}) | SMALL.get(variant, {"width": 4}) | {name: value}
                yield (
                    f"{variant} {name}={value!r}"[:60],
                    lambda _, v=variant, s=shape, g=given: ganzoo.create(v, s, **g),
                )
    for variant in ("dcgn", "", None, 3, "gan "):
        yield f"variant {variant!r}", lambda _, v=variant: ganzoo.create(v, (8, 8, 1))
