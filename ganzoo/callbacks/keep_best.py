"""The best checkpoint of a run, by a metric."""

import math
import os

import keras

from ganzoo.callbacks.directions import direction_of
from ganzoo.files import as_path, read_json, write_json


class KeepBest(keras.callbacks.Callback):
    """Saves the whole model whenever a metric is better than in all earlier epochs.

    The metric's name says whether lower or higher is better. Place this callback after `Evaluate`, which computes the
    metric. Next to the model, a .json file of the same name records {"metric", "value", "epoch", "step"}, so that a
    resumed run replaces the model only by a better one. Keras's `ModelCheckpoint` forgets the best value between runs.

    Args:
        path: the .keras file.
        metric: the name of a metric, as in the logs but without `val_`, for instance "frechet_classifier_10k".

    Raises:
        ValueError: if it is not known whether the metric is better low or high, or, at the end of the first epoch, if
            the logs have no such metric.
    """

    chief_only = True

    def __init__(self, path: str | os.PathLike, metric: str):
        super().__init__()
        self.path, self.metric = as_path(path), str(metric).removeprefix("val_")
        self.record = self.path.with_suffix(".json")
        direction = direction_of(self.metric)
        if direction is None:
            raise ValueError(
                f"Whether {metric!r} is better low or high is unknown, so there is no best checkpoint by it: choose a "
                "metric such as frechet_classifier_10k."
            )
        self.sign = 1 if direction == "min" else -1

    def on_train_begin(self, logs=None):
        self.best = math.inf
        if self.path.exists() and self.record.exists():
            found = read_json(self.record, f"delete it and {self.path.name}, if they are to begin anew")
            if found.get("metric") == self.metric:
                self.best = self.sign * float(found["value"])

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(f"val_{self.metric}")
        if value is None:
            measured = [name.removeprefix("val_") for name in logs or {} if name.startswith("val_")]
            raise ValueError(
                f"The best checkpoint is wanted by {self.metric!r}, which is not measured: choose one of "
                f"{', '.join(measured) or 'the metrics of the callback Evaluate'}."
            )
        if not self.sign * value < self.best:  # nor for NaN
            return
        self.best = self.sign * value
        self.model.save(self.path)  # writes a temporary file, and moves it once it is complete
        step = int(self.model.step.numpy())
        write_json(self.record, {"metric": self.metric, "value": value, "epoch": epoch + 1, "step": step})
