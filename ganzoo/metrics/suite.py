"""Metrics of a model by name. The name states the whole protocol, so results under one name are comparable."""

import os
import re
import time
from collections.abc import Sequence

import keras
import numpy as np

from ganzoo import data
from ganzoo.files import as_path, local_copy
from ganzoo.metrics import cache as cache_file
from ganzoo.metrics import features
from ganzoo.metrics.formulas import FORMULAS, NO_LABELS, FeatureSet
from ganzoo.metrics.reference_classifier import CACHE, digest
from ganzoo.registry import nearest


class Suite:
    """Evaluates GANs with metrics of the given names, against the test examples of a data set.

    A name is FORMULA_EXTRACTOR_COUNT, for instance `frechet_classifier_10k`:

    - FORMULA is one of `FORMULAS`.
    - EXTRACTOR is one of `features.names()`, and computes the features that the formula takes.
    - COUNT is the number of samples, and of test examples (or all of them, if there are fewer).

    `suite(gan)` returns {key: number}. The keys are the names; a formula with several results has one key for each,
    such as `precision_classifier_10k`. A conditional variant makes equally many samples of each class. `parzen` chooses
    sigma on the first 1,000 of the last sixth of the training examples, which are Goodfellow's validation images on
    MNIST. Features of real examples are computed once and cached.

    Attributes:
        seconds: the duration of the last evaluation in seconds, {name: number}. Sampling, together with the features of
            the samples, has an entry of its own.

    Args:
        names: the metrics.
        train, test: examples of one data set.
        cache: the folder for classifiers and for features of real examples. A warning says if it cannot be written.
        seed: of the samples' latents.
        verbose: Keras's argument of `fit`, for a classifier that is not in the cache yet.

    Raises ValueError if a formula or an extractor is unknown, with the nearest known name, or if the data lack what a
    metric needs.

    >>> from ganzoo import create, data
    >>> suite = Suite(["sliced_wasserstein_pixels_500"], data.examples("ring"), data.examples("ring", "test"))
    >>> list(suite(create("nsgan", (2,), units=16)))
    ['sliced_wasserstein_pixels_500']
    """

    def __init__(
        self,
        names: Sequence[str],
        train: data.Examples,
        test: data.Examples,
        cache: str | os.PathLike = CACHE,
        seed: int = 0,
        verbose: int | str = 0,
    ):
        names = [names] if isinstance(names, str) else names
        if not names:
            raise ValueError("A suite needs at least one metric, for instance frechet_classifier_10k.")
        if isinstance(train, data.ImagePairs) or isinstance(test, data.ImagePairs):
            raise ValueError(
                "Metrics compare samples with images of one kind, but the data are pairs of two domains: see "
                "experiments.translate for translations."
            )
        if not isinstance(train, data.Examples) or not isinstance(test, data.Examples):
            raise ValueError("A suite takes examples of ganzoo.data: make them with ganzoo.data.from_arrays(images).")
        if train.shape != test.shape:
            raise ValueError(
                f"The examples {train.name!r} have shape {train.shape}, but the test examples {test.name!r} have "
                f"{test.shape}: resize them to one shape."
            )
        self.parts = [_parsed(name) for name in names]
        self.train, self.test, self.seed = train, test, seed
        self.cache = as_path(cache).expanduser()
        kinds = dict.fromkeys(extractor for _, extractor, _, _ in self.parts)
        self.extractors = {kind: features.get(kind, train, test, self.cache, verbose) for kind in kinds}
        self._real = {kind: self._real_features(extractor) for kind, extractor in self.extractors.items()}
        for formula, extractor, count, ending in self.parts:  # reports what cannot be computed before any training
            few = self._real[extractor].head(min(count, 100))
            try:
                FORMULAS[formula](few, few)
            except ValueError as error:
                raise ValueError(
                    f"{formula}_{ending} cannot be computed of {test.name!r}, which has {len(test)} test examples: "
                    f"{error}"
                ) from error

    def check(self, gan: keras.Model) -> None:
        """Raises ValueError if the GAN's data have another shape, or if it lacks what a metric needs."""
        if gan.data_shape != self.test.shape:
            raise ValueError(
                f"The model makes examples of shape {gan.data_shape}, but the data have {self.test.shape}: "
                "choose another data set."
            )
        if not gan.is_conditional and any(formula == "neighbour_error" for formula, *_ in self.parts):
            raise ValueError(NO_LABELS)

    def __call__(self, gan: keras.Model) -> dict[str, float]:
        """Computes all metrics. Raises ValueError as `check` does, and if the GAN has diverged."""
        self.check(gan)
        most, found = max(count for *_, count, _ in self.parts), {}
        labels = np.arange(most) % gan.num_classes if gan.is_conditional else None
        self.seconds, start = {}, time.monotonic()
        generated = self._sample_features(gan, most, labels)
        self.seconds["sampling"] = time.monotonic() - start
        for formula, extractor, count, ending in self.parts:
            start = time.monotonic()
            both = (one[extractor].head(count) for one in (self._real, generated))
            found |= {f"{part}_{ending}": number for part, number in FORMULAS[formula](*both).items()}
            self.seconds[f"{formula}_{ending}"] = time.monotonic() - start
        return found

    def _sample_features(self, gan, count, labels, batch_size=500):
        """Returns {extractor: FeatureSet}, of samples that are generated in batches."""
        batches = {kind: [] for kind in self.extractors}
        for index, start in enumerate(range(0, count, batch_size)):
            size = min(batch_size, count - start)
            wanted = None if labels is None else labels[start : start + size]
            batch = gan.sample(size, labels=wanted, seed=(self.seed, index))
            for kind, extractor in self.extractors.items():
                batches[kind].append(extractor.extract(batch))
        return {kind: FeatureSet(*_joined(found), labels=labels) for kind, found in batches.items()}

    def _real_features(self, extractor):
        path = self.cache / f"real-{extractor.name}-{digest(extractor.about, self.train, self.test)}.npz"
        known = cache_file.load(lambda: _read(path, len(self.test)))
        if known is None:
            known = self._computed(extractor)
            cache_file.save(path, lambda file: np.savez(file, **known))
        return FeatureSet(labels=self.test.labels, mixture=self.test.mixture, **known)

    def _computed(self, extractor):
        first = len(self.train) - max(len(self.train) // 6, 1)
        validation = data.Examples(self.train.images[first : first + 1000])
        found, probabilities = _of_examples(extractor, self.test)
        known = {"features": found, "validation": _of_examples(extractor, validation)[0]}
        return known if probabilities is None else known | {"probabilities": probabilities}


def _read(path, count):
    """Returns the arrays of a file of features of `count` examples, or None if they are others."""
    with local_copy(path) as copy, np.load(copy, allow_pickle=False) as file:
        known = {name: file[name] for name in file.files}
    others = known.keys() - {"features", "validation", "probabilities"}
    kept = [known["features"], known.get("probabilities", known["features"])]
    fit = all(part.ndim == 2 and len(part) == count for part in kept) and known["validation"].ndim == 2
    return known if fit and not others else None


def _of_examples(extractor, examples, batch_size=500):
    batches = data.batches(examples, batch_size, shuffle=False, drop_remainder=False)
    return _joined([extractor.extract(batch.numpy()) for batch in batches])


def _joined(batches):
    found, probabilities = zip(*batches, strict=True)
    return np.concatenate(found), None if probabilities[0] is None else np.concatenate(probabilities)


def _parsed(name):
    """Splits a metric's name into (formula, extractor, count, ending of the key)."""
    match = re.fullmatch(r"(.+)_([^_]+)_(\d+)(k?)", str(name))
    if not match:
        raise ValueError(
            f"A metric's name is FORMULA_EXTRACTOR_COUNT, for instance frechet_classifier_10k; got {name!r}."
        )
    formula, extractor, number, thousands = match.groups()
    if formula not in FORMULAS:
        raise ValueError(nearest("formula", formula, FORMULAS))
    if extractor not in features.names():
        raise ValueError(nearest("extractor", extractor, features.names()))
    count = int(number) * (1000 if thousands else 1)
    if count < 2:
        raise ValueError(f"A metric needs at least two samples, got {name!r}; choose {formula}_{extractor}_10k.")
    return formula, extractor, count, f"{extractor}_{number}{thousands}"
