"""Metrics of samples during training."""

import time
from collections.abc import Callable

import keras

from ganzoo.arguments import check_count
from ganzoo.callbacks.directions import direction_of


class Evaluate(keras.callbacks.Callback):
    """Evaluates the model during training, and adds the results to the logs as `val_NAME`.

    It does so after the first epoch, every `every`-th one, and the last. In other epochs the logs repeat the last
    results, because Keras's callbacks expect the same logs in each epoch. `val_measuring_seconds` is the duration of
    the evaluation. Place this callback before those that read its logs, such as
    `ModelCheckpoint("best.keras", monitor="val_frechet_classifier_10k", save_best_only=True)`, which need a `mode` only
    for metrics of your own. Keras's `History` always comes last.

    Args:
        measure: a `ganzoo.metrics.Suite`, or any function from the model to {name: number}.
        every: the number of epochs between evaluations.

    >>> import ganzoo
    >>> gan = ganzoo.create("nsgan", (2,), units=16)
    >>> wide = Evaluate(lambda model: {"width": float(model.sample(100).std())})
    >>> history = gan.fit(ganzoo.data.load("ring"), steps_per_epoch=2, verbose=0, callbacks=[wide]).history
    >>> [name for name in history if name.startswith("val_")]
    ['val_width', 'val_measuring_seconds']
    """

    def __init__(self, measure: Callable[[keras.Model], dict], every: int = 1):
        super().__init__()
        self.measure, self.every = measure, check_count("every", every)

    @staticmethod
    def direction_of(name: str) -> str | None:
        """Returns "min" or "max", whichever is better for a metric of this name, or None if that is unknown."""
        return direction_of(name)

    def on_train_begin(self, logs=None):
        self.last = {}
        if hasattr(self.measure, "check"):
            self.measure.check(self.model)

    def on_epoch_end(self, epoch, logs=None):
        start = time.monotonic()
        if not self.last or (epoch + 1) % self.every == 0 or epoch + 1 == self.params["epochs"]:
            self.last = {f"val_{name}": float(number) for name, number in self.measure(self.model).items()}
        if logs is not None:
            logs.update(self.last, val_measuring_seconds=time.monotonic() - start)
