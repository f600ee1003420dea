"""Finding checkpoints: files called step-00001234.keras in a folder, or in the `checkpoints` folder of a run."""

import os
import re
import warnings

from ganzoo.files import AnyPath, as_path, is_whole_zip


def checkpoints_in(folder: str | os.PathLike) -> dict[int, AnyPath]:
    """Returns {step: path} of all checkpoints in ascending order, without temporary files and files of other names."""
    matches = ((re.fullmatch(r"step-(\d+)\.keras", path.name), path) for path in as_path(folder).glob("step-*.keras"))
    return dict(sorted((int(match[1]), path) for match, path in matches if match))


def latest(folder: str | os.PathLike) -> AnyPath | None:
    """Returns the path of the newest complete checkpoint in `folder`, by its step, or None if there are none.

    Incomplete checkpoints are skipped with a warning. Raises ValueError if all of them are incomplete.

    >>> latest("no/such/folder") is None
    True
    """
    steps = checkpoints_in(folder)
    for step in reversed(steps):
        if is_whole_zip(steps[step]):
            return steps[step]
        warnings.warn(f"{steps[step]} is incomplete (was a copy interrupted?) and is skipped.", stacklevel=2)
    if steps:
        raise ValueError(f"All checkpoints in {folder} are incomplete: start a new run in another folder.")
    return None


def find_checkpoint(path: str | os.PathLike) -> AnyPath:
    """Returns the path of a file as it is; of the folder of a run or of checkpoints, its newest complete checkpoint.

    Raises FileNotFoundError if the folder holds no checkpoint.
    """
    path = as_path(path)
    if not path.is_dir():
        return path
    newest = latest(path / "checkpoints") or latest(path)
    if newest is None:
        raise FileNotFoundError(f"There is no checkpoint in {path}.")
    return newest
