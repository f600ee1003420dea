"""The configuration of a run, and the versions that its results depend on."""

import ast
import dataclasses
import os
import pathlib
import platform
import shlex
import subprocess
from collections.abc import Iterable, Sequence

from ganzoo.commands.support.flag_values import CACHE


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that defines a run. The defaults are those of the first command in the README."""

    variant: str = "nsgan"
    dataset: str = "digits"
    data_shape: tuple | None = None
    crop: int | None = None
    flip: bool = False
    holdout: int | None = None
    skip_broken: bool = False
    cache_dir: str = CACHE
    examples: int | None = None
    labels: int | None = None
    init: str | None = None
    freeze: int | None = None
    epochs: int = 400
    batch_size: int = 100
    seed: int = 0
    strategy: str = "auto"
    precision: str = "float32"
    jit_compile: bool | None = None
    steps_per_execution: int | None = None
    sample_every: int | None = None
    save_every: int | None = None
    test_every: int | None = None
    metrics: tuple | None = None
    keep_best: str | None = None
    settings: dict = dataclasses.field(default_factory=dict)


OF_TENSORFLOW = ("TF_ENABLE_ONEDNN_OPTS", "XLA_FLAGS")
"""The variables of the environment on which TensorFlow's results depend, in their last digits."""
MAY_CHANGE = {
    "cache_dir",
    "epochs",
    "sample_every",
    "save_every",
    "test_every",
    "metrics",
    "keep_best",
    "steps_per_execution",
}
"""The fields that may change when a run is resumed, since they do not affect what the model learns."""


def parse_shape(sides: Sequence[str] | None) -> tuple[int, ...] | None:
    """Returns the data_shape in a flag's list of strings, or None for None."""
    try:
        return tuple(int(side) for side in sides) if sides else None
    except ValueError:
        raise ValueError(
            f"--data_shape is height,width,channels, for instance 28,28,1; got {','.join(sides)}."
        ) from None


def parse_settings(pairs: Iterable[str]) -> dict:
    """Returns {key: value} from strings "key=value". Values are Python literals if they can be read as such."""
    settings = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise ValueError(f"--set takes key=value, for instance --set latent_dim=64; got {pair!r}.")
        try:
            settings[key] = ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            settings[key] = text
    return settings


def command_of(recorded: dict) -> str:
    """Returns the command that trains the run of which config.json holds these values, without what changes no weight.

    >>> command_of({"variant": "dcgan", "dataset": "mnist", "epochs": 5, "settings": {"width": 16}})
    'ganzoo train --variant=dcgan --dataset=mnist --epochs=5 --set width=16'
    """
    usual = dataclasses.asdict(Config())
    parts = []
    for name, value in recorded.items():
        own_default = value == usual.get(name) or (name == "holdout" and value == 0)
        if name in usual and name not in {"settings", *MAY_CHANGE - {"epochs"}} and not own_default:
            text = ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
            parts.append(f"--{name}" if value is True else f"--{name}={text}")
    parts += [f"--set {key}={value}" for key, value in recorded.get("settings", {}).items()]
    environment = recorded.get("versions", {}).get("environment", {})
    return " ".join([*(f"{name}={value}" for name, value in environment.items()), "ganzoo train", *map(_quoted, parts)])


def _quoted(part):
    first, space, rest = part.partition(" ")
    return first + space + shlex.quote(rest) if space else shlex.quote(first)


def versions() -> dict:
    """Returns what a result depends on besides its configuration: versions of packages, the commit, and the devices.

    Among these are the cores that this process may use: with another number, TensorFlow divides sums in another way,
    and the last digits differ, which a long training makes visible.
    """
    import keras  # here, since these imports take seconds, which the settings of a run do not need
    import tensorflow as tf

    import ganzoo

    def name(device):
        """The maker's name of a GPU; TensorFlow's name of any other device."""
        return tf.config.experimental.get_device_details(device).get("device_name", device.name)

    return {
        "ganzoo": ganzoo.__version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "environment": {name: os.environ[name] for name in OF_TENSORFLOW if name in os.environ},
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "devices": [name(device) for device in tf.config.list_physical_devices()],
    }


def _commit():
    """Returns the commit of ganzoo, or None if it is not in a repository of its own but installed, for instance."""
    here = pathlib.Path(__file__)
    tracked, head = ["git", "ls-files", "--error-unmatch", here.name], ["git", "rev-parse", "--short", "HEAD"]
    try:
        if subprocess.run(tracked, capture_output=True, cwd=here.parent).returncode:
            return None  # the folder is within another repository, such as a user's own
        return subprocess.run(head, capture_output=True, text=True, cwd=here.parent).stdout.strip() or None
    except OSError:  # git is not installed
        return None
