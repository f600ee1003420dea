"""Where presets are: in the package, in a folder, or on the Hugging Face Hub."""

import importlib
import os
import pathlib
import re
import warnings

from ganzoo.arguments import shown
from ganzoo.files import AnyPath, as_path
from ganzoo.pretrained.preset_folder import CONFIG, METADATA, WEIGHTS
from ganzoo.registry import nearest

SHIPPED = as_path(__file__).parent / "shipped"
HUB = "hf://"
FILES = (METADATA, CONFIG, WEIGHTS)


def shipped() -> dict[str, pathlib.Path]:
    """Returns {name: folder} of the presets that come with the package."""
    return {path.parent.name: path.parent for path in sorted(SHIPPED.glob(f"*/{METADATA}"))}


def is_preset(place: str | os.PathLike) -> bool:
    """Returns whether this names a preset, and not a file or another folder. Nothing is downloaded to find out."""
    if str(place) in shipped() or str(place).startswith(HUB):
        return True
    return (as_path(place).expanduser() / METADATA).exists()


def check_name(folder: str | os.PathLike) -> None:
    """Raises ValueError if a preset in this folder could not be told from one of the package."""
    place, name = os.path.split(os.path.abspath(str(folder)))
    if name in shipped() and place != str(SHIPPED):
        raise ValueError(f"{name} is a preset of the package: choose another name.")


def find(place: str | os.PathLike) -> AnyPath:
    """Returns the folder of a preset; see `ganzoo.from_preset`.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: for a place that is no path, and for hf:// if it is not hf://user/name.
    """
    if not isinstance(place, (str, os.PathLike)) or not str(place):
        raise ValueError(f"A preset is the name of one, or the path of a folder; got {shown(place)}.")
    if str(place) in (known := shipped()):
        if as_path(place).exists():
            warnings.warn(f"{place} is the preset of the package: for the folder here, write ./{place}.", stacklevel=3)
        return known[str(place)]
    if str(place).startswith(HUB):
        return _downloaded(str(place))
    folder = as_path(place).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(f"{nearest('preset', str(place), known)} Nor is there a folder of this name.")
    return folder


def _downloaded(place):
    """Returns the folder in the cache of the Hugging Face Hub to which the files of a preset were downloaded."""
    found = re.fullmatch(r"hf://([^/@]+/[^/@]+)(?:@([^@]+))?", place)
    if not found:
        raise ValueError(f"{place!r} is no preset on the Hugging Face Hub: write hf://user/name.")
    try:
        hub = importlib.import_module("huggingface_hub")
    except ImportError as error:
        raise ValueError(f"{place} needs the package huggingface_hub: pip install huggingface_hub.") from error
    try:
        paths = [hub.hf_hub_download(found[1], name, revision=found[2], library_name="ganzoo") for name in FILES]
    except hub.errors.HFValidationError as error:
        raise ValueError(f"{place!r} is no preset on the Hugging Face Hub ({error}).") from error
    except (hub.errors.RepositoryNotFoundError, hub.errors.RevisionNotFoundError) as error:
        raise FileNotFoundError(f"There is no {place}, or you may not read it: check the name, or log in.") from error
    except (hub.errors.LocalEntryNotFoundError, ConnectionError) as error:
        raise OSError(f"{place} could not be downloaded: check the network.") from error
    except hub.errors.EntryNotFoundError as error:
        raise FileNotFoundError(f"{place} is no preset of ganzoo: it lacks one of {', '.join(FILES)}.") from error
    except hub.errors.HfHubHTTPError as error:
        raise OSError(f"{place} could not be downloaded ({str(error).strip().splitlines()[0]}).") from error
    return as_path(paths[0]).parent
