"""The handwritten digits that come with scikit-learn: real and small, and they need no download."""

import numpy as np

from ganzoo.data.examples import Examples
from ganzoo.registry import nearest

SPLITS = {"train": slice(0, 1500), "test": slice(1500, None)}


def digits(split: str = "train") -> Examples:
    """Returns grey images (8, 8, 1) of ten classes: the first 1500 of 1797 as "train", the last 297 as "test".

    The 17 grey levels of the source are scaled to [0, 255].

    Raises ValueError if the split is unknown.
    """
    from sklearn.datasets import load_digits

    if split not in SPLITS:
        raise ValueError(nearest("split", split, SPLITS))
    source = load_digits()
    images = np.rint(source.images * (255 / 16)).astype("uint8")[..., np.newaxis]
    part = SPLITS[split]
    names = map(str, source.target_names)
    return Examples(images[part], source.target[part], name="digits", class_names=tuple(names))
