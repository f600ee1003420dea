"""What lies nearest: whether samples are copies, whether they can be told from the data, and what they teach."""

import numpy as np
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from ganzoo.metrics.inputs import as_features


def nearest(real, generated, count=1):
    """Distances and indices (M, count) of the `real` examples (N, D) nearest to each of the `generated` ones (M, D).

    >>> distances, indices = nearest(real=[[0.0], [5.0]], generated=[[4.0]])
    >>> distances.tolist(), indices.tolist()
    ([[1.0]], [[1]])
    """
    real, generated = as_features(real, generated, least=1)
    return NearestNeighbors(n_neighbors=count, algorithm="brute").fit(real).kneighbors(generated)


def two_sample_accuracy(real, generated):
    """{"accuracy", "real", "generated"} of a 1-nearest-neighbour classifier that tells the two, Xu et al. (2018).

    Leave one out, on equal numbers of both, (N, D) each: the share of all, of the real and of the generated examples
    whose nearest other example is of their own side. 1/2 is the best: 1 says that they are apart, and less than 1/2
    that the generated ones lie on top of the real ones, memorized.

    Raises ValueError for unequal numbers.

    >>> two_sample_accuracy(real=[[0.0], [1.0]], generated=[[8.0], [9.0]])
    {'accuracy': 1.0, 'real': 1.0, 'generated': 1.0}
    """
    real, generated = as_features(real, generated, least=2)
    if len(real) != len(generated):
        raise ValueError(f"Equal numbers are needed, got {len(real)} real and {len(generated)} generated examples.")
    sides = np.repeat([True, False], len(real))
    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(np.concatenate([real, generated]))
    right = sides[search.kneighbors(return_distance=False)[:, 0]] == sides
    return {
        "accuracy": float(right.mean()),
        "real": float(right[sides].mean()),
        "generated": float(right[~sides].mean()),
    }


def nearest_neighbour_error(real, real_labels, generated, generated_labels):
    """The share of `real` test examples (N, D) to which the nearest labelled sample (M, D) gives a wrong class.

    Radford et al. (2015), appendix 8.1. The same of real training images, as many, is what to compare it with.

    >>> nearest_neighbour_error([[0.0], [4.0]], np.array([0, 1]), generated=[[1.0], [2.0]], generated_labels=[0, 0])
    0.5
    """
    real, generated = as_features(real, generated)
    judge = KNeighborsClassifier(1, algorithm="brute").fit(generated, generated_labels)
    return float((judge.predict(real) != real_labels).mean())
