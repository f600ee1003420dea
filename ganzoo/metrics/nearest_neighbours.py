"""Metrics of nearest neighbours: whether samples are copies, whether they differ from the data, what they teach."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from ganzoo.arguments import check_count
from ganzoo.metrics.inputs import as_features


def nearest(real: ArrayLike, generated: ArrayLike, count: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Finds the real examples that are nearest to each generated one; returns distances and indices, (M, count) each.

    Args:
        real: features (N, D), to which the indices refer.
        generated: features (M, D).
        count: how many neighbours to find, by ascending Euclidean distance, from 1 to N.

    >>> distances, indices = nearest(real=[[0.0], [5.0]], generated=[[4.0]])
    >>> distances.tolist(), indices.tolist()
    ([[1.0]], [[1]])
    """
    real, generated = as_features(real, generated)
    check_count("count", count, most=len(real))
    return NearestNeighbors(n_neighbors=count, algorithm="brute").fit(real).kneighbors(generated)


def two_sample_accuracy(real: ArrayLike, generated: ArrayLike) -> dict:
    """Returns how well a 1-nearest-neighbour classifier tells real from generated examples, Xu et al. (2018).

    The classifier is tested leave-one-out on as many examples of both kinds, (N, D) each. The result is {"accuracy",
    "real", "generated"}: the accuracy on all examples, on the real and on the generated ones. An accuracy of 1/2 is
    ideal. At 1 the two sets are separate, and below 1/2 the generated examples lie on top of the real ones, because the
    generator has memorized them.

    Raises ValueError if the two sets differ in size.

    >>> two_sample_accuracy(real=[[0.0], [1.0]], generated=[[8.0], [9.0]])
    {'accuracy': 1.0, 'real': 1.0, 'generated': 1.0}
    """
    real, generated = as_features(real, generated, least=2)
    if len(real) != len(generated):
        raise ValueError(
            f"Both sets must have the same size, got {len(real)} real and {len(generated)} generated examples: "
            "leave some out."
        )
    is_real = np.repeat([True, False], len(real))
    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(np.concatenate([real, generated]))
    right = is_real[search.kneighbors(return_distance=False)[:, 0]] == is_real
    return {
        "accuracy": float(right.mean()),
        "real": float(right[is_real].mean()),
        "generated": float(right[~is_real].mean()),
    }


def nearest_neighbour_error(
    real: ArrayLike, real_labels: ArrayLike, generated: ArrayLike, generated_labels: ArrayLike
) -> float:
    """Returns the test error of a 1-nearest-neighbour classifier whose training set is the generated examples.

    Radford et al. (2015), appendix 8.1. Compare it with the error for as many real training images.

    Args:
        real, real_labels: features (N, D) of test examples and their classes (N,).
        generated, generated_labels: features (M, D) of samples and the classes (M,) for which they were generated.

    >>> nearest_neighbour_error([[0.0], [4.0]], np.array([0, 1]), generated=[[1.0], [2.0]], generated_labels=[0, 0])
    0.5
    """
    real, generated = as_features(real, generated)
    for features, labels in ((real, real_labels), (generated, generated_labels)):
        if np.shape(labels) != (len(features),):
            raise ValueError(f"Expected {len(features)} labels, one for each example, got shape {np.shape(labels)}.")
    judge = KNeighborsClassifier(1, algorithm="brute").fit(generated, generated_labels)
    return float((judge.predict(real) != np.asarray(real_labels)).mean())
