"""Measures by name: the name is the whole protocol, so that equal names compare."""

import dataclasses
import pathlib
import re
import time
import zipfile
import zlib

import numpy as np

from ganzoo import data
from ganzoo.files import atomic_write
from ganzoo.metrics import features
from ganzoo.metrics.fidelity_diversity import density_coverage, precision_recall
from ganzoo.metrics.frechet import frechet_distance
from ganzoo.metrics.inception_score import classifier_score
from ganzoo.metrics.kernel_mmd import kernel_distance
from ganzoo.metrics.modes import mode_coverage
from ganzoo.metrics.nearest_neighbours import nearest_neighbour_error, two_sample_accuracy
from ganzoo.metrics.parzen_window import parzen
from ganzoo.metrics.reference_classifier import CACHE, digest
from ganzoo.metrics.wasserstein import sliced_wasserstein
from ganzoo.registry import nearest


@dataclasses.dataclass
class FeatureSet:
    """What is known of the real examples, or of the generated ones, as rows (N, ...)."""

    features: np.ndarray
    probabilities: np.ndarray | None = None
    labels: np.ndarray | None = None
    validation: np.ndarray | None = None
    mixture: object = None


NO_LABELS = "The nearest-neighbour error needs samples with labels: take a conditional variant."


def _kernel(real, generated):
    size = min(1000, len(real.features), len(generated.features))
    mean, deviation = kernel_distance(real.features, generated.features, size=size)
    return {"kernel": mean, "kernel_sd": deviation}


def _score(real, generated):
    if generated.probabilities is None:
        raise ValueError("The classifier score needs class probabilities: take the extractor `classifier`.")
    mean, deviation = classifier_score(generated.probabilities)
    return {"score": mean, "score_sd": deviation}


def _parzen(real, generated):
    found = parzen(real.features, generated.features, real.validation)
    return {"parzen": found["log_likelihood"], "parzen_se": found["standard_error"], "parzen_sigma": found["sigma"]}


def _two_sample(real, generated):
    count = min(len(real.features), len(generated.features))
    return {"two_sample": two_sample_accuracy(real.features[:count], generated.features[:count])["accuracy"]}


def _neighbour_error(real, generated):
    if generated.labels is None or real.labels is None:
        raise ValueError(NO_LABELS)
    error = nearest_neighbour_error(real.features, real.labels, generated.features, generated.labels)
    return {"neighbour_error": error}


def _modes(real, generated):
    if real.mixture is None:
        raise ValueError("Modes are known of mixtures alone: take the data set ring, grid or gaussian_1d.")
    return mode_coverage(real.mixture, generated.features)


FORMULAS = {
    "frechet": lambda real, generated: {"frechet": frechet_distance(real.features, generated.features)},
    "kernel": _kernel,
    "score": _score,
    "precision_recall": lambda real, generated: precision_recall(real.features, generated.features),
    "density_coverage": lambda real, generated: density_coverage(real.features, generated.features),
    "sliced_wasserstein": lambda real, generated: {
        "sliced_wasserstein": sliced_wasserstein(real.features, generated.features)
    },
    "two_sample": _two_sample,
    "neighbour_error": _neighbour_error,
    "parzen": _parzen,
    "modes": _modes,
}


class Suite:
    """A function of a GAN to {key: number}: the metrics of these `names` against a data set's test examples.

    A name is FORMULA_EXTRACTOR_COUNT, for instance `frechet_classifier_10k`: of so many samples, against as many test
    examples (all, where there are fewer), by features of that extractor. FORMULA is one of `FORMULAS`, EXTRACTOR one of
    `features.names()`. The keys are the names; where a formula gives several numbers, a key for each, for instance
    `precision_classifier_10k`. A conditional variant is asked for as many samples of each class. `parzen` chooses sigma
    on the first 1,000 of the last sixth of the training examples, Goodfellow's validation images on MNIST.

    Features of the real examples are computed once, and kept in `cache`. `seconds` is what the last call cost, {name:
    number}, sampling and its features apart.

    Args:
        names: of metrics.
        train, test: Examples of the same data set.
        cache: a folder for classifiers and features.
        seed: of the samples' latents.
        verbose: of Keras's `fit`, for a classifier that is not in the cache yet.

    Raises ValueError for an unknown formula or extractor, with the nearest known name, and for what these data lack.

    >>> from ganzoo import create, data
    >>> suite = Suite(["sliced_wasserstein_pixels_500"], data.examples("ring"), data.examples("ring", "test"))
    >>> list(suite(create("nsgan", (2,), units=16)))
    ['sliced_wasserstein_pixels_500']
    """

    def __init__(self, names, train, test, cache=CACHE, seed=0, verbose=0):
        if not names:
            raise ValueError("A suite needs at least one metric, for instance frechet_classifier_10k.")
        self.parts = [_parsed(name) for name in names]
        self.train, self.test, self.seed = train, test, seed
        self.cache = pathlib.Path(cache).expanduser()
        kinds = dict.fromkeys(extractor for _, extractor, _, _ in self.parts)
        self.extractors = {kind: features.get(kind, train, test, self.cache, verbose) for kind in kinds}
        self._real = {kind: self._of_real(extractor) for kind, extractor in self.extractors.items()}
        for formula, extractor, count, _ in self.parts:  # what cannot be measured is told before anything is trained
            few = _first(self._real[extractor], min(count, 100))
            FORMULAS[formula](few, few)

    def check(self, gan):
        """Raises ValueError where the GAN makes no such data, or not what a metric needs."""
        if gan.data_shape != self.test.shape:
            raise ValueError(
                f"The model makes {gan.data_shape}, but the data are {self.test.shape}: take another data set."
            )
        if not gan.is_conditional and any(formula == "neighbour_error" for formula, *_ in self.parts):
            raise ValueError(NO_LABELS)

    def __call__(self, gan):
        """Raises ValueError as `check` does, and where the GAN has diverged."""
        self.check(gan)
        most, found = max(count for *_, count, _ in self.parts), {}
        labels = np.arange(most) % gan.num_classes if gan.is_conditional else None
        self.seconds, start = {}, time.monotonic()
        generated = self._of_samples(gan, most, labels)
        self.seconds["sampling"] = time.monotonic() - start
        for formula, extractor, count, ending in self.parts:
            start = time.monotonic()
            sides = (_first(side[extractor], count) for side in (self._real, generated))
            found |= {f"{part}_{ending}": number for part, number in FORMULAS[formula](*sides).items()}
            self.seconds[f"{formula}_{ending}"] = time.monotonic() - start
        return found

    def _of_samples(self, gan, count, labels, batch_size=500):
        """A FeatureSet for each extractor, of samples that are made and looked at a batch at a time."""
        rows = {kind: [] for kind in self.extractors}
        for index, start in enumerate(range(0, count, batch_size)):
            size = min(batch_size, count - start)
            asked = None if labels is None else labels[start : start + size]
            batch = gan.sample(size, labels=asked, seed=(self.seed, index))
            for kind, extractor in self.extractors.items():
                rows[kind].append(extractor.extract(batch))
        return {kind: FeatureSet(*_joined(found), labels=labels) for kind, found in rows.items()}

    def _of_real(self, extractor):
        path = self.cache / f"real-{extractor.name}-{digest(extractor.about, self.train, self.test)}.npz"
        try:
            with np.load(path, allow_pickle=False) as file:
                known = {name: file[name] for name in file.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error):  # not there yet, or damaged
            known = self._computed(extractor)
            with atomic_write(path) as beside:
                np.savez(beside, **known)
        return FeatureSet(labels=self.test.labels, mixture=self.test.mixture, **known)

    def _computed(self, extractor):
        first = len(self.train) - max(len(self.train) // 6, 1)
        validation = data.Examples(self.train.images[first:][:1000])
        found, probabilities = _of_examples(extractor, self.test)
        known = {"features": found, "validation": _of_examples(extractor, validation)[0]}
        return known if probabilities is None else known | {"probabilities": probabilities}


def _of_examples(extractor, examples, batch_size=500):
    batches = data.batches(examples, batch_size, shuffle=False, drop_remainder=False)
    return _joined([extractor.extract(batch.numpy()) for batch in batches])


def _joined(batches):
    found, probabilities = zip(*batches, strict=True)
    return np.concatenate(found), None if probabilities[0] is None else np.concatenate(probabilities)


def _first(side, count):
    parts = {name: getattr(side, name) for name in ("features", "probabilities", "labels")}
    return dataclasses.replace(side, **{name: None if rows is None else rows[:count] for name, rows in parts.items()})


def _parsed(name):
    """(formula, extractor, count, ending of the key)."""
    match = re.fullmatch(r"(.+)_([^_]+)_(\d+)(k?)", name)
    if not match:
        raise ValueError(
            f"A metric is named FORMULA_EXTRACTOR_COUNT, for instance frechet_classifier_10k; got {name!r}."
        )
    formula, extractor, number, thousands = match.groups()
    if formula not in FORMULAS:
        raise ValueError(nearest("formula", formula, FORMULAS))
    if extractor not in features.names():
        raise ValueError(nearest("extractor", extractor, features.names()))
    if int(number) < 2:
        raise ValueError(f"A metric needs two samples or more, got {name!r}.")
    return formula, extractor, int(number) * (1000 if thousands else 1), f"{extractor}_{number}{thousands}"
