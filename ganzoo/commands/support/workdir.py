"""The folder of a run: choosing it, checking which run is in it, and loading its checkpoint, or a preset."""

import dataclasses
import json
import pathlib
import re

import ganzoo
from ganzoo.checkpoint_files import find_checkpoint, latest
from ganzoo.commands.support.config import MAY_CHANGE, Config, command_of, versions
from ganzoo.files import AnyPath, as_path, read_json
from ganzoo.pretrained import places
from ganzoo.pretrained.preset_folder import read_metadata

CURE = "restore it from a copy, or choose another --workdir"


def choose(workdir: AnyPath | str | None, config: Config, resume: bool) -> AnyPath:
    """Returns the given folder; for None the next free runs/VARIANT-DATASET-N, or the last existing one to resume."""
    if workdir:
        return as_path(workdir)
    runs, stem = as_path("runs"), f"{config.variant}-{pathlib.PurePath(config.dataset).stem}"
    number = 1
    while (runs / f"{stem}-{number}").exists():
        number += 1
    return runs / f"{stem}-{max(number - 1, 1) if resume else number}"


def claim(workdir: AnyPath, config: Config) -> AnyPath:
    """Makes the chosen folder, or the next free one if another run has taken it in the meantime, and returns it."""
    while True:
        try:
            workdir.mkdir(parents=True)
            return workdir
        except FileExistsError:
            workdir = choose(None, config, resume=False)


def check(workdir: AnyPath, config: Config, resume: bool) -> bool:
    """Returns whether the folder holds an earlier part of this run.

    Raises:
        ValueError: if the folder holds another run, holds a run that is not to be resumed, or has none to resume.
    """
    path = workdir / "config.json"
    if not path.exists():
        if resume:
            raise ValueError(f"There is no run to resume in {workdir}: leave out --resume, or give its --workdir.")
        return False
    if not resume:
        raise ValueError(f"{workdir} already holds a run: add --resume to continue it, or choose another --workdir.")
    earlier = read_json(path, CURE)
    now, usual = (json.loads(json.dumps(dataclasses.asdict(one))) for one in (config, Config()))
    if config.holdout is None:  # as many as at the start
        now["holdout"] = earlier.get("holdout")
    changed = [
        f"{name} was {earlier.get(name)!r}, now {now[name]!r}"
        for name in now
        if name not in MAY_CHANGE and earlier.get(name, usual[name]) != now[name]
    ]
    if changed:
        raise ValueError(
            f"{workdir} holds a run with another configuration ({'; '.join(changed)}): "
            "choose another --workdir, or give the flags of that run."
        )
    return True


def as_begun(config: Config, workdir: AnyPath) -> Config:
    """Returns the configuration of a run that is resumed, with what its flags leave open as at its start.

    This is the number of examples that are held out, and the metrics.
    """
    earlier = read_json(workdir / "config.json", CURE)
    names = tuple(earlier.get("metrics") or ()) if config.metrics is None else config.metrics
    return dataclasses.replace(config, holdout=earlier.get("holdout") or 0, metrics=names)


def check_examples(workdir: AnyPath, config: Config, count: int) -> None:
    """Compares the number of examples in the data with that at the start of the run in the folder, if it is recorded.

    Raises:
        ValueError: if there are more or fewer now, with which the run could not continue as it began.
    """
    earlier = read_json(workdir / "config.json", CURE).get("examples_found", count)
    if earlier != count:
        raise ValueError(
            f"{config.dataset} has {count} examples now, and had {earlier} when the run in {workdir} began: restore "
            "the data, or choose another --workdir."
        )


def begun_by(workdir: AnyPath) -> dict:
    """Returns the `versions` with which the run in a folder was begun."""
    found = read_json(workdir / "config.json", CURE).get("versions")
    return found if isinstance(found, dict) else {}


def check_checkpoint(path: AnyPath, saved: ganzoo.Game, new: ganzoo.Game, workdir: AnyPath) -> None:
    """Compares the game in a checkpoint with a new one that config.json describes.

    If other code began the run, only the variant and the seed are compared, since its defaults may be others.

    Raises:
        ValueError: if the checkpoint is of another run.
    """
    earlier, now = begun_by(workdir), versions()
    same_code = all(earlier.get(name) == now[name] for name in ("ganzoo", "commit", "keras"))
    saved, new = _description(saved), _description(new)
    differing = [name for name in saved | new if saved.get(name) != new.get(name)]
    if not same_code:
        differing = [name for name in differing if name in ("name", "seed")]
    if differing:
        raise ValueError(
            f"{path} is of another run than {workdir / 'config.json'} describes: they differ in "
            f"{', '.join('variant' if name == 'name' else name for name in differing)}. Restore the config.json of the "
            "run that saved it, or choose another --workdir."
        )


def _description(game):
    """Returns the configs of a game and its optimizers, without the numbers by which Keras makes names unique."""
    optimizers = {name: config for name, config in game.get_compile_config().items() if name.endswith("_optimizer")}
    text = json.dumps(game.get_config() | optimizers, default=str, sort_keys=True)
    found = json.loads(re.sub(r'_\d+(?=")|, "shared_object_id": \d+', "", text))
    del found["ganzoo_version"]
    return found


def load_model(checkpoint: AnyPath | str) -> ganzoo.Game:
    """Loads a .keras file, the newest checkpoint of a run, or a preset."""
    is_unknown_name = re.fullmatch(r"\w+", str(checkpoint)) and not as_path(checkpoint).exists()
    if places.is_preset(checkpoint) or is_unknown_name:
        return ganzoo.from_preset(checkpoint)  # which says what there is of a similar name
    return ganzoo.load(find_checkpoint(checkpoint))


def recorded_by(checkpoint: AnyPath | str | None) -> dict:
    """Returns what config.json says of the run that a checkpoint belongs to, or {} if it belongs to none."""
    if checkpoint in (None, "real") or places.is_preset(checkpoint):
        return {}
    path = as_path(checkpoint)
    for folder in [path, *path.parents[:2]]:
        if (folder / "config.json").exists():
            return read_json(folder / "config.json", CURE)
    return {}


def about_preset(checkpoint: AnyPath | str) -> dict:
    """Returns the metadata of a preset, or {} for any other checkpoint."""
    return read_metadata(places.find(checkpoint)) if places.is_preset(checkpoint) else {}


def command_behind(checkpoint: AnyPath | str) -> str | None:
    """Returns the command by which a checkpoint or a preset was trained, if it is known."""
    if recorded := recorded_by(checkpoint):
        return command_of(recorded)
    return about_preset(checkpoint).get("command")


def results_folder(checkpoint: AnyPath | str, out: AnyPath | str | None = None) -> AnyPath:
    """Returns the folder for results of a checkpoint: `out` if given, else its own folder, or runs/NAME of a preset."""
    if out:
        return as_path(out)
    if places.is_preset(checkpoint):
        return as_path("runs") / re.sub(r"[^\w.-]+", "_", str(checkpoint).rstrip("/").split("/")[-1])
    path = as_path(checkpoint)
    return path if path.is_dir() else path.parent


def list_files(folder: AnyPath) -> str:
    """Returns what a run has written, with the commands that show more of it, as lines of text."""
    lines = [""]
    if (folder / "samples").exists():
        last = sorted((folder / "samples").glob("epoch-*.png"))[-1:]
        lines += [
            f"Samples      {last[0] if last else folder / 'samples'}",
            f"             {folder / 'samples' / 'samples.gif'}",
            f"More images  ganzoo sample --checkpoint={folder}",
        ]
    lines += [
        f"Curves       {folder / 'curves.png'} (numbers in history.csv)",
        f"Checkpoint   {latest(folder / 'checkpoints')}",
        *_best(folder),
        f"Model card   {folder / 'README.md'}",
        f"TensorBoard  tensorboard --logdir {folder / 'tensorboard'}",
    ]
    return "\n".join(lines)


def _best(folder):
    if not (folder / "best.json").exists():
        return []
    found = read_json(folder / "best.json", "delete it")
    return [f"Best         {folder / 'best.keras'} ({found['metric']} {found['value']:.4g}, epoch {found['epoch']})"]
