"""The folder of a run: choosing it, checking which run is in it, and finding checkpoints."""

import dataclasses
import json
import pathlib

from experiments.support.config import MAY_CHANGE, Config
from ganzoo.checkpoint_files import find_checkpoint as find_checkpoint


def choose(workdir: pathlib.Path | str | None, config: Config, resume: bool) -> pathlib.Path:
    """Returns the given folder; for None the next free runs/VARIANT-DATASET-N, or the last existing one to resume."""
    if workdir:
        return pathlib.Path(workdir)
    stem = f"{config.variant}-{pathlib.Path(config.dataset).stem}"
    number = 1
    while pathlib.Path("runs", f"{stem}-{number}").exists():
        number += 1
    return pathlib.Path("runs", f"{stem}-{max(number - 1, 1) if resume else number}")


def claim(workdir: pathlib.Path, config: Config, resume: bool) -> pathlib.Path:
    """Makes the chosen folder, or the next free one if another run has taken it in the meantime, and returns it."""
    while not resume:
        try:
            workdir.mkdir(parents=True)
            break
        except FileExistsError:
            workdir = choose(None, config, resume)
    return workdir


def check(workdir: pathlib.Path, config: Config, resume: bool) -> bool:
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
    earlier, now = json.loads(path.read_text()), json.loads(json.dumps(dataclasses.asdict(config)))
    changed = [
        f"{name} was {earlier.get(name)!r}, now {now[name]!r}"
        for name in now
        if name not in MAY_CHANGE and earlier.get(name) != now[name]
    ]
    if changed:
        raise ValueError(
            f"{workdir} holds a run with another configuration ({'; '.join(changed)}): "
            "choose another --workdir, or give the flags of that run."
        )
    return True


def results_folder(checkpoint: pathlib.Path | str, out: pathlib.Path | str | None = None) -> pathlib.Path:
    """Returns the folder for results of a checkpoint: `out` if given, else the folder of the checkpoint or run."""
    path = pathlib.Path(checkpoint)
    return pathlib.Path(out) if out else (path if path.is_dir() else path.parent)
