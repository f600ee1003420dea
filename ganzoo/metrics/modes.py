"""Srivastava et al. (2017), Lin et al. (2018): how many of the known modes a generator makes, and how evenly."""

import numpy as np
from scipy.special import rel_entr

from ganzoo.metrics.inputs import as_features


def mode_coverage(mixture, generated, deviations=3):
    """{"modes", "high_quality", "reverse_kl"} of points (N, D), against a `ganzoo.data.mixtures.Mixture`.

    A point is of high quality within so many standard deviations of its nearest mode. `modes` is how many modes have
    such a point, `high_quality` the share of such points, `reverse_kl` the divergence in nats of their shares of the
    modes from the mixture's own weights (infinite without any), as in PacGAN's code. Those papers draw 2,500 points. A
    perfect generator has .989 in two dimensions within 3 deviations: more is collapse, not quality.

    >>> from ganzoo.data.mixtures import ring
    >>> found = mode_coverage(ring(), ring().means[:4])  # a generator that knows four of eight
    >>> found["modes"], found["high_quality"], round(found["reverse_kl"], 3)
    (4, 1.0, 0.693)
    """
    means, generated = as_features(mixture.means, generated)
    distances = np.linalg.norm(generated[:, np.newaxis] - means, axis=2)
    near = distances.min(axis=1) <= deviations * mixture.standard_deviation
    counts = np.bincount(distances.argmin(axis=1)[near], minlength=len(means))
    return {
        "modes": int(np.count_nonzero(counts)),
        "high_quality": float(near.mean()),
        "reverse_kl": _divergence(counts, mixture.weights),
    }


def class_coverage(classes, num_classes):
    """{"modes", "reverse_kl"} where a classifier knows the modes: `classes` (N,) are what it takes the samples for.

    For stacked digits, 1000 classes, as 100 a + 10 b + c; those papers draw 26,000 samples, and even as many uniform
    draws have a divergence of .019.

    >>> class_coverage([0, 1, 2, 2], num_classes=10)["modes"]
    3
    """
    counts = np.bincount(classes, minlength=num_classes)
    return {"modes": int(np.count_nonzero(counts)), "reverse_kl": _divergence(counts, 1 / num_classes)}


def _divergence(counts, weights):
    return float(rel_entr(counts / counts.sum(), weights).sum()) if counts.any() else float("inf")
