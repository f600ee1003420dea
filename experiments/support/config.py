"""What names a run, and what its results depend on."""

import ast
import dataclasses
import pathlib
import platform
import subprocess

import keras
import tensorflow as tf

import ganzoo


@dataclasses.dataclass(frozen=True)
class Config:
    """All that names a run; the defaults are the main job of the README."""

    variant: str = "nsgan"
    dataset: str = "digits"
    data_shape: tuple | None = None
    examples: int | None = None
    labels: int | None = None
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
    metrics: tuple = ()
    settings: dict = dataclasses.field(default_factory=dict)


MAY_CHANGE = {"epochs", "sample_every", "save_every", "test_every", "metrics", "steps_per_execution"}
"""What may be another when a run resumes: none of it changes what is learnt."""


def parse_shape(sides):
    """A data_shape from a flag's list of strings, None from None."""
    try:
        return tuple(int(side) for side in sides) if sides else None
    except ValueError:
        raise ValueError(
            f"--data_shape is height,width,channels, for instance 28,28,1; got {','.join(sides)}."
        ) from None


def parse_settings(pairs):
    """{key: value} from "key=value" strings; values are Python literals, or else strings."""
    settings = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise ValueError(f"--set takes key=value, for instance --set latent_dim=64; got {pair!r}.")
        try:
            settings[key] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            settings[key] = text
    return settings


def _name_of(device):
    """What a GPU's maker calls it; for what has no such name, TensorFlow's."""
    return tf.config.experimental.get_device_details(device).get("device_name", device.name)


def versions():
    """What a result depends on, to be written beside it."""
    command, folder = ["git", "rev-parse", "--short", "HEAD"], pathlib.Path(__file__).parent
    try:
        head = subprocess.run(command, capture_output=True, text=True, cwd=folder).stdout.strip() or None
    except OSError:  # there is no git
        head = None
    return {
        "ganzoo": ganzoo.__version__,
        "commit": head,
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "devices": [_name_of(device) for device in tf.config.list_physical_devices()],
    }
