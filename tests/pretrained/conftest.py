"""A model of few steps, and presets of it, for all tests of presets."""

import shutil

import pytest

import ganzoo
from ganzoo import data

SETTINGS = {"width": 4, "latent_dim": 6, "num_classes": 10}


@pytest.fixture(scope="session")
def about():
    """What the presets of the tests say of themselves."""
    return {"description": "Letters.", "licence": "CC0-1.0", "metrics": {"frechet": 1.5}}


@pytest.fixture(scope="session")
def digits():
    examples = data.examples("digits")
    return examples.images[:32], examples.labels[:32]


@pytest.fixture(scope="session")
def trained(digits):
    """A conditional model of four steps, whose averages are not its weights."""
    gan = ganzoo.create("cdcgan", (8, 8, 1), seed=0, generator_ema=0.9, class_names=list("abcdefghij"), **SETTINGS)
    gan.compile(run_eagerly=True)  # a few steps need no trace
    gan.fit(*digits, batch_size=8, verbose=0)
    return gan


@pytest.fixture(scope="session")
def saved(trained, about, tmp_path_factory):
    """{parts: folder} of presets, which tests must not change."""
    folders = {parts: tmp_path_factory.mktemp("presets") / f"letters_{parts}" for parts in ("all", "generator")}
    for parts, folder in folders.items():
        trained.save_to_preset(folder, parts=parts, **about)
    return folders


@pytest.fixture
def copy(saved, tmp_path):
    """A copy of the preset of all parts, for a test to damage."""
    return shutil.copytree(saved["all"], tmp_path / "copy")
