"""What a run says of itself: its model card, README.md, and its settings in TensorBoard."""

import tensorflow as tf
from tensorboard.plugins.hparams import api as hparams

import ganzoo
from ganzoo.commands.support.config import command_of
from ganzoo.files import AnyPath, atomic_write
from ganzoo.pretrained.model_card import model_card

SETTINGS = ("variant", "dataset", "batch_size", "seed", "precision", "examples", "labels")
"""The fields of a `Config` that TensorBoard compares runs by, besides the settings of the variant."""


def write_card(folder: AnyPath, gan: ganzoo.Game, recorded: dict, result: dict) -> None:
    """Writes the model card of a run that has ended.

    Args:
        folder: of the run.
        gan: its model.
        recorded: what is in config.json.
        result: what is in metrics.json.
    """
    samples = sorted(path.name for path in (folder / "samples").glob("epoch-*.png"))
    pictures = {"Samples of the last epoch": f"samples/{samples[-1]}"} if samples else {}
    facts = {
        "description": f"{recorded['variant']}, trained on {recorded['dataset']}. Epochs: {recorded['epochs']}.",
        "init": recorded.get("init"),
        "variant": recorded["variant"],
        "dataset": recorded["dataset"],
        "data_shape": list(getattr(gan, "data_shape", ())) or None,
        "class_names": list(getattr(gan, "class_names", None) or ()) or None,
        "images_seen": int(gan.images_seen.numpy()),
        "steps": result["step"],
        "seconds": result["seconds"],
        "metrics": result["last_epoch"],
        "command": command_of(recorded),
        **{name: recorded["versions"].get(name) for name in ("commit", "ganzoo", "keras", "tensorflow")},
        "seed": recorded["seed"],
    }
    usage = ["import ganzoo", "", 'gan = ganzoo.load(".")  # the path of this folder']
    usage += ["gan.plot()"] if hasattr(gan, "plot") else []
    with atomic_write(folder / "README.md") as path:
        path.write_text(model_card(folder.name, facts, pictures | {"Curves": "curves.png"}, usage), encoding="utf-8")


def log_settings(folder: AnyPath, recorded: dict) -> None:
    """Writes the settings of a run where TensorBoard's page of hyperparameters finds them."""
    settings = {name: recorded[name] for name in SETTINGS if recorded[name] is not None} | recorded["settings"]
    for name, value in settings.items():
        settings[name] = value if isinstance(value, (bool, int, float, str)) else str(value)
    with tf.summary.create_file_writer(str(folder / "tensorboard" / "train")).as_default():
        hparams.hparams(settings, trial_id=folder.name)
