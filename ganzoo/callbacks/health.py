"""Warnings, in plain words, about training that goes wrong."""

import math
from collections.abc import Callable, Iterator

import keras
import numpy as np

from ganzoo.arguments import check_count
from ganzoo.images import side_by_side

CURES = {
    "nan": "Training is broken: {name} is {value}. Resume from an earlier checkpoint with a lower learning rate.",
    "won": "D has won: the mean of D(x) is {real:.3f}, that of D(G(z)) {fake:.3f}, so G learns little. Give D a lower "
    "learning rate, fewer steps or more dropout, or use the objective non_saturating or wasserstein.",
    "collapsed": "G has collapsed: its samples differ only {diversity:.2f} times as much as the data. Give G a higher "
    "learning rate or D a gradient penalty, or use larger batches.",
}


class Health(keras.callbacks.Callback):
    """Warns if training goes wrong, in a sentence that says what to try.

    There are three checks:

    - nan: a log is NaN or infinite.
    - won: D is a probability, and the means of D(x) and D(G(z)) differ by more than `parted`.
    - collapsed: the root-mean-square distance of two samples is less than `diversity` times that of two real examples.
      An untrained G always looks collapsed, so this is reported only if G was diverse before, or at the end.

    NaN is reported at once, the others after `patience` failed checks in a row. Each problem is reported once, and
    again if it comes back.

    Attributes:
        said: all warnings so far.

    Args:
        real: real examples (N, *data_shape), images in [-1, 1], or pairs {"a": images, "b": images}. Without them,
            collapse is not checked.
        every: the number of epochs between checks.
        patience: how many checks in a row must fail, except for NaN.
        parted: the difference of mean probabilities above which D has won.
        diversity: the ratio of distances below which G has collapsed.
        count: how many samples and real examples are compared.
        warn: a function that is called with each warning, `print` by default.
    """

    chief_only = True

    def __init__(
        self,
        real: np.ndarray | dict[str, np.ndarray] | None = None,
        every: int = 1,
        patience: int = 3,
        parted: float = 0.95,
        diversity: float = 0.3,
        count: int = 200,
        warn: Callable[[str], None] = print,
    ):
        super().__init__()
        self.every, self.parted, self.diversity, self.count = check_count("every", every), parted, diversity, count
        self.spread = None if real is None else mean_distance(np.float64(side_by_side(real))[:count])
        self.patience, self.warn, self.said, self._found = check_count("patience", patience), warn, [], {}

    def on_train_begin(self, logs=None):
        self.said, self._found, self._differed = [], {}, False

    def on_train_end(self, logs=None):
        if not self._differed:
            self._differed = True  # by now, G should be diverse
            for _, sentence in self.troubles({}):
                self._say(f"At the end: {sentence}")

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every == 0:
            found = dict(self.troubles(logs or {}))
            self._found = {kind: self._found.get(kind, 0) + 1 for kind in found}
            for kind, times in self._found.items():
                if times == (1 if kind == "nan" else self.patience):
                    self._say(f"Epoch {epoch + 1}: {found[kind]}")

    def _say(self, sentence):
        self.said.append(sentence)
        self.warn(sentence)

    def troubles(self, logs: dict) -> Iterator[tuple[str, str]]:
        """Yields (kind, warning) for each check that fails, where the kind is a key of CURES."""
        broken = [(name, value) for name, value in logs.items() if not math.isfinite(value)]
        if broken:
            name, value = broken[0]
            yield "nan", CURES["nan"].format(name=name, value=value)
            return
        if "value" in logs:  # D is a probability
            real, fake = logs["real_score"], logs["fake_score"]
            if real - fake > self.parted:
                yield "won", CURES["won"].format(real=real, fake=fake)
        if self.spread:
            diversity = mean_distance(np.float64(side_by_side(self.model.sample(self.count, seed=0)))) / self.spread
            self._differed = self._differed or diversity >= self.diversity
            if self._differed and diversity < self.diversity:
                yield "collapsed", CURES["collapsed"].format(diversity=diversity)


def mean_distance(examples: np.ndarray) -> float:
    """Returns the root-mean-square distance between two of the examples (N, ...).

    >>> mean_distance(np.array([[0.0], [2.0]]))
    2.0
    """
    rows = examples.reshape(len(examples), -1)
    return float(np.sqrt(2 * rows.var(axis=0, ddof=1).sum()))
