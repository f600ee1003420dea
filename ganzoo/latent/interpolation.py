"""Paths through latent space, and the images along them."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike
from tqdm import tqdm

from ganzoo.arguments import check_count
from ganzoo.priors import Prior


def path(prior: Prior, waypoints: ArrayLike, steps: int, closed: bool = False) -> tf.Tensor:
    """Interpolates between consecutive waypoints; returns latents (F, ..., dim).

    The path contains each waypoint exactly once and unchanged. Its length F is (W - 1) * steps + 1, or W * steps if it
    is closed.

    Args:
        prior: whose `interpolate` is used: spherical for a normal prior, linear for a uniform one.
        waypoints: W latents or arrays of latents, (W, ..., dim).
        steps: how many steps lead from one waypoint to the next.
        closed: whether the path returns from the last waypoint to the first, which is not repeated.

    Raises ValueError if there are fewer than two waypoints, or none of them is a latent of the prior, or no steps.

    >>> from ganzoo import priors
    >>> path(priors.Uniform(2), [[-1.0, 0.0], [1.0, 0.0]], steps=4).numpy()[:, 0].tolist()
    [-1.0, -0.5, 0.0, 0.5, 1.0]
    """
    steps = check_count("steps", steps)
    try:
        waypoints = tf.convert_to_tensor(waypoints, tf.float32)
    except (TypeError, ValueError) as error:
        raise ValueError(f"Waypoints are arrays of latents (W, ..., {prior.dim}); got {waypoints!r}.") from error
    if waypoints.shape.rank < 2 or waypoints.shape[0] < 2 or waypoints.shape[-1] != prior.dim:
        raise ValueError(f"A path needs two or more waypoints (W, ..., {prior.dim}); got shape {waypoints.shape}.")
    ends = tf.roll(waypoints, -1, axis=0)
    starts, ends = (waypoints, ends) if closed else (waypoints[:-1], ends[:-1])
    fractions = np.reshape(np.arange(1, steps, dtype="float32") / np.float32(steps), (-1, *[1] * (starts.ndim - 1)))
    between = prior.interpolate(starts[:, None], ends[:, None], fractions)
    legs = tf.reshape(tf.concat([starts[:, None], between], axis=1), (-1, *waypoints.shape[1:]))
    return legs if closed else tf.concat([legs, waypoints[-1:]], axis=0)


def draw(generate: Callable, latents: ArrayLike, batch_size: int = 100, verbose: bool = True) -> np.ndarray:
    """Generates images (M, *data_shape) from latents (M, dim), in batches.

    If there are several batches, `generate` is compiled as a tf.function.

    Args:
        generate: maps latents (N, dim) to images (N, *data_shape), N <= batch_size. If it closes over labels, it uses
            the same ones in each batch.
        latents: (M, dim).
        batch_size: the number of images that are generated together.
        verbose: whether to show a progress bar.
    """
    latents, made = tf.convert_to_tensor(latents), []
    if len(latents) > batch_size:
        generate = tf.function(generate, autograph=False)
    with tqdm(total=len(latents), unit=" images", desc="Drawing", disable=not verbose) as bar:
        for start in range(0, len(latents), batch_size):
            made.append(generate(latents[start : start + batch_size]).numpy())
            bar.update(len(made[-1]))
    return np.concatenate(made)


def frames(generate: Callable, latents: tf.Tensor, verbose: bool = True) -> np.ndarray:
    """Generates the images (F, N, *data_shape) of N paths (F, N, dim), one batch of N for each point of the paths."""
    count, rows = latents.shape[:2]
    pictures = draw(generate, tf.reshape(latents, (count * rows, -1)), rows, verbose)
    return np.reshape(pictures, (count, rows, *pictures.shape[1:]))
