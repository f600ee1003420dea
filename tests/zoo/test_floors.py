"""Floors under what must hold after a short real training, and under the versions that setup.py asks for."""

import importlib.metadata
import pathlib
import re

import numpy as np
import pytest

import ganzoo
from ganzoo import data
from ganzoo.images import side_by_side

# Epochs of 15 steps, and settings. The paper's networks learn at their own width or very slowly; at its gain, began's k
# takes tens of thousands of steps.
SHORT = {
    "gan": (70, {}),
    "nsgan": (80, {"units": 128, "maxout_units": 64}),
    "dcgan": (20, {"width": 16}),
    "cgan": (70, {}),
    "cdcgan": (20, {"width": 16}),
    "cyclegan": (10, {"width": 8, "blocks": 1}),
    "pix2pix": (10, {"width": 8}),
    "sgan": (30, {"width": 16}),
    "improved_gan": (20, {"units": (128, 128), "discriminator_units": (256, 128)}),
    "pacgan": (20, {"width": 16}),
    "lsgan": (20, {"width": 16}),
    "hinge": (20, {"width": 16}),
    "fgan": (20, {"width": 16}),
    "ragan": (20, {"width": 16}),
    "wgan": (90, {"width": 16}),
    "wgan_gp": (20, {"width": 16, "learning_rate": 5e-4}),
    "dragan": (40, {"width": 16, "learning_rate": 1e-3}),
    "r1": (40, {"width": 16}),
    "sngan": (40, {"width": 16}),
    "projection": (20, {"width": 8}),
    "sagan": (20, {"width": 8}),
    "biggan": (20, {"width": 8}),
    "r3gan": (20, {"width": 8, "blocks": 1, "augment": "", "images": 30_000, "learning_rate": 2e-3}),
    "stylegan2": (20, {"width": 8, "latent_dim": 16, "group_size": 4}),
    "ebgan": (20, {"width": 16}),
    "began": (30, {"width": 16, "latent_dim": 16, "learning_rate": 1e-3, "gain": 0.1}),
    "catgan": (20, {"units": (128, 128), "discriminator_units": (256, 128)}),
    "vaegan": (20, {"width": 16}),
    "fastgan": (20, {"width": 8}),
    "acgan": (20, {"width": 16}),
    "infogan": (20, {"width": 16}),
}


def distance(images, others):
    """Root mean square difference of the mean images, of at most 2."""
    return float(np.sqrt(np.mean((images.mean(axis=0) - others.mean(axis=0)) ** 2)))


def test_every_variant_has_a_floor():
    assert sorted(SHORT) == ganzoo.names()


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("improved_gan")
def test_a_short_training_comes_close_to_the_mean_of_the_data_and_is_no_single_picture(variant):
    epochs, settings = SHORT[variant.name]
    examples = data.examples(variant.dataset)
    settings = settings if variant.num_classes is None else settings | {"num_classes": examples.num_classes}
    gan = ganzoo.create(variant.name, examples.shape, seed=0, **settings)
    real = side_by_side(next(data.batches(examples, len(examples)).as_numpy_iterator()))
    before = distance(side_by_side(gan.sample(500, seed=0)), real)
    gan.fit(data.batches(examples, 100, labels=variant.num_classes is not None), epochs=epochs, verbose=0)
    samples = side_by_side(gan.sample(500, seed=0))
    assert distance(samples, real) < 0.6 * before
    assert samples.std(axis=0).mean() > 0.25 * real.std(axis=0).mean()


def test_installed_versions_are_not_below_the_declared_floors():
    declared = (pathlib.Path(__file__).parent.parent.parent / "setup.py").read_text()
    floors = re.findall(r'"([A-Za-z_-]+)>=([\d.]+)"', declared)
    assert {"tensorflow", "PyWavelets"} <= {package for package, _ in floors}
    for package, floor in floors:
        installed = importlib.metadata.version(package).split(".")
        assert [int(part) for part in installed[:2] if part.isdigit()] >= [int(part) for part in floor.split(".")[:2]]
