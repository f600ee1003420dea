"""The folder of a run: which one, whose it is, and whether a run in it is the one that is asked for."""

import dataclasses
import json
import pathlib

from experiments.support.config import MAY_CHANGE


def choose(workdir, config, resume):
    """The folder asked for, or the next free runs/VARIANT-DATASET-N (when resuming, the last that is there)."""
    if workdir:
        return pathlib.Path(workdir)
    stem = f"{config.variant}-{pathlib.Path(config.dataset).stem}"
    number = 1
    while pathlib.Path("runs", f"{stem}-{number}").exists():
        number += 1
    return pathlib.Path("runs", f"{stem}-{max(number - 1, 1) if resume else number}")


def claimed(workdir, config, resume):
    """The folder that was chosen, or the next one where another run has taken it since."""
    while not resume:
        try:
            workdir.mkdir(parents=True)
            break
        except FileExistsError:
            workdir = choose(None, config, resume)
    return workdir


def earlier_config(workdir, config, resume):
    """The configuration of the run in the workdir, which must be this one; None where there is none."""
    path = workdir / "config.json"
    if not path.exists():
        if resume:
            raise ValueError(f"There is no run to resume in {workdir}: leave out --resume, or give its --workdir.")
        return None
    if not resume:
        raise ValueError(f"{workdir} holds a run already: add --resume to go on with it, or choose another --workdir.")
    earlier, now = json.loads(path.read_text()), json.loads(json.dumps(dataclasses.asdict(config)))
    changed = [
        f"{name} was {earlier.get(name)!r}, now {now[name]!r}"
        for name in now
        if name not in MAY_CHANGE and earlier.get(name) != now[name]
    ]
    if changed:
        raise ValueError(
            f"{workdir} holds a run of another configuration ({'; '.join(changed)}): "
            "choose another --workdir, or its flags."
        )
    return earlier
