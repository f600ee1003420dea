"""GAN-test and GAN-train: conditional samples as the test set and as the training set of a classifier.

Shmelkov et al. (2018); GAN-train is the classification accuracy score of Ravuri & Vinyals (2019).
"""

import numpy as np
from numpy.typing import ArrayLike

from ganzoo.data.examples import Examples
from ganzoo.metrics.reference_classifier import Classifier, network, train_network


def gan_test(judge: Classifier, generated: np.ndarray, labels: ArrayLike) -> dict:
    """Returns how often a classifier of real images recognizes samples as their class: {"accuracy", "of_each_class"}.

    One good image of each class is enough for an accuracy of 1; `gan_train` detects such a lack of diversity.

    Args:
        judge: a `Classifier`, trained on real images.
        generated: images (N, H, W, C) in [-1, 1].
        labels: the classes (N,) for which they were generated.
    """
    labels = np.asarray(labels)
    if labels.shape != (len(generated),):
        raise ValueError(f"Expected {len(generated)} labels, one for each sample, got shape {labels.shape}.")
    right = judge.classes(generated) == labels
    return {
        "accuracy": float(right.mean()),
        "of_each_class": [float(right[labels == label].mean()) for label in np.unique(labels)],
    }


def gan_train(test: Examples, generated: Examples, seed: int = 0, verbose: int | str = 0) -> float:
    """Returns the accuracy on real `test` examples of a classifier that is trained on `generated` examples alone.

    The network and its training are those of `classifier`. If the samples are as good as real images, the accuracy is
    that of the same network trained on as many real images.
    """
    classes = max(test.num_classes, generated.num_classes)
    return train_network(network(test.shape, classes, seed), generated, test, verbose)
