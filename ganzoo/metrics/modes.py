"""How many known modes a generator covers, and how evenly: Srivastava et al. (2017), Lin et al. (2018)."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import rel_entr

from ganzoo.data.mixtures import Mixture
from ganzoo.metrics.inputs import as_features


def mode_coverage(mixture: Mixture, generated: ArrayLike, deviations: float = 3) -> dict:
    """Compares points with the mixture that they should come from: {"modes", "high_quality", "reverse_kl"}.

    - `high_quality`: the share of points that are at most `deviations` standard deviations from their nearest mode.
    - `modes`: the number of modes that have at least one such point.
    - `reverse_kl`: the divergence, in nats, of the distribution of these points over the modes from the mixture's own
      weights; infinite without any such point.

    The definitions are those of PacGAN's code. Both papers draw 2,500 points. In two dimensions, a perfect generator
    has 98.9 % of its points within 3 standard deviations: a higher share indicates collapse, not quality.

    Args:
        mixture: a `ganzoo.data.mixtures.Mixture` in D dimensions.
        generated: points (N, D).
        deviations: the radius of a mode, in standard deviations.

    >>> from ganzoo.data.mixtures import ring
    >>> found = mode_coverage(ring(), ring().means[:4])  # a generator that covers four of eight modes
    >>> found["modes"], found["high_quality"], round(found["reverse_kl"], 3)
    (4, 1.0, 0.693)
    """
    means, generated = as_features(mixture.means, generated)
    if not deviations > 0:
        raise ValueError(f"`deviations` must be positive, got {deviations}; choose 3, for instance.")
    distances = np.linalg.norm(generated[:, np.newaxis] - means, axis=2)
    near = distances.min(axis=1) <= deviations * mixture.standard_deviation
    counts = np.bincount(distances.argmin(axis=1)[near], minlength=len(means))
    return {
        "modes": int(np.count_nonzero(counts)),
        "high_quality": float(near.mean()),
        "reverse_kl": _divergence(counts, mixture.weights),
    }


def class_coverage(classes: ArrayLike, num_classes: int) -> dict:
    """Does the same where a classifier tells the modes apart: {"modes", "reverse_kl"}.

    For stacked digits, the papers draw 26,000 samples of 1,000 classes, numbered 100 a + 10 b + c. Even as many uniform
    draws have a divergence of .019 nats.

    Args:
        classes: the predicted classes (N,) of the samples, in [0, num_classes).
        num_classes: the number of modes.

    >>> class_coverage([0, 1, 2, 2], num_classes=10)["modes"]
    3
    """
    classes = np.asarray(classes)
    if classes.ndim != 1 or classes.dtype.kind not in "iu" or (classes < 0).any() or (classes >= num_classes).any():
        raise ValueError(f"Expected classes (N,), integers in [0, {num_classes}), got {classes.dtype} {classes.shape}.")
    counts = np.bincount(classes, minlength=num_classes)
    return {"modes": int(np.count_nonzero(counts)), "reverse_kl": _divergence(counts, 1 / num_classes)}


def _divergence(counts, weights):
    return float(rel_entr(counts / counts.sum(), weights).sum()) if counts.any() else float("inf")
