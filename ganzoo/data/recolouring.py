"""Two domains of grey and of coloured images, which do not come in pairs, made from one set of grey images."""

import dataclasses
import math

import numpy as np

from ganzoo.data.examples import Examples
from ganzoo.data.image_pairs import ImagePairs
from ganzoo.data.resizing import as_bytes


def recoloured(examples: Examples, seed: int = 0) -> ImagePairs:
    """Returns two domains of RGB images (., H, W, 3), with labels, from grey ones (N, H, W, 1) that are light on black.

    A is the first half of them as they are. B is the second half, painted: strokes thicker by a pixel, light, of a
    random hue, on a dark ground of the opposite one. So no digit is in both, and one left grey would be found out.

    Raises ValueError for images that are not grey, and for a single one.
    """
    if len(examples) < 2 or len(examples.shape) != 3 or examples.shape[-1] != 1:
        raise ValueError(
            f"Grey images (H, W, 1), at least two, can be recoloured; {examples.name!r} has {len(examples)} of "
            f"{examples.shape}."
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
    return Examples(as_bytes(examples)[part], labels, examples.num_classes, f"{examples.name}_{name}")


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
