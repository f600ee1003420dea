"""Errors of an autoencoder's reconstructions, and of inversions from its latents."""

import json

import numpy as np
import pytest
from PIL import Image

import ganzoo
from ganzoo import data, images
from ganzoo.commands import reconstruct


@pytest.mark.thorough
def test_the_errors_are_those_of_the_models_reconstructions(tmp_path):
    gan = ganzoo.create("vaegan", (8, 8, 1), width=4, latent_dim=3, seed=0, decoder_ema=0.9)
    gan.save(tmp_path / "gan.keras")
    result = reconstruct.measure(tmp_path / "gan.keras", "digits", count=20, steps=2, restarts=2)
    assert json.loads((tmp_path / "reconstructions.json").read_text()) == result
    train, test = (images.floats(data.examples("digits", split).images) for split in ("train", "test"))
    pixels = (np.float64(test) + 1) / 2
    errors = ((pixels - (np.float64(gan.reconstruct(test)) + 1) / 2) ** 2).reshape(len(test), -1).mean(axis=1)
    np.testing.assert_allclose(result["error"], errors.mean(), rtol=1e-4)
    mean = (np.float64(train).mean(axis=0) + 1) / 2
    np.testing.assert_allclose(result["mean_image"], np.mean((pixels - mean) ** 2), rtol=1e-4)
    assert set(result["inversion"]["error"]) == {"encoder", "random"}
    assert Image.open(tmp_path / "reconstructions.png").size[0] > 16 * 8


def test_a_model_without_an_encoder_is_refused(tmp_path):
    ganzoo.create("dcgan", (8, 8, 1), width=4, latent_dim=3, seed=0).save(tmp_path / "gan.keras")
    with pytest.raises(ValueError, match="holds dcgan, which has no encoder: choose a vaegan"):
        reconstruct.measure(tmp_path / "gan.keras", "digits")
