"""Writing a game as a preset, a folder of files, and reading it."""

import hashlib
import json
import os
import tempfile

import keras
import tensorflow as tf

from ganzoo.arguments import shown
from ganzoo.files import AnyPath, as_path, atomic_write, local_copy, read_json, write_json
from ganzoo.pretrained.model_card import model_card
from ganzoo.pretrained.weights_file import copy_weights, replace_weights
from ganzoo.serializable import why_not_loadable
from ganzoo.version import __version__

CONFIG, WEIGHTS, METADATA = "config.json", "model.weights.h5", "metadata.json"
CARD, PICTURE = "README.md", "samples.png"
FORMAT = 1
"""The version of the format of these folders."""
PARTS = ("all", "generator")
DTYPES = ("float32", "float16")
MOST_ROWS = 20
"""The most classes of which the picture has a row."""


class PresetError(ValueError):
    """A preset that cannot be loaded, for a reason that its message gives in full."""


def save_preset(
    game: keras.Model, folder: str | os.PathLike, parts: str, dtype: str, overwrite: bool, about: dict
) -> None:
    """Writes a preset; see `save_to_preset` of a game. What cannot be saved leaves no file."""
    for name, value, known in (("parts", parts, PARTS), ("dtype", dtype, DTYPES)):
        if value not in known:
            raise ValueError(f"`{name}` must be {known[0]!r} or {known[1]!r}; got {shown(value)}.")
    if not isinstance(folder, (str, os.PathLike)) or not str(folder):
        raise ValueError(f"`save_to_preset` takes the path of a folder; got {shown(folder)}.")
    folder = as_path(folder).expanduser()
    taken = [name for name in (CONFIG, WEIGHTS, METADATA, CARD, PICTURE) if (folder / name).exists()]
    if taken and not overwrite:
        raise FileExistsError(f"{folder} already holds {taken[0]}: choose another folder, or pass overwrite=True.")
    if reason := why_not_loadable(game):
        raise ValueError(f"A preset of this {game.name} could not be loaded, because {reason}.")
    metadata = _metadata(game, parts, dtype, about)
    with tempfile.TemporaryDirectory() as temporary:
        made = as_path(temporary)
        write_json(made / CONFIG, keras.saving.serialize_keras_object(game))
        _write_weights(game, made / WEIGHTS, parts, dtype)
        has_picture = _write_picture(game, made / PICTURE)
        (made / CARD).write_text(_card(folder.name, metadata, has_picture), encoding="utf-8")
        metadata["sha256"] = {name: _hash(made / name) for name in (CONFIG, WEIGHTS)}
        write_json(made / METADATA, metadata)
        pictures = [PICTURE] if has_picture else []
        for name in (CONFIG, WEIGHTS, CARD, *pictures, METADATA):  # it is a preset once the last one is there
            with atomic_write(folder / name) as path:
                path.write_bytes((made / name).read_bytes())


def _metadata(game, parts, dtype, about):
    known = {
        "format": FORMAT,
        "variant": game.name,
        "parts": parts,
        "weights_dtype": dtype,
        "data_shape": list(getattr(game, "data_shape", ())) or None,
        "class_names": list(getattr(game, "class_names", None) or ()) or None,
        "steps": int(game.step.numpy()),
        "images_seen": int(game.images_seen.numpy()),
        "ganzoo": __version__,
        "keras": keras.__version__,
        "tensorflow": tf.__version__,
    }
    if taken := sorted({*known, "sha256"} & set(about)):
        raise ValueError(f"`save_to_preset` finds out {', '.join(taken)} itself: leave that out.")
    about = {"description": f"A {game.name} of ganzoo.", "seed": game.seed, **about}
    if "license" in about:
        about["licence"] = about.pop("license")
    if not isinstance(about.get("metrics", {}), dict) or not isinstance(about["description"], str):
        raise ValueError("`metrics` of a preset is a dict of names and numbers, and `description` is a text.")
    try:
        return json.loads(json.dumps(known | about, allow_nan=False, default=_plain))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"The metadata of a preset must be numbers, texts, lists and dicts of them ({error})."
        ) from None


def _plain(value):
    """Returns numbers of NumPy and the like as numbers of Python, for JSON."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{shown(value)} is none of these")


def _is_kept(name, parts):
    """Returns whether a preset of these parts has the weights under this first name in Keras's file.

    These are a player's, or those of another attribute of the game, or "vars", its own, such as the step.
    """
    if name.endswith("optimizer"):
        return False
    return parts == "all" or not (name.startswith("discriminator") or name in ("averages", "vars"))


def _write_weights(game, path, parts, dtype):
    averaged = [player for player in game.averages if parts == "generator" and _is_kept(player, parts)]
    with tempfile.TemporaryDirectory() as temporary:
        file = as_path(temporary) / "one.weights.h5"
        game.save_weights(file)
        copy_weights(file, path, lambda name: _is_kept(name, parts) and name not in averaged, dtype)
        for player in averaged:
            game.averaged_network(player).save_weights(file)
            copy_weights(file, path, lambda name: True, dtype, prefix=f"{player}/")


def _write_picture(game, path):
    """Writes samples, several rows for each class of a conditional game, if a picture can show them; else nothing."""
    if not hasattr(game, "plot"):
        return False
    grid = {"count": 64, "columns": 8}
    if game.is_conditional:
        grid = {"labels": [label for label in range(min(game.num_classes, MOST_ROWS)) for _ in range(8)], "columns": 8}
    try:
        game.plot(seed=0, **grid).save(path)
    except ValueError:
        return False  # of shapes that no picture can show
    return True


def _card(name, metadata, has_picture):
    pictures = {"Samples, none chosen among others": PICTURE} if has_picture else {}
    usage = ["import ganzoo", "", f"gan = ganzoo.from_preset({json.dumps(name)})  # or the path of this folder"]
    return model_card(name, metadata, pictures, [*usage, "gan.plot()"] if has_picture else usage)


def _hash(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_preset(folder: AnyPath) -> keras.Model:
    """Returns the compiled game that a preset describes, with its weights. No code from the folder is run.

    Raises:
        FileNotFoundError: if there is no preset in the folder.
        ValueError: if a file is damaged, does not belong to the others, or is from another version.
    """
    metadata = read_metadata(folder)
    for name, expected in metadata["sha256"].items():
        if not (folder / name).exists():
            raise FileNotFoundError(f"The preset {folder} lacks its file {name}: get it anew.")
        if _hash(folder / name) != expected:
            raise PresetError(f"{folder / name} is not the file that was saved with this preset: get the preset anew.")
    config = _read(folder / CONFIG)
    game = keras.saving.deserialize_keras_object(config, safe_mode=True)
    if not hasattr(game, "players"):
        raise PresetError(f"{folder / CONFIG} describes a {type(game).__name__}, not a game.")
    with local_copy(folder / WEIGHTS) as weights, tempfile.TemporaryDirectory() as temporary:
        whole = as_path(temporary) / "whole.weights.h5"
        game.save_weights(whole)
        try:
            replace_weights(whole, weights, lambda name: _is_kept(name, metadata["parts"]))
        except ValueError as error:
            raise PresetError(f"{folder / WEIGHTS} does not fit the networks in {CONFIG}: {error}.") from error
        game.load_weights(whole)
    if metadata["parts"] == "generator":
        for player in game.averages:
            game.restart_averages(player)
        game.untrained = tuple(player for player in game.players if not _is_kept(player, "generator"))
    return game


def read_metadata(folder: AnyPath) -> dict:
    """Returns what metadata.json of a preset holds.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if it is damaged, or of a format that this version does not know.
    """
    if not (folder / METADATA).exists():
        raise FileNotFoundError(f"There is no preset in {folder}: it has no {METADATA}.")
    found = _read(folder / METADATA)
    if found.get("format", FORMAT) != FORMAT:
        raise PresetError(
            f"{folder} is a preset in format {shown(found['format'])}, written by ganzoo {found.get('ganzoo')}; ganzoo "
            f"{__version__} reads format {FORMAT}: install a version that reads it."
        )
    if "format" not in found or found.get("parts") not in PARTS or set(found.get("sha256", ())) != {CONFIG, WEIGHTS}:
        raise PresetError(f"{folder / METADATA} is damaged: get the preset anew.")
    return found


def _read(path):
    try:
        return read_json(path, "get the preset anew")
    except ValueError as error:
        raise PresetError(str(error)) from None
