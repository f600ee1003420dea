"""One progress bar for a whole run."""

import shutil
import sys
import time

import keras

from ganzoo.arguments import check_count

SHOWN = ("generator_loss", "discriminator_loss", "value", "accuracy", "val_accuracy")


class Progress(keras.callbacks.Callback):
    """Shows the epoch, step, remaining time and losses of the whole run on one line.

    Use it with `fit(..., verbose=0)`, in place of Keras's bar for each epoch. In a terminal, it rewrites one line a few
    times per second; to a log file or a pipe, it prints a plain line every 10 % of the run or every 30 seconds. In a
    resumed run, earlier epochs count as done, but not for the estimate of the remaining time. (`keras.utils.Progbar`
    prints control characters to files, and its estimate is wrong in resumed runs.)

    Args:
        epochs: the number of epochs, as for `fit`.
        steps_per_epoch: the number of training steps in each.
    """

    chief_only = True

    def __init__(self, epochs: int, steps_per_epoch: int):
        super().__init__()
        self.epochs = check_count("epochs", epochs)
        self.steps_per_epoch = check_count("steps_per_epoch", steps_per_epoch)

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
        self.logs |= logs or {}  # includes those of an evaluation

    def on_train_end(self, logs=None):
        self._show(f"took {clock(time.monotonic() - self.begun)}")
        if self.terminal:
            sys.stdout.write("\n")

    def _passed_a_tenth(self):
        return self.step < self.steps and 10 * self.step // self.steps > 10 * self.shown_step // self.steps

    def _time_left(self, now):
        """Estimates the remaining time from the speed after the first step, which includes the compilation."""
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
            # The carriage return comes last, so that any other output starts at the beginning of the line.
            line = f"[{'=' * done:.<20}] {line}"[: columns - 1].ljust(columns - 1) + "\r"
        else:
            line += "\n"
        sys.stdout.write(line)
        sys.stdout.flush()


def clock(seconds: float) -> str:
    """Formats a duration in seconds as `0:07`, `12:34` or `1:02:03`."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
