"""Stopping at the first NaN or infinite log."""

import math

import keras


class StopOnNaN(keras.callbacks.Callback):
    """Stops training at the first batch with a NaN or infinite log, and prints which one it is.

    Keras's own `TerminateOnNaN` checks only `loss`.

    Attributes:
        stopped: the message that was printed, or None.
    """

    def __init__(self):
        super().__init__()
        self.stopped = None

    def on_train_begin(self, logs=None):
        self.stopped = None

    def on_train_batch_end(self, batch, logs=None):
        # Keras has converted the logs to floats by now, so reading them costs nothing.
        broken = {name: value for name, value in (logs or {}).items() if not math.isfinite(value)}
        if broken and self.stopped is None:
            named = ", ".join(f"{name} is {value}" for name, value in broken.items())
            step = int(self.model.step.numpy())
            self.stopped = (
                f"Stopped at step {step}: {named}. Resume from an earlier checkpoint with a lower learning rate."
            )
            self.model.stop_training = True
            print(self.stopped, flush=True)
