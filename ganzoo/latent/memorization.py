"""Tests of whether a generator has memorized its training images."""

import numpy as np
from tqdm import tqdm

from ganzoo import images, metrics
from ganzoo.data.mapped import MappedImages

CHUNK = 100


def nearest_images(
    known: np.ndarray, pictures: np.ndarray, count: int = 1, verbose: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Finds the known images that are nearest to each picture; returns distances and indices, (M, count) each.

    Args:
        known: images (N, H, W, C), to which the indices refer: uint8, or floats in [-1, 1].
        pictures: images (M, H, W, C), likewise.
        count: how many neighbours to find, by ascending Euclidean distance of the pixels in [-1, 1].
        verbose: whether to show a progress bar.
    """
    pictures, count, best, first = _pixels(pictures), min(count, len(known)), None, 0
    with tqdm(total=len(pictures) * len(known), unit=" pairs", desc="Searching", disable=not verbose) as bar:
        for some in known.chunks() if isinstance(known, MappedImages) else [known]:
            some, found = _pixels(some), []
            for start in range(0, len(pictures), CHUNK):
                part = pictures[start : start + CHUNK]
                found.append(metrics.nearest(some, part, min(count, len(some))))
                bar.update(len(part) * len(some))
            distances, indices = (np.concatenate(parts) for parts in zip(*found, strict=True))
            best, first = _nearest_of(best, (distances, indices + first), count), first + len(some)
    return best


def _nearest_of(one, other, count):
    """Returns the smallest distances (M, count), in ascending order, and indices of two pairs of such arrays."""
    if one is None:
        return other
    distances, indices = (np.concatenate(parts, axis=1) for parts in zip(one, other, strict=True))
    order = np.argsort(distances, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(distances, order, 1), np.take_along_axis(indices, order, 1)


def beside_nearest(samples: np.ndarray, known: np.ndarray, neighbours: int = 5, verbose: bool = True) -> np.ndarray:
    """Returns each sample followed by its nearest known images: uint8 (M * (1 + neighbours), H, W, C).

    Args:
        samples: images (M, H, W, C), uint8 or floats in [-1, 1].
        known: images (N, H, W, C), likewise.
        neighbours: how many known images follow each sample.
        verbose: whether to show a progress bar.
    """
    _, indices = nearest_images(known, samples, neighbours, verbose)
    found = [_bytes(known[np.ravel(indices)]), _bytes(samples)]
    rows = zip(found[1], found[0].reshape(len(samples), -1, *found[1].shape[1:]), strict=True)
    return np.concatenate([[sample, *nearest] for sample, nearest in rows])


def copies(samples: np.ndarray, held_out: np.ndarray, quantile: float = 0.01) -> dict:
    """Estimates how many samples are copies of training images, from distances to the nearest training image.

    Args:
        samples: the distances of samples, (M,).
        held_out: the distances of held-out real images, (N,), which cannot be copies.
        quantile: of the held-out images' distances; samples that are nearer count as copies.

    Returns:
        {"samples", "held_out", "threshold", "copies"}: the two medians, the distance at the quantile, and the share of
        samples below it. If the samples are as good as new data, that share is close to `quantile`.
    """
    threshold = np.quantile(held_out, quantile)
    return {
        "samples": float(np.median(samples)),
        "held_out": float(np.median(held_out)),
        "threshold": float(threshold),
        "copies": float(np.mean(samples < threshold)),
    }


def largest_step(frames: np.ndarray) -> float | None:
    """Returns the share of the largest step in the total change along a path: the median over N paths (F, N, ...).

    The change of a step is the Euclidean distance between its two frames. The share is 1 / S for S equal steps, and
    about 1 / J for a generator that jumps J times from one memorized image to the next. Paths without any change are
    left out; the result is None if no path changes.
    """
    flat = np.reshape(frames, (*np.shape(frames)[:2], -1)).astype("float64")
    changes = np.linalg.norm(np.diff(flat, axis=0), axis=-1)
    changes = changes[:, changes.any(axis=0)]
    return float(np.median(changes.max(axis=0) / changes.sum(axis=0))) if changes.size else None


def snapped(frames: np.ndarray, known: np.ndarray, verbose: bool = True) -> np.ndarray:
    """Replaces each frame of paths (F, N, H, W, C) by the nearest known image, float32 in [-1, 1].

    The result is what a generator would show that can make no other images.
    """
    _, indices = nearest_images(known, np.reshape(frames, (-1, *frames.shape[2:])), 1, verbose)
    return images.floats(known[np.reshape(indices, frames.shape[:2])])


def _bytes(pictures):
    return pictures if pictures.dtype == np.uint8 else images.to_uint8(pictures)


def _pixels(pictures):
    return images.floats(pictures).reshape(len(pictures), -1).astype("float64")
