"""Metrics of samples while a model trains."""

import time

import keras

from ganzoo.callbacks.arguments import at_least_one


class Evaluate(keras.callbacks.Callback):
    """Adds what `measure(model)` returns, {name: number}, to the logs as `val_name`, anew after every `every`-th epoch.

    `measure` is a `ganzoo.metrics.Suite`, or any function of the model. Put it before what reads those logs, for
    instance `ModelCheckpoint("best.keras", monitor="val_frechet_classifier_10k", mode="min", save_best_only=True)`:
    callbacks see them in their order; `History` comes last. It measures after the first epoch too, and in between the
    last numbers stand, as Keras's callbacks want some in each epoch. `val_measuring_seconds` is the cost.

    >>> import ganzoo
    >>> gan = ganzoo.create("nsgan", (2,), units=16)
    >>> wide = Evaluate(lambda model: {"width": float(model.sample(100).std())})
    >>> history = gan.fit(ganzoo.data.load("ring"), steps_per_epoch=2, verbose=0, callbacks=[wide]).history
    >>> [name for name in history if name.startswith("val_")]
    ['val_width', 'val_measuring_seconds']
    """

    def __init__(self, measure, every=1):
        super().__init__()
        self.measure, self.every = measure, at_least_one("every", every)

    def on_train_begin(self, logs=None):
        self.last = {}
        if hasattr(self.measure, "check"):
            self.measure.check(self.model)

    def on_epoch_end(self, epoch, logs=None):
        start = time.monotonic()
        if not self.last or (epoch + 1) % self.every == 0:
            self.last = {f"val_{name}": float(number) for name, number in self.measure(self.model).items()}
        if logs is not None:
            logs.update(self.last, val_measuring_seconds=time.monotonic() - start)
