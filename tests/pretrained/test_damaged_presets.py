"""Presets in which something was changed, and places that hold none, are refused."""

import hashlib
import json
import os

import h5py
import keras
import numpy as np
import pytest

import ganzoo


def sign(folder):
    """Writes the hashes of the files as they are now into metadata.json."""
    metadata = json.loads((folder / "metadata.json").read_text())
    for name in metadata["sha256"]:
        metadata["sha256"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "metadata.json").write_text(json.dumps(metadata))


def flip_a_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path):
    path.write_bytes(path.read_bytes()[: os.path.getsize(path) // 2])


@pytest.mark.parametrize("name", ["config.json", "model.weights.h5"])
@pytest.mark.parametrize("damage", [flip_a_byte, cut, lambda path: path.write_bytes(b"")], ids=["flip", "cut", "empty"])
def test_files_that_are_not_those_that_were_saved_are_refused(copy, name, damage):
    damage(copy / name)
    with pytest.raises(ValueError, match=f"{name} is not the file that was saved with this preset"):
        ganzoo.from_preset(copy)


@pytest.mark.parametrize("name", ["config.json", "model.weights.h5"])
def test_a_file_that_is_missing_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"lacks its file {name}"):
        ganzoo.from_preset(copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda found: found.update(format=2, ganzoo="9.1"),
            "in format 2, written by ganzoo 9.1; .* reads format 1",
        ),
        (lambda found: found.pop("format"), "metadata.json is damaged"),
        (lambda found: found.update(parts="some"), "metadata.json is damaged"),
        (lambda found: found.pop("sha256"), "metadata.json is damaged"),
        (lambda found: found.update(sha256={"../../secret": "0"}), "metadata.json is damaged"),
        (lambda found: found.update(sha256="none"), "metadata.json is damaged"),
    ],
)
def test_metadata_of_another_form_are_refused(copy, change, message):
    found = json.loads((copy / "metadata.json").read_text())
    change(found)
    (copy / "metadata.json").write_text(json.dumps(found))
    with pytest.raises(ValueError, match=message):
        ganzoo.from_preset(copy)


def reshape(file):
    del file["generator/layers/functional/layers/dense/vars/0"]
    file["generator/layers/functional/layers/dense/vars/0"] = np.zeros((3, 2), "float32")


def link(file):
    del file["generator/layers/functional/layers/dense/vars/0"]
    layout = h5py.VirtualLayout((16, 64), "float32")
    layout[...] = h5py.VirtualSource("/etc/other.h5", "x", (16, 64))
    file.create_virtual_dataset("generator/layers/functional/layers/dense/vars/0", layout)


def link_outside(file):
    del file["generator/layers/functional/layers/dense/vars/0"]
    file["generator/layers/functional/layers/dense/vars/0"] = h5py.ExternalLink("/etc/other.h5", "x")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (reshape, r"dense/vars/0 has the shape \(3, 2\), not \(16, 64\)"),
        (lambda file: file.__delitem__("discriminator"), "it lacks discriminator/"),
        (lambda file: file.update(extra=np.zeros(3)), "the model has no extra"),
        (link, "refers to another file"),
        (link_outside, "it lacks generator/"),
    ],
    ids=["shape", "missing", "extra", "virtual", "external"],
)
def test_weights_that_do_not_fit_are_refused(copy, change, message):
    with h5py.File(copy / "model.weights.h5", "r+") as file:
        change(file)
    sign(copy)
    with pytest.raises(ValueError, match=f"does not fit the networks in config.json: .*{message}"):
        ganzoo.from_preset(copy)


def test_code_in_the_config_is_not_run(copy):
    config = json.loads((copy / "config.json").read_text())
    layer = keras.saving.serialize_keras_object(keras.layers.Lambda(lambda x: x))
    config["config"]["generator"]["config"]["layers"][0] = layer | {"name": "latents", "inbound_nodes": []}
    (copy / "config.json").write_text(json.dumps(config))
    sign(copy)
    with pytest.raises(ValueError, match="holds Python code"):
        ganzoo.from_preset(copy)


def test_another_model_of_keras_is_no_game(copy):
    (copy / "config.json").write_text(json.dumps(keras.saving.serialize_keras_object(keras.layers.Dense(3))))
    sign(copy)
    with pytest.raises(ValueError, match="config.json describes a Dense, not a game"):
        ganzoo.from_preset(copy)


def test_places_without_a_preset(tmp_path):
    with pytest.raises(FileNotFoundError, match="Unknown preset 'mnist_cdgan'.* Nor is there a folder of this name"):
        ganzoo.from_preset("mnist_cdgan")
    with pytest.raises(FileNotFoundError, match="it has no metadata.json"):
        ganzoo.from_preset(tmp_path)
    with pytest.raises(ValueError, match="A preset is the name of one, or the path of a folder; got 3"):
        ganzoo.from_preset(3)
