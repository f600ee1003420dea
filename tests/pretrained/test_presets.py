"""Presets: what is saved is what is loaded, and what could not be loaded is not saved."""

import json
import os
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
import remote


@pytest.mark.parametrize("parts", ["all", "generator"])
def test_samples_are_those_of_the_model(trained, saved, parts):
    gan = ganzoo.from_preset(saved[parts])
    np.testing.assert_array_equal(gan.sample(20, seed=3), trained.sample(20, seed=3))
    assert gan.class_names == trained.class_names
    np.testing.assert_array_equal(gan.sample(labels=["c", "a"], seed=1), trained.sample(labels=[2, 0], seed=1))


def test_all_parts_train_on(trained, saved, digits):
    gan = ganzoo.from_preset(saved["all"])
    for one, other in zip(gan.get_weights(), trained.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert int(gan.step.numpy()) == 4 and int(gan.images_seen.numpy()) == 32
    before = gan.sample(4, seed=0)
    gan.fit(*digits, batch_size=8, verbose=0)
    assert int(gan.step.numpy()) == 8 and np.abs(gan.sample(4, seed=0) - before).max() > 0


def test_a_generator_alone_has_averages_as_weights_and_a_new_discriminator(trained, saved, digits):
    gan = ganzoo.from_preset(saved["generator"])
    averaged = trained.averaged_network().get_weights()
    for weights in (gan.generator.get_weights(), gan.averaged_network().get_weights()):
        for one, other in zip(weights, averaged, strict=True):
            np.testing.assert_array_equal(one, other)
    assert any((gan.generator.get_weights()[0] != trained.generator.get_weights()[0]).flat)
    assert any((gan.discriminator.get_weights()[0] != trained.discriminator.get_weights()[0]).flat)
    assert int(gan.step.numpy()) == 0
    with pytest.warns(UserWarning, match="no weights of discriminator: training starts from random ones"):
        gan.fit(*digits, batch_size=8, verbose=0)


def test_float16_takes_less_space_and_rounds(trained, saved, tmp_path):
    trained.save_to_preset(tmp_path / "half", parts="generator", dtype="float16")
    sizes = [os.path.getsize(folder / "model.weights.h5") for folder in (tmp_path / "half", saved["generator"])]
    assert sizes[0] < sizes[1]
    gan = ganzoo.from_preset(tmp_path / "half")
    assert all(weight.dtype == "float32" for weight in gan.generator.weights)
    difference = np.abs(gan.sample(20, seed=3) - trained.sample(20, seed=3)).max()
    assert 0 < difference < 1e-2


def test_the_same_model_gives_the_same_files(trained, saved, about, tmp_path):
    trained.save_to_preset(
        tmp_path / "letters_all", description="Letters.", licence="CC0-1.0", metrics={"frechet": 1.5}
    )
    for path in saved["all"].iterdir():
        assert path.read_bytes() == (tmp_path / "letters_all" / path.name).read_bytes()


def test_the_card_shows_samples_and_says_what_is_known(saved):
    card = (saved["all"] / "README.md").read_text()
    known = ("# letters_all", "Letters.", "(samples.png)", "CC0-1.0", "| `frechet` | 1.5 |", "8 x 8 x 1", "a, b, c")
    for text in known:
        assert text in card
    assert keras.utils.load_img(saved["all"] / "samples.png").size[0] > 8 * 8
    metadata = json.loads((saved["all"] / "metadata.json").read_text())
    assert metadata["class_names"] == list("abcdefghij") and metadata["images_seen"] == 32 and metadata["seed"] == 0


@pytest.mark.quick("lsgan")
def test_every_variant_can_be_a_preset(variant, untrained, tmp_path):
    game = untrained(variant.name)
    for parts in ("all", "generator"):
        game.save_to_preset(tmp_path / parts, parts=parts)
        again = ganzoo.from_preset(tmp_path / parts)
        for one, other in zip(*(tf.nest.flatten(model.sample(3, seed=0)) for model in (game, again)), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-6)  # averages are read by other operations than weights


def test_remote_folders_are_places_too(trained):
    folder = remote.new_folder()
    trained.save_to_preset(str(folder), parts="generator")
    np.testing.assert_array_equal(ganzoo.from_preset(str(folder)).sample(4, seed=0), trained.sample(4, seed=0))
    assert remote.names(folder) == ["README.md", "config.json", "metadata.json", "model.weights.h5", "samples.png"]


def test_a_preset_is_replaced_only_if_that_is_wanted(trained, copy):
    with pytest.raises(FileExistsError, match="already holds config.json: choose another folder"):
        trained.save_to_preset(copy)
    trained.save_to_preset(copy, parts="generator", overwrite=True)
    assert json.loads((copy / "metadata.json").read_text())["parts"] == "generator"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"parts": "both"}, "`parts` must be 'all' or 'generator'; got 'both'"),
        ({"dtype": "bfloat16"}, "`dtype` must be 'float32' or 'float16'; got 'bfloat16'"),
        ({"metrics": {"frechet": float("nan")}}, "The metadata of a preset must be numbers"),
        ({"format": 3}, "finds out format itself: leave that out"),
        ({"metrics": ["frechet"]}, "is a dict of names and numbers"),
        ({"licence": object()}, "The metadata of a preset must be numbers"),
    ],
)
def test_bad_arguments_write_nothing(trained, tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        trained.save_to_preset(tmp_path / "none", **arguments)
    assert not (tmp_path / "none").exists()


def test_weights_too_large_for_float16_are_refused(tmp_path):
    gan = ganzoo.create("lsgan", (2,), width=8, latent_dim=2)
    gan.generator.trainable_variables[0].assign(gan.generator.trainable_variables[0] + 1e5)
    with pytest.raises(ValueError, match="too large for float16: save them as float32"):
        gan.save_to_preset(tmp_path / "large", dtype="float16")
    gan.generator.trainable_variables[0].assign(gan.generator.trainable_variables[0] * np.nan)
    with pytest.raises(ValueError, match="hold NaN or infinity: save an earlier checkpoint"):
        gan.save_to_preset(tmp_path / "large")
    assert not (tmp_path / "large").exists()


@pytest.mark.parametrize("name", ["README.md", "config.json", "samples.png"])
def test_files_of_others_are_not_replaced(trained, tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(FileExistsError, match=f"already holds {name}"):
        trained.save_to_preset(tmp_path)
    assert (tmp_path / name).read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


def test_a_network_that_could_not_be_loaded_is_not_saved(tmp_path):
    latents = keras.Input((2,))
    generator = keras.Model(latents, keras.layers.Lambda(lambda x: x)(keras.layers.Dense(2)(latents)))
    points = keras.Input((2,))
    gan = ganzoo.GAN(generator, keras.Model(points, keras.layers.Dense(1)(points)), ganzoo.priors.Normal(2))
    with pytest.raises(ValueError, match="could not be loaded, because it holds a lambda"):
        gan.save_to_preset(tmp_path / "lambda")
    assert not (tmp_path / "lambda").exists()


def test_names_of_the_package_are_its_own(trained, saved, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="digits_nsgan is a preset of the package: choose another name"):
        trained.save_to_preset(tmp_path / "digits_nsgan")
    monkeypatch.chdir(tmp_path)
    shutil.copytree(saved["all"], tmp_path / "digits_nsgan")
    with pytest.warns(UserWarning, match="for the folder here, write ./digits_nsgan"):
        assert ganzoo.from_preset("digits_nsgan").name == "nsgan"
    assert ganzoo.from_preset("./digits_nsgan").name == "cdcgan"


def test_numbers_of_numpy_and_american_spelling_are_understood(tmp_path):
    gan = ganzoo.create("lsgan", (2,), width=8, latent_dim=2)
    gan.save_to_preset(tmp_path / "one", license="MIT | X\n2", metrics={"frechet": np.float32(1.5)})
    found, card = (tmp_path / "one" / name for name in ("metadata.json", "README.md"))
    assert json.loads(found.read_text())["metrics"] == {"frechet": 1.5}
    assert "| Licence of the data | MIT \\| X 2 |" in card.read_text()


def test_optimizers_that_were_refused_leave_the_model_as_it_was(tmp_path):
    class Own(keras.optimizers.SGD):
        pass

    gan = ganzoo.create("lsgan", (2,), width=8, latent_dim=2)
    with pytest.raises(ValueError, match="is not registered"):
        gan.compile(Own(1e-3), Own(1e-3))
    gan.save_to_preset(tmp_path / "one")
    assert ganzoo.from_preset(tmp_path / "one").sample(2, seed=0).shape == (2, 2)
