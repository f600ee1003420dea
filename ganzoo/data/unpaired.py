"""Two domains to translate between, side by side in the channels; no example of one belongs to one of the other.

The names of pairs are in `ganzoo.data.domains`.
"""

import dataclasses
import math

import numpy as np

from ganzoo.data.examples import Examples
from ganzoo.data.resizing import as_bytes


def unpaired(a, b):
    """Examples (N, H, W, 2C) of two sets of images (., H, W, C): the first C channels from `a`, the others from `b`.

    They are drawn independently: `batches` shuffles each domain on its own. N is the size of the larger set; the other
    begins anew, as in the code of Zhu et al. (2017). Labels are left out: see `domains`.

    Raises ValueError for sets of other shapes than each other's, and for vectors.
    """
    if a.shape != b.shape or len(a.shape) != 3:
        raise ValueError(
            f"Both domains must be images of one shape; {a.name!r} has {a.shape}, {b.name!r} {b.shape}: resize them "
            "by data_shape=(H, W, 2C)."
        )
    count = max(len(a), len(b))
    halves = [np.resize(as_bytes(one), (count, *one.shape)) for one in (a, b)]
    return Examples(np.concatenate(halves, axis=-1), name=f"{a.name}+{b.name}", parts=2)


def recoloured(examples, seed=0):
    """(A, B), two domains of RGB images (., H, W, 3) with labels, from grey ones (N, H, W, 1) that are light on black.

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
    return (
        dataclasses.replace(grey, images=np.repeat(grey.images, 3, axis=-1)),
        dataclasses.replace(other, images=painted),
    )


def each(data_shape):
    """The shape of one domain's images, from that of both side by side; None from None.

    Raises ValueError for an odd number of channels.
    """
    if data_shape is None:
        return None
    if len(data_shape) != 3 or data_shape[-1] % 2:
        raise ValueError(f"Two domains side by side are (H, W, 2C), got data_shape={tuple(data_shape)}.")
    return (*data_shape[:2], data_shape[-1] // 2)


def _part(examples, part, name):
    labels = None if examples.labels is None else examples.labels[part]
    return Examples(as_bytes(examples)[part], labels, examples.num_classes, f"{examples.name}_{name}")


def _thicker(strokes):
    """The maximum of each pixel of (N, H, W, 1) and those to its right, below, and both."""
    for axis in (1, 2):
        following = np.roll(strokes, -1, axis)
        np.moveaxis(following, axis, 0)[-1] = 0
        strokes = np.maximum(strokes, following)
    return strokes


def _hues(hues):
    """Light colours (N, 3) in [.5, 1] of hues (N,), which come again after 1, all of the same sum."""
    thirds = hues[:, np.newaxis] + np.array([0, 2 / 3, 1 / 3])
    return 0.75 + 0.25 * np.cos(2 * math.pi * thirds)
