"""Metrics of a model by name. The name states the whole protocol, so results under one name are comparable."""

import os
import time
from collections.abc import Sequence

import keras
import numpy as np
from tqdm.auto import tqdm

from ganzoo import data
from ganzoo.files import as_path, local_copy
from ganzoo.metrics import cache as cache_file
from ganzoo.metrics import features
from ganzoo.metrics.formulas import FORMULAS, NO_LABELS, FeatureSet
from ganzoo.metrics.metric_names import parse
from ganzoo.metrics.reference_classifier import CACHE, digest

BATCH = 500
"""The number of examples that an extractor gets at once."""


class Suite:
    """Evaluates GANs with metrics of the given names, against the test examples of a data set.

    A name is FORMULA_EXTRACTOR_COUNT, for instance `frechet_classifier_10k`:

    - FORMULA is one of `FORMULAS`.
    - EXTRACTOR is one of `features.names()`, and computes the features that the formula takes.
    - COUNT is the number of samples, and of test examples (or all of them, if there are fewer).

    A name that ends in `_train`, such as `frechet_inception2015_50k_train`, compares the samples with all training
    examples instead, as most papers do. `inception_score_50k` is short for the score of `inception2015`.

    `suite(gan)` returns {key: number}. The keys are the names; a formula with several results has one key for each,
    such as `precision_classifier_10k`. A conditional variant makes equally many samples of each class. `parzen` chooses
    sigma on the first 1,000 of the last sixth of the training examples, which are Goodfellow's validation images on
    MNIST. Features of real examples are computed once and cached.

    Attributes:
        keys: the keys of the results.
        seconds: the duration of the last evaluation in seconds, {name: number}. Sampling, together with the features of
            the samples, has an entry of its own.

    Args:
        names: the metrics.
        train, test: examples of one data set.
        cache: the folder for classifiers and for features of real examples. A warning says if it cannot be written.
        seed: of the samples' latents.
        verbose: Keras's argument of `fit`, for a classifier that is not in the cache yet; unless it is 0, progress bars
            show whatever else takes more than some seconds.

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
                "`ganzoo translate` for translations."
            )
        if not isinstance(train, data.Examples) or not isinstance(test, data.Examples):
            raise ValueError("A suite takes examples of ganzoo.data: make them with ganzoo.data.from_arrays(images).")
        if train.shape != test.shape:
            raise ValueError(
                f"The examples {train.name!r} have shape {train.shape}, but the test examples {test.name!r} have "
                f"{test.shape}: resize them to one shape."
            )
        self.parts = [parse(name) for name in names]
        self.train, self.test, self.seed, self.verbose = train, test, seed, verbose
        self.cache = as_path(cache).expanduser()
        kinds = dict.fromkeys(part.extractor for part in self.parts)
        self.extractors = {kind: features.get(kind, train, test, self.cache, verbose) for kind in kinds}
        wanted = dict.fromkeys((part.extractor, part.reference) for part in self.parts)
        self._real = {(kind, split): self._real_features(self.extractors[kind], split) for kind, split in wanted}
        self.keys = []
        for part in self.parts:  # reports what cannot be computed before any training
            few = self._real[part.extractor, part.reference].head(min(part.count, 100))
            try:
                self.keys += [part.key(name) for name in FORMULAS[part.formula](few, few)]
            except ValueError as error:
                examples = getattr(self, part.reference)
                raise ValueError(
                    f"{part} cannot be computed of {examples.name!r}, which has {len(examples)} {part.reference} "
                    f"examples: {error}"
                ) from error

    def check(self, gan: keras.Model) -> None:
        """Raises ValueError if the GAN's data have another shape, or if it lacks what a metric needs."""
        if gan.data_shape != self.test.shape:
            raise ValueError(
                f"The model makes examples of shape {gan.data_shape}, but the data have {self.test.shape}: "
                "choose another data set."
            )
        if not gan.is_conditional and any(part.formula == "neighbour_error" for part in self.parts):
            raise ValueError(NO_LABELS)

    def __call__(self, gan: keras.Model) -> dict[str, float]:
        """Computes all metrics. Raises ValueError as `check` does, and if the GAN has diverged."""
        self.check(gan)
        most, found = max(part.count for part in self.parts), {}
        labels = np.arange(most) % gan.num_classes if gan.is_conditional else None
        self.seconds, start = {}, time.monotonic()
        generated = self._sample_features(gan, most, labels)
        self.seconds["sampling"] = time.monotonic() - start
        for part in self.parts:
            start = time.monotonic()
            real = self._real[part.extractor, part.reference]
            real = real if part.reference == "train" else real.head(part.count)
            numbers = FORMULAS[part.formula](real, generated[part.extractor].head(part.count))
            found |= {part.key(name): number for name, number in numbers.items()}
            self.seconds[str(part)] = time.monotonic() - start
        return found

    def _sample_features(self, gan, count, labels):
        """Returns {extractor: FeatureSet}, of samples that are generated in batches."""

        def batches():
            for index, start in enumerate(range(0, count, BATCH)):
                size = min(BATCH, count - start)
                wanted = None if labels is None else labels[start : start + size]
                batch = gan.sample(size, labels=wanted, seed=(self.seed, index))
                yield [part for extractor in self.extractors.values() for part in extractor.extract(batch)]

        parts = iter(self._collect(batches(), count, "Sampling"))
        return {kind: FeatureSet(next(parts), next(parts), labels=labels) for kind in self.extractors}

    def _real_features(self, extractor, split):
        examples = getattr(self, split)
        known = self._known_or_computed(extractor, examples)
        validation = None
        if any((part.formula, part.extractor) == ("parzen", extractor.name) for part in self.parts):
            first = len(self.train) - max(len(self.train) // 6, 1)
            held_out = data.Examples(self.train.images[first : first + 1000])
            validation = self._known_or_computed(extractor, held_out)["features"]
        return FeatureSet(labels=examples.labels, mixture=examples.mixture, validation=validation, **known)

    def _known_or_computed(self, extractor, examples):
        """Returns {"features", "probabilities"} of examples, from the cache if they are there."""
        path = self.cache / f"real-{extractor.name}-{digest(extractor.about, *extractor.trained_on, examples)}.npz"
        known = cache_file.load(lambda: _read(path, len(examples)))
        if known is None:
            known = self._computed(extractor, examples)
            cache_file.save(path, lambda file: np.savez(file, **known))
        return known

    def _computed(self, extractor, examples):
        batches = data.batches(examples, BATCH, shuffle=False, drop_remainder=False)
        parts = (extractor.extract(batch.numpy()) for batch in batches)
        title = f"Features of {examples.name or 'examples'}"
        names = ("features", "probabilities")
        collected = zip(names, self._collect(parts, len(examples), title), strict=True)
        return {name: part for name, part in collected if part is not None}

    def _collect(self, batches, count, title):
        """Joins batches, each a list of arrays or None, to one list of arrays of `count` rows; shows progress."""
        whole = None
        with tqdm(total=count, desc=title, unit=" images", delay=5, disable=not self.verbose) as bar:
            for batch in batches:
                if whole is None:
                    whole = [None if part is None else np.empty((count, *part.shape[1:]), part.dtype) for part in batch]
                    done = 0
                size = len(next(part for part in batch if part is not None))
                for rows, part in zip(whole, batch, strict=True):
                    if part is not None:
                        rows[done : done + size] = part
                done += size
                bar.update(size)
        return whole


def _read(path, count):
    """Returns the arrays of a file of features of `count` examples, or None if they are others."""
    with local_copy(path) as copy, np.load(copy, allow_pickle=False) as file:
        known = {name: file[name] for name in file.files}
    kept = [known["features"], known.get("probabilities", known["features"])]
    fit = all(part.ndim == 2 and len(part) == count for part in kept)
    return known if fit and not known.keys() - {"features", "probabilities"} else None
