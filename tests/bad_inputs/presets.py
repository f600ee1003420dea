"""Presets that cannot be saved or loaded, fine-tuning of networks that do not fit, directions that do not exist."""

import hashlib
import json
import shutil

import numpy as np

import ganzoo
from ganzoo import latent
from ganzoo.pretrained import fine_tuning, places

from .judging import family


def small(**settings):
    return ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0, **settings)


def changed(name, change, signed=False):
    """Returns a case that loads a copy of a preset in which the bytes of a file were changed."""

    def load(folder):
        copy = shutil.copytree(places.shipped()["digits_nsgan"], folder / "copy")
        content = change((copy / name).read_bytes())
        (copy / name).unlink()
        if content is not None:
            (copy / name).write_bytes(content)
        if signed:
            metadata = json.loads((copy / "metadata.json").read_text())
            metadata["sha256"][name] = hashlib.sha256(content).hexdigest()
            (copy / "metadata.json").write_text(json.dumps(metadata))
        ganzoo.from_preset(copy)

    return load


def noise(_):
    return np.random.default_rng(0).bytes(999)


def cut(content):
    return content[: len(content) // 2]


def in_json(change):
    def apply(content):
        found = json.loads(content)
        replaced = change(found)
        return json.dumps(found if replaced is None else replaced).encode()

    return apply


@family
def preset_files():
    """Folders of presets in which something was changed, also where somebody adapted the hash."""
    for name in ("metadata.json", "config.json", "model.weights.h5"):
        yield f"{name} missing", changed(name, lambda content: None)
        yield f"{name} empty", changed(name, lambda content: b"")
        yield f"{name} cut", changed(name, cut)
        yield f"{name} of noise", changed(name, noise)
    for name in ("config.json", "model.weights.h5"):
        yield f"{name} cut and signed", changed(name, lambda content: content[: len(content) // 2], signed=True)
        yield (
            f"{name} of noise, signed",
            changed(name, lambda content: np.random.default_rng(0).bytes(999), signed=True),
        )
    for value in ([], {}, "preset", {"class_name": "Nonsense"}, {"class_name": "Dense", "module": "keras.layers"}):
        yield f"config.json is {value}", changed("config.json", in_json(lambda _, value=value: value), signed=True)
    yield (
        "a game without a generator",
        changed("config.json", in_json(lambda found: found["config"].pop("generator")), True),
    )
    yield "a setting unknown", changed("config.json", in_json(lambda found: found["config"].update(colour=3)), True)
    for value in (0, 2, "1", None):
        yield (
            f"format {value}",
            changed("metadata.json", in_json(lambda found, value=value: found.update(format=value))),
        )
    for key, value in (("parts", "none"), ("parts", 3), ("sha256", {}), ("sha256", [1]), ("sha256", None)):
        change = in_json(lambda found, key=key, value=value: found.update({key: value}))
        yield f"{key} {value}", changed("metadata.json", change)


@family
def preset_places():
    """Places that hold no preset, and arguments with which none can be saved."""
    for place in ("mnist", "mnist_cdgan", "./none", "no/where", "hf://", "hf://me", "hf://me/a/b", "", None, 3, ["a"]):
        yield f"load {place}", lambda _, place=place: ganzoo.from_preset(place)
    yield "load a file", lambda _: ganzoo.from_preset(places.shipped()["digits_nsgan"] / "config.json")
    yield "load an unknown file system", lambda _: ganzoo.from_preset("nowhere://bucket/preset")
    yield "load an empty folder", lambda folder: ganzoo.from_preset(folder)
    for arguments in ({"parts": "discriminator"}, {"parts": None}, {"dtype": "int8"}, {"dtype": np.float16}):
        yield f"save {arguments}", lambda folder, given=arguments: small().save_to_preset(folder / "p", **given)
    yield "save an object", lambda folder: small().save_to_preset(folder / "p", licence=object())
    yield "save NaN", lambda folder: small().save_to_preset(folder / "p", metrics={"frechet": np.nan})
    yield (
        "save under a file",
        lambda folder: small().save_to_preset(places.shipped()["digits_nsgan"] / "config.json" / "p"),
    )
    yield "save to None", lambda _: small().save_to_preset(None)
    yield "save where one is", lambda folder: [small().save_to_preset(folder / "p") for _ in range(2)]


@family
def fine_tunings():
    """Weights that fit no network, and layers that cannot be frozen."""
    yield "other data", lambda _: fine_tuning.start_from(small(), ganzoo.from_preset("digits_nsgan"))
    yield "other width", lambda _: fine_tuning.start_from(small(), ganzoo.create("lsgan", (2,), width=8, latent_dim=2))
    yield "no game", lambda _: fine_tuning.start_from(small(), small().generator)
    for count in (0, -1, 99, 1.5, "one", None):
        yield f"freeze {count}", lambda _, count=count: fine_tuning.freeze_lowest(small().discriminator, count)
    for count in (0, -1, 99, 1.5, "one"):
        yield f"{count} directions", lambda _, count=count: latent.semantic_directions(small().generator, count)
    yield (
        "directions of no latents",
        lambda _: latent.semantic_directions(ganzoo.create("pix2pix", (8, 8, 1), width=4).generator),
    )
