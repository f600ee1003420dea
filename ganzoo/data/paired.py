"""Two domains side by side, each example of one with its own in the other.

The names of pairs are in `ganzoo.data.domains`.
"""

import dataclasses

import numpy as np

from ganzoo.data.examples import Examples
from ganzoo.data.resizing import as_bytes


def paired(a, b):
    """Examples (N, H, W, 2C) of two sets of images (N, H, W, C): the first C channels from `a`, the others from `b`.

    The n-th of both belong together. Labels are left out. Raises ValueError for sets of other shapes or sizes than each
    other's, and for vectors.
    """
    if a.images.shape != b.images.shape or len(a.shape) != 3:
        raise ValueError(
            f"Pairs are images of one shape and number; {a.name!r} has {a.images.shape}, {b.name!r} {b.images.shape}."
        )
    return Examples(np.concatenate([as_bytes(a), as_bytes(b)], axis=-1), name=f"{a.name}+{b.name}")


def outlined(examples, threshold=0.3):
    """(A, B), with labels: B are the `examples` (N, H, W, C), A their outlines, white on black.

    White is where a pixel differs by more than `threshold` of the range from the one to its right, or the one below.
    Raises ValueError for vectors.
    """
    if len(examples.shape) != 3:
        raise ValueError(f"Images have outlines; {examples.name!r} has vectors {examples.shape}: choose images.")
    images = as_bytes(examples).astype("float32").mean(axis=-1, keepdims=True) / 255
    edges = np.zeros(images.shape, bool)
    edges[:, :-1] |= np.abs(np.diff(images, axis=1)) > threshold
    edges[:, :, :-1] |= np.abs(np.diff(images, axis=2)) > threshold
    lines = np.repeat(edges.astype("uint8") * 255, examples.shape[-1], axis=-1)
    outlines = dataclasses.replace(examples, images=lines, name=f"{examples.name}_outlines", mixture=None)
    return outlines, dataclasses.replace(examples, images=as_bytes(examples))
