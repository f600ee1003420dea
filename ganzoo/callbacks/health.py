"""Plain words about a game that has gone wrong."""

import math

import keras
import numpy as np

from ganzoo.callbacks.arguments import at_least_one

CURES = {
    "nan": "Training is broken: {name} is {value}. Go on from an earlier checkpoint with a lower learning rate.",
    "won": "D has won: D(x) is {real:.3f}, D(G(z)) {fake:.3f} on the average, so G learns little. Give D a lower "
    "learning rate, fewer steps or more dropout, or take the objective non_saturating or wasserstein.",
    "collapsed": "G has collapsed: its samples differ {diversity:.2f} times as much as the data do. Give G a higher "
    "learning rate or D a gradient penalty, or make batches larger.",
}


class Health(keras.callbacks.Callback):
    """Says in a sentence what has gone wrong with the game, and what to try; once for each thing, until it is mended.

    After every `every`-th epoch: a log is NaN or infinite; D has won, where it is a probability, as the means of D(x)
    and D(G(z)) are further apart than `parted`; G has collapsed, as two samples are on the average less than
    `diversity` times as far apart as two of the `real` examples (N, *data_shape), images in [-1, 1], if any.

    What is no NaN is told once it was found `patience` times in a row. As each game begins with a G that makes ever the
    same, it has collapsed once it was better before, or at the end. `said` holds the sentences; `warn` gets each,
    `print` by default.
    """

    chief_only = True

    def __init__(self, real=None, every=1, patience=3, parted=0.95, diversity=0.3, count=200, warn=print):
        super().__init__()
        self.every, self.parted, self.diversity, self.count = at_least_one("every", every), parted, diversity, count
        self.spread = None if real is None else mean_distance(np.asarray(real, "float64")[:count])
        self.patience, self.warn, self.said, self._found = at_least_one("patience", patience), warn, [], {}

    def on_train_begin(self, logs=None):
        self.said, self._found, self._differed = [], {}, False

    def on_train_end(self, logs=None):
        if not self._differed:
            self._differed = True  # or should have by now
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

    def troubles(self, logs):
        """Pairs of a kind, one of CURES, and its sentence."""
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
            diversity = mean_distance(np.float64(self.model.sample(self.count))) / self.spread
            self._differed = self._differed or diversity >= self.diversity
            if self._differed and diversity < self.diversity:
                yield "collapsed", CURES["collapsed"].format(diversity=diversity)


def mean_distance(examples):
    """The root of the mean squared distance of two of the examples (N, ...).

    >>> mean_distance(np.array([[0.0], [2.0]]))
    2.0
    """
    rows = examples.reshape(len(examples), -1)
    return float(np.sqrt(2 * rows.var(axis=0, ddof=1).sum()))
