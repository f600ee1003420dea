"""Sums of what latents mean, Radford et al. (2015), section 6.3.2: smiling woman - neutral woman + neutral man."""

import numpy as np
import tensorflow as tf

from ganzoo import random_numbers


def mean(prior, group):
    """The latent (dim,) of the prior that is nearest to the mean of a group (N, dim)."""
    return prior.project(tf.reduce_mean(group, axis=0))


def combine(prior, a, b, c):
    """The latent (dim,) of the prior nearest to mean a - mean b + mean c, of groups (N, dim) each.

    As many as three in each group, which is what that paper takes, give the sum the variance of the prior itself.
    """
    a, b, c = (tf.reduce_mean(group, axis=0) for group in (a, b, c))
    return prior.project(a - b + c)


def around(prior, latent, count=8, reach=0.25, seed=0):
    """`count` latents (count, dim) near one, (dim,): uniform noise of +-`reach` added, +-.25 in that paper's figure 7.

    Its prior was uniform in [-1, 1], so for a normal one that is a smaller neighbourhood.
    """
    noise = random_numbers.uniform((count, latent.shape[0]), seed, -reach, reach)
    return prior.project(latent + noise)


def ink(images):
    """The mean brightness of images (N, H, W, C), from 0, all black, to 1: (N,). Thick white digits have more of it."""
    return (np.mean(images, axis=(1, 2, 3), dtype="float64") + 1) / 2


def slant(images):
    """How many columns to the right bright strokes go for each row upwards, by the image's moments: (N,).

    That is -mu_xy / mu_yy, with brightness above black for mass; 0 where all of it lies in one row.
    """
    mass = (np.mean(images, axis=3, dtype="float64") + 1) / 2
    mass = mass / np.maximum(mass.sum(axis=(1, 2), keepdims=True), 1e-12)
    rows, columns = np.indices(mass.shape[1:])
    rows = rows - (mass * rows).sum(axis=(1, 2), keepdims=True)
    columns = columns - (mass * columns).sum(axis=(1, 2), keepdims=True)
    upright, oblique = (mass * rows**2).sum(axis=(1, 2)), (mass * rows * columns).sum(axis=(1, 2))
    return np.divide(-oblique, upright, out=np.zeros_like(upright), where=upright > 1e-9)


ATTRIBUTES = {"thick": (ink, 1), "thin": (ink, -1), "right": (slant, 1), "left": (slant, -1)}


def exemplars(images, label=None, attributes=(), probabilities=None, count=3, apart_from=(), sure=0.9, share=0.2):
    """The indices (count,) of the first of the samples `images` (M, H, W, C) that are wanted.

    Args:
        label: a class, to which a classifier's `probabilities` (M, K) give at least `sure`; None takes any.
        attributes: of "thick", "thin" (much and little `ink`), "left", "right" (`slant`): the `share` of the
            candidates, those of that class, that have most of it. Several must hold together.
        apart_from: indices that are taken already.

    Raises ValueError for an unknown attribute, and where there are too few.
    """
    unknown = set(attributes) - set(ATTRIBUTES)
    if unknown:
        raise ValueError(f"Unknown attribute {', '.join(sorted(unknown))}. Known: {', '.join(ATTRIBUTES)}.")
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
        kind = " and ".join([*([] if label is None else [f"class {label}"]), *attributes]) or "wanted"
        raise ValueError(
            f"Of {len(images)} samples only {len(found)} are {kind} and not taken, where {count} are needed: draw "
            "more, or choose another group."
        )
    return found[:count]
