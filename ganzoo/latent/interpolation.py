"""Paths through latents, and what a generator makes on the way."""

import numpy as np
import tensorflow as tf
from tqdm import tqdm


def path(prior, waypoints, steps, closed=False):
    """Latents (F, ..., dim) by `prior.interpolate`, with `steps` equal parts from each of the waypoints to the next.

    Waypoints are (W, ..., dim). Each is on the path once, as it is: F = (W - 1) * steps + 1; or, of a closed path,
    which goes on from the last to the first without repeating it, F = W * steps.

    Raises ValueError for fewer than two waypoints, and for no steps.

    >>> from ganzoo import priors
    >>> path(priors.Uniform(2), [[-1.0, 0.0], [1.0, 0.0]], steps=4).numpy()[:, 0].tolist()
    [-1.0, -0.5, 0.0, 0.5, 1.0]
    """
    waypoints = tf.convert_to_tensor(waypoints, tf.float32)
    if waypoints.shape[0] < 2 or steps < 1:
        raise ValueError(
            f"A path needs two or more waypoints and one or more steps between them; got {waypoints.shape[0]} "
            f"waypoints, {steps} steps."
        )
    ends = tf.roll(waypoints, -1, axis=0)
    starts, ends = (waypoints, ends) if closed else (waypoints[:-1], ends[:-1])
    fractions = np.reshape(np.arange(1, steps, dtype="float32") / np.float32(steps), (-1, *[1] * (starts.ndim - 1)))
    between = prior.interpolate(starts[:, None], ends[:, None], fractions)
    legs = tf.reshape(tf.concat([starts[:, None], between], axis=1), (-1, *waypoints.shape[1:]))
    return legs if closed else tf.concat([legs, waypoints[-1:]], axis=0)


def draw(generate, latents, batch_size=100, verbose=True):
    """The images (M, *data_shape), NumPy, that `generate` makes of latents (M, dim), `batch_size` at a time.

    Compiled where there are several batches. A function that closes over labels sees each batch anew.
    """
    latents, made = tf.convert_to_tensor(latents), []
    if len(latents) > batch_size:
        generate = tf.function(generate, autograph=False)
    with tqdm(total=len(latents), unit=" images", desc="Drawing", disable=not verbose) as bar:
        for start in range(0, len(latents), batch_size):
            made.append(generate(latents[start : start + batch_size]).numpy())
            bar.update(len(made[-1]))
    return np.concatenate(made)


def frames(generate, latents, verbose=True):
    """Of N paths (F, N, dim), the images (F, N, *data_shape); `generate` makes those of one moment together."""
    count, rows = latents.shape[:2]
    pictures = draw(generate, tf.reshape(latents, (count * rows, -1)), rows, verbose)
    return np.reshape(pictures, (count, rows, *pictures.shape[1:]))
