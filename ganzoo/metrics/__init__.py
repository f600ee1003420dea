"""Measures of what a generator makes: formulas on features, (real, generated) in this order, float64 inside."""

from ganzoo.metrics.classifier import CACHE, Classifier, classifier
from ganzoo.metrics.classifier_accuracy import gan_test, gan_train
from ganzoo.metrics.classifier_score import classifier_score
from ganzoo.metrics.frechet_distance import Moments, frechet_distance
from ganzoo.metrics.kernel_distance import kernel_distance
from ganzoo.metrics.mode_coverage import class_coverage, mode_coverage
from ganzoo.metrics.nearest_neighbours import nearest, nearest_neighbour_error, two_sample_accuracy
from ganzoo.metrics.parzen import parzen
from ganzoo.metrics.precision_recall import density_coverage, precision_recall
from ganzoo.metrics.sliced_wasserstein import sliced_wasserstein
from ganzoo.metrics.suite import FORMULAS, Suite

__all__ = [
    "CACHE",
    "Classifier",
    "FORMULAS",
    "Moments",
    "Suite",
    "class_coverage",
    "classifier",
    "classifier_score",
    "density_coverage",
    "frechet_distance",
    "gan_test",
    "gan_train",
    "kernel_distance",
    "mode_coverage",
    "nearest",
    "nearest_neighbour_error",
    "parzen",
    "precision_recall",
    "sliced_wasserstein",
    "two_sample_accuracy",
]
