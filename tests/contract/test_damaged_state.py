"""A file from which a part of the state is missing, or in which it does not fit, is refused, never half loaded."""

import io
import shutil
import zipfile

import h5py
import keras
import numpy as np
import pytest

import ganzoo
from descriptors import assert_same_state, state_of

POINTS = np.random.default_rng(0).uniform(-1, 1, (16, 2)).astype(np.float32)


def save(path, policy="float32"):
    """Saves a trained model with averages, and with loss scales under mixed_float16."""
    keras.config.set_dtype_policy(policy)
    gan = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, generator_ema=0.9, seed=0)
    keras.config.set_dtype_policy("float32")
    gan.run_eagerly = True
    gan.fit(POINTS, batch_size=8, verbose=0)
    gan.save(path)
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return save(tmp_path_factory.mktemp("saved") / "gan.keras")


def edited(source, path, change):
    """A copy of the file after `change` of its HDF5 file."""
    with zipfile.ZipFile(source) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    state = io.BytesIO(entries["model.weights.h5"])
    with h5py.File(state, "r+") as weights:
        change(weights)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (entries | {"model.weights.h5": state.getvalue()}).items():
            archive.writestr(name, content)
    return path


PLACES = {
    "step": "vars",
    "optimizer of G": "generator_optimizer/vars",
    "optimizer of D": "discriminator_optimizer/vars",
    "averages": "averages/averages/vars",
    "weights of D": "discriminator/layers/dense/vars",
}


def delete(variables):
    del variables[max(variables, key=int)]


def delete_the_first(variables):
    del variables["0"]


def rename(variables):
    variables.move(max(variables, key=int), "x")


def reshape(variables):
    name = max(variables, key=int)
    del variables[name]
    variables[name] = np.zeros((3, 1, 3), np.float32)


def add(variables):
    variables["99"] = np.zeros(3, np.float32)


def delete_all(variables):
    del variables.parent["vars"]


CHANGES = [delete, delete_the_first, rename, reshape, add, delete_all]
DAMAGES = [
    (place, change)
    if place == "optimizer of G" or change is delete
    else pytest.param(place, change, marks=pytest.mark.exhaustive)
    for place in PLACES
    for change in CHANGES
]
"""By default every change of one part, and one change of every part."""


@pytest.mark.cases(6)
@pytest.mark.parametrize(("place", "change"), DAMAGES)
def test_every_part_of_the_state_has_to_be_there(file, tmp_path, place, change):
    damaged = edited(file, tmp_path / "damaged.keras", lambda weights: change(weights[PLACES[place]]))
    with pytest.raises(
        ValueError, match="damaged.keras lacks a part of the model's state.*earlier checkpoint"
    ) as error:
        ganzoo.load(damaged)
    assert "\n" not in str(error.value)


def test_an_unchanged_copy_is_loaded(file, tmp_path):
    assert_same_state(
        state_of(ganzoo.load(edited(file, tmp_path / "copy.keras", lambda weights: None))), state_of(ganzoo.load(file))
    )


def test_the_networks_alone_can_be_loaded_as_the_message_says(file, tmp_path):
    damaged = edited(file, tmp_path / "damaged.keras", lambda weights: delete(weights[PLACES["optimizer of D"]]))
    with pytest.raises(ValueError, match=r"keras.models.load_model\(path, compile=False\)"):
        ganzoo.load(damaged)
    networks = keras.models.load_model(damaged, compile=False)
    np.testing.assert_array_equal(networks.sample(3, seed=0), ganzoo.load(file).sample(3, seed=0))


def test_the_newest_checkpoint_of_a_run_or_of_a_folder_is_loaded(file, tmp_path):
    run = tmp_path / "run"
    (run / "checkpoints").mkdir(parents=True)
    for step in (8, 12):
        shutil.copy(file, run / "checkpoints" / f"step-{step:08d}.keras")
    newest = run / "checkpoints" / "step-00000012.keras"
    for path in (run, str(run), run / "checkpoints", newest):
        assert_same_state(state_of(ganzoo.load(path)), state_of(ganzoo.load(file)))
    newest.write_bytes(newest.read_bytes()[:1000])
    with pytest.warns(UserWarning, match="step-00000012.keras is incomplete"):
        ganzoo.load(run)
    with pytest.raises(FileNotFoundError, match="There is no checkpoint in .*nothing"):
        (tmp_path / "nothing").mkdir()
        ganzoo.load(tmp_path / "nothing")


def test_the_reason_of_a_setting_that_does_not_fit_is_named(file, tmp_path):
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(tmp_path / "odd.keras", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'"discriminator_steps"', b'"steps_of_nobody"'))
    with pytest.raises(ValueError, match="could not be loaded, as .*steps_of_nobody"):
        ganzoo.load(tmp_path / "odd.keras")
