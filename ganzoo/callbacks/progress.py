"""One progress bar for a whole run."""

import shutil
import sys
import time

import keras

from ganzoo.callbacks.arguments import at_least_one

SHOWN = ("generator_loss", "discriminator_loss", "value", "accuracy", "val_accuracy")


class Progress(keras.callbacks.Callback):
    """Shows epoch, step, time left and the losses of the run on one line, where `fit` prints a bar for each epoch.

    For `fit(..., verbose=0)`; leaves no file. A terminal gets one line that is rewritten a few times a second; a log
    file or a pipe gets a plain line every 10 % of the run or 30 seconds. A resumed run starts where it is.
    (`keras.utils.Progbar` does neither: it sends control characters to files, and counts a resumed run's earlier
    steps as done in this one, so that the time left is wrong.)
    """

    chief_only = True

    def __init__(self, epochs, steps_per_epoch):
        super().__init__()
        self.epochs = at_least_one("epochs", epochs)
        self.steps_per_epoch = at_least_one("steps_per_epoch", steps_per_epoch)

    def on_train_begin(self, logs=None):
        self.terminal = sys.stdout.isatty()
        self.steps = self.epochs * self.steps_per_epoch
        self.epoch = self.step = 0
        self.first = None
        self.logs = {}
        self.begun = self.shown_at = time.monotonic()

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch, self.step = epoch, epoch * self.steps_per_epoch
        self.shown_step = self.step if self.first is None else self.shown_step

    def on_train_batch_end(self, batch, logs=None):
        self.step = self.epoch * self.steps_per_epoch + batch + 1
        self.logs |= logs or {}
        now = time.monotonic()
        self.first = self.first or (self.step, now)
        if now - self.shown_at > (0.25 if self.terminal else 30) or (not self.terminal and self._passed_a_tenth()):
            self._show(self._time_left(now))

    def on_epoch_end(self, epoch, logs=None):
        self.logs |= logs or {}  # those of an evaluation too

    def on_train_end(self, logs=None):
        self._show(f"took {clock(time.monotonic() - self.begun)}")
        if self.terminal:
            sys.stdout.write("\n")

    def _passed_a_tenth(self):
        return self.step < self.steps and 10 * self.step // self.steps > 10 * self.shown_step // self.steps

    def _time_left(self, now):
        """From the speed since the first step, which is left out because it compiles."""
        step, then = self.first
        if self.step == step:
            return "started"
        return f"{clock((now - then) / (self.step - step) * (self.steps - self.step))} left"

    def _show(self, when):
        self.shown_at, self.shown_step = time.monotonic(), self.step
        names = [name for name in SHOWN if name in self.logs] or [name for name in self.logs if name == "loss"]
        counts = f"epoch {self.epoch + 1}/{self.epochs}, step {self.step}/{self.steps}, {when}"
        line = ", ".join([counts] + [f"{name} {self.logs[name]:.4g}" for name in names])
        if self.terminal:
            columns = shutil.get_terminal_size().columns
            done = round(20 * self.step / self.steps)
            # The carriage return comes last, so that whatever is printed next begins at the line's beginning.
            line = f"[{'=' * done:.<20}] {line}"[: columns - 1].ljust(columns - 1) + "\r"
        else:
            line += "\n"
        sys.stdout.write(line)
        sys.stdout.flush()


def clock(seconds):
    """Seconds as `0:07`, `12:34` or `1:02:03`."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
