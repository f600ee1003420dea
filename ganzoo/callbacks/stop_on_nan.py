"""Stop at the first loss that is no number."""

import math

import keras


class StopOnNaN(keras.callbacks.Callback):
    """Stops training at the first batch of which any log is NaN or infinite, says which one, and leaves no file.

    `stopped` is None, or the sentence that was printed. Keras's own `TerminateOnNaN` looks at `loss` alone.
    """

    def __init__(self):
        super().__init__()
        self.stopped = None

    def on_train_begin(self, logs=None):
        self.stopped = None

    def on_train_batch_end(self, batch, logs=None):
        # Keras has made floats of the logs by now, whether a callback reads them or not.
        broken = {name: value for name, value in (logs or {}).items() if not math.isfinite(value)}
        if broken and self.stopped is None:
            named = ", ".join(f"{name} is {value}" for name, value in broken.items())
            step = int(self.model.step.numpy())
            self.stopped = (
                f"Stopped at step {step}: {named}. Go on from an earlier checkpoint with a lower learning rate."
            )
            self.model.stop_training = True
            print(self.stopped, flush=True)
