"""Checkpoints of whole models. Once one is saved, there is always a complete one."""

import math
import os

import keras

from ganzoo.arguments import check_count
from ganzoo.checkpoint_files import checkpoints_in
from ganzoo.files import as_path


class Checkpoints(keras.callbacks.Callback):
    """Saves the whole model as `folder/step-00001234.keras` after every `every`-th epoch and at the end of training.

    A model with NaN or infinite weights, or after a batch with such a log, is not saved, so that training can always
    resume from the newest checkpoint.

    Args:
        folder: where checkpoints are saved; it is created if necessary.
        every: the number of epochs between checkpoints.
        keep: how many checkpoints to keep, the newest ones. Those of later steps than the model's, which come from
            another run, are never deleted.

    Raises OSError if a checkpoint cannot be written, for instance because the disk is full. Earlier checkpoints are
    intact in that case.
    """

    chief_only = True

    def __init__(self, folder: str | os.PathLike, every: int = 1, keep: int = 3):
        super().__init__()
        self.folder = as_path(folder)
        self.every, self.keep = check_count("every", every), check_count("keep", keep)
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

    def save(self) -> None:
        """Saves the model in its present state, unless it was already saved at this step."""
        step = int(self.model.step.numpy())
        if step == self.saved:
            return
        if self.broken or not _is_finite(self.model):
            print(f"The model is broken at step {step} (NaN or infinite values), so no checkpoint of it was saved.")
            return
        path = self.folder / f"step-{step:08d}.keras"
        try:
            self.model.save(path)  # writes a temporary file, and moves it once it is complete
        except OSError as error:
            cure = "free some disk space, or choose another folder; earlier checkpoints are intact."
            raise OSError(error.errno, f"Could not save {path} ({error.strerror or error}): {cure}") from error
        self.saved = step
        earlier = [file for number, file in checkpoints_in(self.folder).items() if number <= step]
        for file in earlier[: -self.keep]:
            file.unlink()


def _is_finite(model):
    floats = (variable for variable in model.weights if keras.backend.is_float_dtype(variable.dtype))
    return all(bool(keras.ops.all(keras.ops.isfinite(variable))) for variable in floats)
