"""Stacked digits: three digits as the channels of one image, a data set with 1000 known modes.

Metz et al. (2017), Srivastava et al. (2017).
"""

import itertools

import numpy as np

from ganzoo.arguments import check_count
from ganzoo.data.examples import Examples
from ganzoo.data.sklearn_digits import digits

SPLITS = {"train": 128_000, "test": 26_000}
"""The number of images, as in Lin et al. (2018)."""


def stack(examples: Examples, count: int = SPLITS["train"], seed: int = 0) -> Examples:
    """Stacks three grey images, drawn independently with replacement, as the channels of each new image.

    Args:
        examples: labelled grey images (N, H, W, 1) of K classes.
        count: the number of new images.
        seed: of the drawing.

    Returns:
        `Examples` (count, H, W, 3). Images of the classes a, b and c get the label K^2 a + K b + c: 100 a + 10 b + c,
        from 0 to 999, for digits. Up to 10 named classes give names such as "1 4 7".

    Raises ValueError if the images are not grey, or lack labels, and TypeError or ValueError if `count` is not a
    positive integer.
    """
    labels, count = examples.labels, check_count("count", count)
    if examples.shape[2:] != (1,) or labels is None or labels.min() < 0:
        raise ValueError(
            f"Only labelled grey images can be stacked, but {examples.name!r} has shape {examples.shape} or lacks "
            "labels: choose digits or mnist, for instance."
        )
    rows = np.random.default_rng(seed).integers(len(examples), size=(count, 3))
    images = np.stack([examples.images[part][..., 0] for part in rows.T], axis=-1)
    classes = examples.num_classes
    names = examples.class_names if classes <= 10 else None  # of more, there are too many combinations
    names = names and tuple(map(" ".join, itertools.product(names, repeat=3)))
    labels = labels[rows] @ [classes**2, classes, 1]
    return Examples(images, labels, classes**3, f"stacked_{examples.name}", class_names=names)


def stacked_digits(split: str = "train") -> Examples:
    """Stacks scikit-learn's digits: "train" is 128,000 images (8, 8, 3) made of 1500 digits, "test" 26,000 of 297.

    Raises ValueError if the split is unknown.
    """
    return stack(digits(split), SPLITS.get(split))
