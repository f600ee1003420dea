"""How much images change along a path through latent space, Karras et al. (2019)."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from ganzoo.arguments import check_count, check_number
from ganzoo.priors import Prior


def perceptual_path_length(
    generate: Callable,
    prior: Prior,
    distance: Callable,
    pairs: int = 10_000,
    epsilon: float = 1e-4,
    seed: int = 0,
    batch_size: int = 50,
    verbose: bool = True,
) -> tuple[float, float]:
    """Computes E d(G(z(t)), G(z(t + epsilon))) / epsilon^2, in which z(t) leads from one random latent to another.

    It is low if images change evenly along the path. t is uniform on [0, 1]. Departures from the paper: images are
    taken as a whole, without a crop round a face, at their own size; no outliers are left out.

    Args:
        generate: maps latents (N, dim) to images (N, H, W, C) in [-1, 1], the same at each call.
        prior: whose `interpolate` leads from latent to latent: spherical for a normal prior, as in the paper.
        distance: maps two batches of images to distances (N,), such as a `ganzoo.metrics.PerceptualDistance`.
        pairs: the number of pairs of latents.
        epsilon: how far apart the two points of a pair's path are.
        seed: of the latents and of t.
        batch_size: how many pairs are computed together.
        verbose: whether to show a progress bar.

    Returns (mean, standard error).

    >>> from ganzoo import priors
    >>> squares = lambda one, other: np.sum((one - other) ** 2, axis=1)
    >>> line = priors.Uniform(3)  # its path is straight, so the length is that of the differences of two latents
    >>> length, error = perceptual_path_length(lambda z: z, line, squares, 4000, epsilon=0.01, verbose=False)
    >>> abs(length - 3 * 2 / 3) < 4 * error
    True
    """
    check_count("pairs", pairs, least=2)
    check_number("epsilon", epsilon, "above 0")
    starts, ends = (prior.sample(pairs, (seed, place)) for place in range(2))
    fractions = np.random.default_rng(seed).uniform(0, 1, (pairs, 1)).astype("float32")
    found = []
    with tqdm(total=pairs, unit=" pairs", desc="Path length", disable=not verbose) as bar:
        for first in range(0, pairs, batch_size):
            rows = slice(first, first + batch_size)
            points = (
                prior.interpolate(starts[rows], ends[rows], tf.constant(fractions[rows] + np.float32(shift)))
                for shift in (0, epsilon)
            )
            found.append(np.asarray(distance(*(np.asarray(generate(latents)) for latents in points))))
            bar.update(len(found[-1]))
    lengths = np.concatenate(found).astype("float64") / epsilon**2
    return float(lengths.mean()), float(lengths.std(ddof=1) / np.sqrt(pairs))
