"""Metz et al. (2017), Srivastava et al. (2017): three digits as channels of one image, 1000 modes that are known."""

import numpy as np

from ganzoo.data.examples import Examples
from ganzoo.data.sklearn_digits import digits

SPLITS = {"train": 128_000, "test": 26_000}  # Lin et al. (2018)


def stack(examples, count=SPLITS["train"], seed=0):
    """`count` Examples (H, W, 3), each of three grey `examples` (H, W, 1) drawn independently, with replacement.

    Of K classes, their labels are K^2 a + K b + c: 100 a + 10 b + c for digits, from 0 to 999.

    Raises ValueError for images that are not grey, or lack labels.
    """
    labels = examples.labels
    if examples.shape[2:] != (1,) or labels is None or labels.min() < 0:
        raise ValueError(f"Labelled grey images can be stacked; {examples.name!r} has {examples.shape} or no labels.")
    rows = np.random.default_rng(seed).integers(len(examples), size=(count, 3))
    images = np.stack([examples.images[part, ..., 0] for part in rows.T], axis=-1)
    classes = examples.num_classes
    return Examples(images, labels[rows] @ [classes**2, classes, 1], classes**3, f"stacked_{examples.name}")


def stacked_digits(split="train"):
    """The embedded digits, stacked: 128,000 images (8, 8, 3) of the 1500 for "train", 26,000 of the 297 for "test"."""
    return stack(digits(split), SPLITS.get(split))
