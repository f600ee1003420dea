"""Whether a generator has learnt its training images by heart."""

import numpy as np
from tqdm import tqdm

from ganzoo import images, metrics

CHUNK = 100


def nearest_images(known, pictures, count=1, verbose=True):
    """Distances and indices (M, count) of the `known` images (N, H, W, C) nearest to each of `pictures` (M, H, W, C).

    Euclidean, over the pixels in [-1, 1]; uint8 images are brought there.
    """
    known, pictures = _pixels(known), _pixels(pictures)
    count, found = min(count, len(known)), []
    with tqdm(total=len(pictures), unit=" images", desc="Searching", disable=not verbose) as bar:
        for start in range(0, len(pictures), CHUNK):
            part = pictures[start : start + CHUNK]
            found.append(metrics.nearest(known, part, count))
            bar.update(len(part))
    return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))


def beside_nearest(samples, known, neighbours=5, verbose=True):
    """Samples (M, H, W, C), each followed by the known images nearest to it: uint8 (M * (1 + neighbours), H, W, C)."""
    samples, known = (one if one.dtype == np.uint8 else images.to_uint8(one) for one in (samples, known))
    _, indices = nearest_images(known, samples, neighbours, verbose)
    return np.concatenate([[sample, *known[row]] for sample, row in zip(samples, indices, strict=True)])


def copies(samples, held_out, quantile=0.01):
    """What the distances to the nearest training image, of samples (M,) and of held-out images (N,), say of copies.

    {"samples", "held_out": their medians; "threshold": that quantile of the held-out images' distances, which are no
    copies; "copies": the share of samples that are nearer}. Samples as good as new data have `copies` near `quantile`.
    """
    threshold = np.quantile(held_out, quantile)
    return {
        "samples": float(np.median(samples)),
        "held_out": float(np.median(held_out)),
        "threshold": float(threshold),
        "copies": float(np.mean(samples < threshold)),
    }


def largest_step(frames):
    """The share that the largest step has in all the change along a path, at the median of N paths (F, N, ...).

    The change of a step is the Euclidean distance of its two frames. Of S equal steps it is 1 / S; of a generator that
    jumps J times from one memorized image to another, about 1 / J. Paths on which nothing changes do not count; None
    where no other is left.
    """
    flat = np.reshape(frames, (*np.shape(frames)[:2], -1)).astype("float64")
    changes = np.linalg.norm(np.diff(flat, axis=0), axis=-1)
    changes = changes[:, changes.any(axis=0)]
    return float(np.median(changes.max(axis=0) / changes.sum(axis=0))) if changes.size else None


def snapped(frames, known, verbose=True):
    """Each frame of paths (F, N, H, W, C) replaced by the known image nearest to it, as float32 in [-1, 1].

    What a generator would show on this path that knows nothing but those images.
    """
    _, indices = nearest_images(known, np.reshape(frames, (-1, *frames.shape[2:])), 1, verbose)
    return images.floats(known[np.reshape(indices, frames.shape[:2])])


def _pixels(pictures):
    return images.floats(pictures).reshape(len(pictures), -1).astype("float64")
