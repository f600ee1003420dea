"""Whole models on disk, of which there is always one that is complete."""

import math
import re
import warnings
from pathlib import Path

import keras

from ganzoo.callbacks.arguments import at_least_one
from ganzoo.files import is_whole_zip


class Checkpoints(keras.callbacks.Callback):
    """Leaves `folder/step-00001234.keras`, the whole model, after each `every`-th epoch and at the end of training.

    The newest `keep` of them stay; checkpoints of later steps than the model's (another run's) are not touched. A
    model with a NaN or infinite weight, or after a batch with such a log, is not saved, so that the newest checkpoint
    is always one to go on from.

    Raises OSError if a checkpoint cannot be written, say because the disk is full; the earlier ones are intact then.
    """

    chief_only = True

    def __init__(self, folder, every=1, keep=3):
        super().__init__()
        self.folder = Path(folder)
        self.every, self.keep = at_least_one("every", every), at_least_one("keep", keep)
        self.saved, self.broken = None, False

    def on_train_begin(self, logs=None):
        self.saved, self.broken = None, False

    def on_train_batch_end(self, batch, logs=None):
        self.broken = self.broken or not all(math.isfinite(value) for value in (logs or {}).values())

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every == 0:
            self.save()

    def on_train_end(self, logs=None):
        self.save()

    def save(self):
        """Saves the model as it is now, unless the last save was at the same step."""
        step = int(self.model.step.numpy())
        if step == self.saved:
            return
        if self.broken or not _is_finite(self.model):
            print(f"The model is broken at step {step} (NaN or infinite numbers): no checkpoint of it was saved.")
            return
        path = self.folder / f"step-{step:08d}.keras"
        try:
            self.model.save(path)  # beside, and moved when it is whole
        except OSError as error:
            cure = "free some space there, or choose another folder; the earlier checkpoints are intact."
            raise OSError(error.errno, f"Could not save {path} ({error.strerror or error}): {cure}") from error
        self.saved = step
        earlier = [number for number in _steps(self.folder) if number <= step]
        for number in earlier[: -self.keep]:
            _steps(self.folder)[number].unlink()


def latest(folder):
    """The path of the checkpoint of the highest step in `folder`, or None where there is none.

    One that is not whole is passed over with a warning; raises ValueError where none is whole.

    >>> latest("no/such/folder") is None
    True
    """
    steps = _steps(folder)
    for step in reversed(steps):
        if is_whole_zip(steps[step]):
            return steps[step]
        warnings.warn(f"{steps[step]} is not whole (a copy that was cut short?): passed over.", stacklevel=2)
    if steps:
        raise ValueError(f"No checkpoint in {folder} is whole: train anew in another folder.")
    return None


def _steps(folder):
    """Checkpoints by step, in order. Unfinished or foreign files are not among them."""
    matches = ((re.fullmatch(r"step-(\d+)\.keras", path.name), path) for path in Path(folder).glob("step-*.keras"))
    return dict(sorted((int(match[1]), path) for match, path in matches if match))


def _is_finite(model):
    floats = (variable for variable in model.weights if keras.backend.is_float_dtype(variable.dtype))
    return all(bool(keras.ops.all(keras.ops.isfinite(variable))) for variable in floats)
