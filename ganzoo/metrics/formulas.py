"""The formulas that `Suite` knows by name. Each maps (real, generated), a `FeatureSet` each, to {key: number}."""

import dataclasses

import numpy as np

from ganzoo.metrics.fidelity_diversity import density_coverage, precision_recall
from ganzoo.metrics.frechet import frechet_distance, frechet_infinity
from ganzoo.metrics.inception_score import classifier_score
from ganzoo.metrics.kernel_mmd import kernel_distance
from ganzoo.metrics.modes import class_coverage, mode_coverage
from ganzoo.metrics.nearest_neighbours import nearest_neighbour_error, two_sample_accuracy
from ganzoo.metrics.parzen_window import parzen
from ganzoo.metrics.wasserstein import sliced_wasserstein


@dataclasses.dataclass
class FeatureSet:
    """The features of the real or of the generated examples, and what else formulas read of them.

    Attributes:
        features: (N, D).
        probabilities: of classes, (N, K), or None if the extractor is not a classifier.
        labels: (N,), or None.
        validation: the features (M, D) of held-out training examples, with which `parzen` chooses sigma.
        mixture: the density from which real vectors were drawn, where it is known.
    """

    features: np.ndarray
    probabilities: np.ndarray | None = None
    labels: np.ndarray | None = None
    validation: np.ndarray | None = None
    mixture: object = None

    def head(self, count: int) -> "FeatureSet":
        """Returns the same for the first `count` examples."""
        parts = {name: getattr(self, name) for name in ("features", "probabilities", "labels")}
        shortened = {name: None if part is None else part[:count] for name, part in parts.items()}
        return dataclasses.replace(self, **shortened)


NO_LABELS = "The nearest-neighbour error needs samples with labels: use a conditional variant and labelled data."


def _kernel(real, generated):
    size = min(1000, len(real.features), len(generated.features))
    mean, deviation = kernel_distance(real.features, generated.features, size=size)
    return {"kernel": mean, "kernel_sd": deviation}


def _score(real, generated):
    if generated.probabilities is None:
        raise ValueError("The classifier score needs class probabilities: use the extractor `classifier`.")
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
    if real.mixture is not None:
        return mode_coverage(real.mixture, generated.features)
    if generated.probabilities is None:
        raise ValueError(
            "Modes are those of a mixture such as ring, or classes that a classifier tells apart: use the extractor "
            "`stacked` for stacked digits, or `classifier`."
        )
    return class_coverage(generated.probabilities.argmax(axis=1), generated.probabilities.shape[1])


FORMULAS = {
    "frechet": lambda real, generated: {"frechet": frechet_distance(real.features, generated.features)},
    "frechet_infinity": lambda real, generated: {
        "frechet_infinity": frechet_infinity(real.features, generated.features)[0]
    },
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
