"""Loading models that `save` or `save_to_preset` of a game wrote."""

import json
import os
import re
import warnings
import zipfile

import keras

import ganzoo.zoo  # noqa: F401  (it registers all classes that a saved model may hold)
from ganzoo.arguments import shown
from ganzoo.checkpoint_files import find_checkpoint
from ganzoo.files import is_whole_zip, local_copy
from ganzoo.games.game import Game
from ganzoo.pretrained import places, preset_folder
from ganzoo.version import __version__


def load(path: str | os.PathLike) -> Game:
    """Loads a model from a .keras file, compiled, with its optimizers and its step restored.

    `fit` continues from there as if training had never stopped. Code in the file is never run, because Keras's safe
    mode stays on. If the model is a game of your own, import the module that defines it first.

    Args:
        path: a file that `save` of a `Game` (a `GAN`, for instance) wrote, or the folder of a run or of checkpoints,
            whose newest complete checkpoint is then loaded.

    Returns:
        The model, of the class that was saved.

    Raises:
        FileNotFoundError: if there is no such file, or no checkpoint in the folder.
        ValueError: if the file is damaged, lacks a part of the model's state, was saved by ganzoo 0.1, holds Python
            code, names an unknown class or holds another kind of model.

    >>> import tempfile
    >>> import ganzoo
    >>> gan = ganzoo.create("nsgan", (2,), units=16)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     gan.save(f"{folder}/gan.keras")
    ...     loaded = load(f"{folder}/gan.keras")
    >>> bool((loaded.sample(5, seed=1) == gan.sample(5, seed=1)).all())
    True
    """
    if not isinstance(path, (str, os.PathLike)):
        raise ValueError(f"`load` takes the path of a .keras file or of a run's folder; got {shown(path)}.")
    path = find_checkpoint(path)
    if not path.exists():
        raise FileNotFoundError(f"There is no checkpoint at {path}.")
    if not path.is_file():
        raise ValueError(f"{path} is not a file: name a .keras file that `save` wrote.")
    with local_copy(path) as file:
        return _load(path, file)


def presets() -> dict[str, str]:
    """Returns {name: one line about it} of the presets that come with the package."""
    return {name: preset_folder.read_metadata(folder)["description"] for name, folder in places.shipped().items()}


def from_preset(place: str | os.PathLike) -> Game:
    """Loads a preset: a game with trained weights, compiled, but without the state of its optimizers.

    A preset of all parts trains on with `fit`. One of the generator makes examples; if it is trained, its discriminator
    begins with random weights. Code in a preset is never run.

    Args:
        place: a name of `ganzoo.presets()`; the path of a folder that `save_to_preset` wrote, local or of a file system
            of TensorFlow; or "hf://user/name", a model on the Hugging Face Hub, which needs the package
            huggingface_hub. "hf://user/name@revision" is one revision of it.

    Raises:
        FileNotFoundError: if there is no preset.
        ValueError: if it is damaged, is not what was saved, is of another version, or holds Python code.

    >>> import tempfile
    >>> import ganzoo
    >>> gan = ganzoo.create("nsgan", (2,), units=16)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     gan.save_to_preset(f"{folder}/ring", description="An example.")
    ...     loaded = from_preset(f"{folder}/ring")
    >>> bool((loaded.sample(5, seed=1) == gan.sample(5, seed=1)).all())
    True
    """
    folder = places.find(place)
    try:
        return preset_folder.load_preset(folder)
    except (OSError, preset_folder.PresetError):
        raise
    except Exception as error:
        raise ValueError(_reason(folder, str(error))) from error


def _load(path, file):
    """Loads the model in `file`, which is `path` or a copy of it."""
    if not is_whole_zip(file):
        raise ValueError(f"{path} is not a complete .keras file (was a copy interrupted?): load an earlier checkpoint.")
    if _is_of_first_version(file):
        raise ValueError(
            f"{path} was saved by ganzoo 0.1, whose files ganzoo {__version__} cannot read: load it with ganzoo 0.1, "
            "or train the model again."
        )
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "Skipping variable loading")  # where an optimizer's state would be lost
            model = keras.models.load_model(file, safe_mode=True)
    except Exception as error:
        raise ValueError(_reason(path, str(error))) from error
    if not isinstance(model, Game):
        raise ValueError(f"{path} holds a {type(model).__name__}, not a game: load it with keras.models.load_model.")
    return model


def _is_of_first_version(file):
    """Whether ganzoo 0.1 saved this file. It recorded no version, but every GAN of it had the setting `reuse_fakes`."""
    try:
        with zipfile.ZipFile(file) as archive:
            model = json.loads(archive.read("config.json"))
        settings = model["config"]
        from_ganzoo = str(model.get("module")).startswith("ganzoo.") or "reuse_fakes" in settings
        return from_ganzoo and "ganzoo_version" not in settings
    except (KeyError, ValueError, TypeError, AttributeError):
        return False  # not a file of Keras: load_model says so


def _reason(path, message):
    lines = [line.strip() for line in message.split(" Full object config")[0].splitlines() if line.strip()]
    lines = lines or ["no reason was given"]
    first = " ".join(lines[: 1 + lines[0].endswith(":")])  # what a colon announces is in the next line
    if "safe_mode" in message or "lambda" in message.lower():
        return f"{path} holds Python code (a Lambda layer?), which is never run: make the layer a registered class."
    if "Could not locate" in message:
        return f"{path} holds a class that is not registered: import the module that defines it first. ({first})"
    if match := re.search(r"could not be loaded\. Example error message .*?:\n\n(.+?)\n", message, re.DOTALL):
        return (
            f"{path} lacks a part of the model's state, or the state does not fit: load an earlier checkpoint, or the "
            f"networks alone with keras.models.load_model(path, compile=False). ({match[1].strip()})"
        )
    causes = re.findall(r"Exception encountered: (.+)", message)
    reason = (causes[-1] if causes else first).strip("\"'. ")
    return f"{path} could not be loaded, as it is damaged or from another version ({reason}): load another checkpoint."
