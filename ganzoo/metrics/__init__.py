"""Metrics of generated examples: formulas on features, which take (real, generated) in this order.

    parzen                               Goodfellow et al. (2014), section 5
    nearest_neighbour_error              Radford et al. (2015), appendix 8.1
    classifier_score                     Salimans et al. (2016), the Inception score
    frechet_distance                     Heusel et al. (2017), FID
    frechet_infinity                     Chong & Forsyth (2020)
    kernel_distance                      Binkowski et al. (2018), KID
    sliced_wasserstein                   Rabin et al. (2011)
    mode_coverage, class_coverage        Srivastava et al. (2017), Lin et al. (2018)
    gan_test, gan_train                  Shmelkov et al. (2018), Ravuri & Vinyals (2019)
    two_sample_accuracy                  Xu et al. (2018)
    PerceptualDistance                   Zhang et al. (2018), LPIPS
    precision_recall, density_coverage   Kynkaanniemi et al. (2019), Naeem et al. (2020)

All of them compute in float64. `Suite` evaluates a model with metrics whose names state the whole protocol, and
`nearest` finds the training images that are closest to samples.

>>> import numpy as np
>>> real, generated = np.random.default_rng(0).normal(size=(2, 500, 2))
>>> frechet_distance(real, real) < 1e-6 < frechet_distance(real, generated + 1)
True
>>> precision_recall(real, real)
{'precision': 1.0, 'recall': 1.0}
"""

from ganzoo.metrics.classifier_accuracy import gan_test, gan_train
from ganzoo.metrics.fidelity_diversity import density_coverage, precision_recall
from ganzoo.metrics.formulas import FORMULAS
from ganzoo.metrics.frechet import Moments, frechet_distance, frechet_infinity
from ganzoo.metrics.inception_score import classifier_score
from ganzoo.metrics.kernel_mmd import kernel_distance
from ganzoo.metrics.metric_names import default_names
from ganzoo.metrics.modes import class_coverage, mode_coverage
from ganzoo.metrics.nearest_neighbours import nearest, nearest_neighbour_error, two_sample_accuracy
from ganzoo.metrics.parzen_window import parzen
from ganzoo.metrics.perceptual_distance import PerceptualDistance
from ganzoo.metrics.reference_classifier import CACHE, Classifier, classifier
from ganzoo.metrics.suite import Suite
from ganzoo.metrics.wasserstein import sliced_wasserstein

__all__ = [
    "CACHE",
    "FORMULAS",
    "Classifier",
    "Moments",
    "PerceptualDistance",
    "Suite",
    "class_coverage",
    "classifier",
    "classifier_score",
    "default_names",
    "density_coverage",
    "frechet_distance",
    "frechet_infinity",
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
