"""Tests scripts that use ganzoo.latent, on digits and a small untrained generator."""

import json

import numpy as np
import pytest

import ganzoo
from ganzoo import data, images
from ganzoo.commands import compressed_sensing, invert
from ganzoo.commands.support import checkpoint_generators
from small_gan import SMALL, read_picture

SEARCH = {"steps": 20, "learning_rate": 0.05, "restarts": 2}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    path = tmp_path_factory.mktemp("latent") / "small.keras"
    ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=0, **SMALL).save(path)
    return path


def truth(count):
    return images.from_uint8(data.examples("digits", "test").images[:count])


@pytest.mark.thorough
def test_compressed_sensing_writes_errors_and_pictures_and_repeats_nothing(checkpoint, tmp_path, monkeypatch):
    arguments = dict(checkpoint=checkpoint, dataset="digits", count=4, measurements=(5, 20), factors=(2,), out=tmp_path)
    result = compressed_sensing.measure(**arguments, lasso_weights=(0.01,), **SEARCH)
    assert json.loads((tmp_path / "compressed_sensing.json").read_text()) == result
    assert len(result["rows"]) == 3 * 4
    for row in result["rows"]:
        first = np.load(tmp_path / "compressed_sensing" / f"{row['measurement']}-{row['method']}" / "first.npy")
        errors = np.mean((np.float64(first) - truth(4)) ** 2, axis=(1, 2, 3)) / 4
        np.testing.assert_allclose(row["error"], errors.mean(), rtol=1e-6)
        np.testing.assert_allclose(row["bar"], 1.96 * errors.std(ddof=1) / 2, rtol=1e-6)
    assert read_picture(tmp_path / "gaussian_20.png").shape == read_picture(tmp_path / "gaussian_5.png").shape
    assert read_picture(tmp_path / "downsampling_2.png").shape[0] > read_picture(tmp_path / "gaussian_5.png").shape[0]
    assert read_picture(tmp_path / "compressed_sensing.png").shape[2] == 3
    monkeypatch.setattr(compressed_sensing, "lasso", None)
    again = compressed_sensing.measure(**arguments, lasso_weights=(0.01,), **SEARCH)
    assert again == result
    assert "| gaussian_5 | " in compressed_sensing.format_table(result)


@pytest.mark.thorough
def test_another_generator_has_other_results_in_the_same_folder(checkpoint, tmp_path):
    other = tmp_path / "other.keras"
    ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=1, **SMALL).save(other)
    arguments = dict(dataset="digits", count=4, measurements=(20,), factors=(), lasso_weights=(), out=tmp_path)
    errors = [compressed_sensing.measure(one, **arguments, **SEARCH)["rows"][0]["error"] for one in (checkpoint, other)]
    assert errors[0] != errors[1]


@pytest.mark.thorough
def test_each_image_is_searched_in_each_class():
    gan = ganzoo.create("cgan", data_shape=(8, 8, 1), num_classes=10, seed=0)
    labels = checkpoint_generators.labels_of_restarts(gan, 30, 20)  # rows r * 30 + i
    assert [len(set(labels[image::30])) for image in range(30)] == [10] * 30
    assert (
        checkpoint_generators.labels_of_restarts(ganzoo.create("nsgan", data_shape=(8, 8, 1), **SMALL), 30, 20) is None
    )


@pytest.mark.thorough
def test_inversion_finds_latents_of_test_images(checkpoint, tmp_path):
    result = invert.measure(checkpoint, "digits", count=3, out=tmp_path, race=True, **SEARCH)
    assert json.loads((tmp_path / "inversion.json").read_text()) == result
    latents = np.load(tmp_path / "inversion.npz")["latents"]
    made = ganzoo.load(checkpoint).predict(latents, verbose=0)
    errors = np.mean((made - truth(3)) ** 2, axis=(1, 2, 3)) / 4
    np.testing.assert_allclose(result["error"], errors.mean(), rtol=1e-3)
    np.testing.assert_allclose(result["bar"], 1.96 * errors.std(ddof=1) / 3**0.5, rtol=1e-3)
    assert result["inversions_per_second"] > 0 and result["loop_inversions_per_second"] > 0
    assert read_picture(tmp_path / "inversion.png").any()


@pytest.mark.thorough
def test_a_conditional_variant_is_given_labels(tmp_path):
    path = tmp_path / "conditional.keras"
    gan = ganzoo.create("cgan", data_shape=(8, 8, 1), num_classes=10, seed=0, generator_ema=0.5)
    gan.save(path)
    test = data.examples("digits", "test")
    invert.measure(path, "digits", count=3, labelled=True, **SEARCH)
    latents = np.load(tmp_path / "inversion.npz")["latents"]
    errors = np.mean((gan([latents, test.labels[:3]]) - truth(3)) ** 2, axis=(1, 2, 3)) / 4
    np.testing.assert_allclose(json.loads((tmp_path / "inversion.json").read_text())["error"], errors.mean(), rtol=1e-3)


@pytest.mark.usefixtures("eagerly")
def test_loaded_models_have_their_averages_as_weights(tmp_path):
    gan = ganzoo.create("dcgan", data_shape=(8, 8, 1), seed=0, generator_ema=0.9, width=4)
    gan.fit(truth(32), batch_size=16, verbose=0)
    gan.save(tmp_path / "averaged.keras")
    loaded = checkpoint_generators.load(tmp_path / "averaged.keras")
    latents = gan.prior.sample(4, seed=0)
    np.testing.assert_allclose(checkpoint_generators.generator(loaded)(latents), gan(latents), atol=1e-6)
    assert np.abs(gan(latents) - gan.generator(latents)).max() > 1e-5
    scores = gan.discriminate(truth(4), None, training=False)
    np.testing.assert_allclose(checkpoint_generators.realism(loaded)(truth(4)), np.logaddexp(0, scores), rtol=1e-5)


def test_models_that_do_not_make_images_from_latents_are_refused(tmp_path):
    ganzoo.create("nsgan", data_shape=(2,), seed=0, **SMALL).save(tmp_path / "vectors.keras")
    with pytest.raises(ValueError, match="does not make images from latents"):
        invert.measure(tmp_path / "vectors.keras", "ring")
    with pytest.raises(FileNotFoundError):
        invert.measure(tmp_path / "empty", "digits")
