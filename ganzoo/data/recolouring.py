"""Two domains made from one set of grey images: grey images, and coloured images of others of them."""

import dataclasses
import math

import numpy as np

from ganzoo.data.examples import Examples
from ganzoo.data.image_pairs import ImagePairs
from ganzoo.data.resizing import as_bytes


def recoloured(examples: Examples, seed: int = 0) -> ImagePairs:
    """Returns two domains of RGB images (., H, W, 3), with labels, from grey images with light strokes on black.

    A is the first half of the images, unchanged. B is the second half with strokes that are one pixel thicker and have
    a light colour of random hue, on a dark background of the opposite hue. No image is thus in both domains, and a
    translation that leaves an image grey is easy to detect.

    Args:
        examples: grey images (N, H, W, 1), N at least 2.
        seed: of the hues.

    Raises ValueError if the images are not grey, or if there is only one.
    """
    if len(examples) < 2 or len(examples.shape) != 3 or examples.shape[-1] != 1:
        raise ValueError(
            f"Recolouring needs at least two grey images (H, W, 1), but {examples.name!r} has {len(examples)} of shape "
            f"{examples.shape}: choose digits or mnist, for instance."
        )
    half = len(examples) // 2
    grey, other = (_part(examples, part, name) for part, name in ((slice(half), "grey"), (slice(half, None), "colour")))
    strokes = _thicker(other.images / 255)
    hues = np.random.default_rng(seed).uniform(size=len(other))
    light, dark = _hues(hues)[:, np.newaxis, np.newaxis], 0.4 * _hues(hues + 0.5)[:, np.newaxis, np.newaxis]
    painted = np.rint(255 * (dark + (light - dark) * strokes)).astype("uint8")
    return ImagePairs(
        dataclasses.replace(grey, images=np.repeat(grey.images, 3, axis=-1)),
        dataclasses.replace(other, images=painted),
    )


def _part(examples, part, name):
    labels = None if examples.labels is None else examples.labels[part]
    images = as_bytes(examples)[part]
    return dataclasses.replace(examples, images=images, labels=labels, name=f"{examples.name}_{name}")


def _thicker(strokes):
    """Returns the maximum of each pixel of (N, H, W, 1) and those to its right, below, and both."""
    for axis in (1, 2):
        following = np.roll(strokes, -1, axis)
        np.moveaxis(following, axis, 0)[-1] = 0
        strokes = np.maximum(strokes, following)
    return strokes


def _hues(hues):
    """Returns light colours (N, 3) in [.5, 1] of hues (N,), which repeat after 1, all of the same sum."""
    thirds = hues[:, np.newaxis] + np.array([0, 2 / 3, 1 / 3])
    return 0.75 + 0.25 * np.cos(2 * math.pi * thirds)
