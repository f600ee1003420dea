"""Vector arithmetic on latents, Radford et al. (2015), section 6.3.2: smiling woman - neutral woman + neutral man."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from ganzoo import random_numbers
from ganzoo.priors import Prior


def mean(prior: Prior, group: tf.Tensor) -> tf.Tensor:
    """Returns the mean (dim,) of a group of latents (N, dim), projected onto the prior's support."""
    return prior.project(tf.reduce_mean(group, axis=0))


def combine(prior: Prior, a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) -> tf.Tensor:
    """Returns mean(a) - mean(b) + mean(c) of groups of latents (N, dim), projected onto the prior's support: (dim,).

    With three latents in each group, as in the paper, the result has the same variance as the prior.
    """
    a, b, c = (tf.reduce_mean(group, axis=0) for group in (a, b, c))
    return prior.project(a - b + c)


def around(prior: Prior, latent: tf.Tensor, count: int = 8, reach: float = 0.25, seed: int = 0) -> tf.Tensor:
    """Adds uniform noise in [-reach, reach] to a latent (dim,), `count` times; returns latents (count, dim).

    The default is that of the paper's figure 7. The paper's prior is uniform in [-1, 1]; for a normal prior, the same
    noise covers a smaller neighbourhood.
    """
    noise = random_numbers.uniform((count, latent.shape[0]), seed, -reach, reach)
    return prior.project(latent + noise)


def ink(images: np.ndarray) -> np.ndarray:
    """Returns the mean brightness (N,) of images (N, H, W, C) in [-1, 1], from 0 (black) to 1 (white).

    For white digits on black, it measures how thick the strokes are.
    """
    return (np.mean(images, axis=(1, 2, 3), dtype="float64") + 1) / 2


def slant(images: np.ndarray) -> np.ndarray:
    """Returns how many columns to the right bright strokes lean per row upwards, (N,), for images (N, H, W, C).

    The slant is -mu_xy / mu_yy, where mu are the central moments of brightness; it is 0 if only one row is not black.
    """
    mass = (np.mean(images, axis=3, dtype="float64") + 1) / 2
    mass = mass / np.maximum(mass.sum(axis=(1, 2), keepdims=True), 1e-12)
    rows, columns = np.indices(mass.shape[1:])
    rows = rows - (mass * rows).sum(axis=(1, 2), keepdims=True)
    columns = columns - (mass * columns).sum(axis=(1, 2), keepdims=True)
    upright, oblique = (mass * rows**2).sum(axis=(1, 2)), (mass * rows * columns).sum(axis=(1, 2))
    return np.divide(-oblique, upright, out=np.zeros_like(upright), where=upright > 1e-9)


ATTRIBUTES = {"thick": (ink, 1), "thin": (ink, -1), "right": (slant, 1), "left": (slant, -1)}


def exemplars(
    images: np.ndarray,
    label: int | None = None,
    attributes: Sequence[str] = (),
    probabilities: np.ndarray | None = None,
    count: int = 3,
    apart_from: Sequence[int] = (),
    sure: float = 0.9,
    share: float = 0.2,
) -> np.ndarray:
    """Returns the indices (count,) of the first samples of a class that have the given attributes.

    Args:
        images: samples (M, H, W, C) in [-1, 1].
        label: the class, or None for any class.
        attributes: some of "thick", "thin" (by `ink`), "left" and "right" (by `slant`). A sample must have all of them.
        probabilities: a classifier's p(y | x) of the samples, (M, K), if a label is given.
        count: how many indices to return.
        apart_from: indices to skip, because another group has them.
        sure: the least probability of the class.
        share: the share of the samples of that class which have an attribute: those in which it is most pronounced.

    Raises ValueError if an attribute or the class is unknown, or if there are too few such samples.
    """
    unknown = set(attributes) - set(ATTRIBUTES)
    if unknown:
        raise ValueError(f"Unknown attribute {', '.join(sorted(unknown))}. Known attributes: {', '.join(ATTRIBUTES)}.")
    candidates = np.arange(len(images))
    if label is not None:
        if not 0 <= label < probabilities.shape[1]:
            raise ValueError(f"There is no class {label}: choose one from 0 to {probabilities.shape[1] - 1}.")
        candidates = np.flatnonzero(probabilities[:, label] >= sure)
    wanted = np.ones(len(candidates), bool)
    for measure, sign in (ATTRIBUTES[attribute] for attribute in attributes if len(candidates)):
        values = sign * measure(images[candidates])
        wanted &= values >= np.quantile(values, 1 - share)
    found = np.setdiff1d(candidates[wanted], apart_from)
    if len(found) < count:
        kind = " and ".join([*([] if label is None else [f"class {label}"]), *attributes]) or "suitable"
        raise ValueError(
            f"Only {len(found)} of {len(images)} samples are {kind} and not in another group, but {count} are needed: "
            "draw more samples, or choose another group."
        )
    return found[:count]
