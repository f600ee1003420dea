"""scikit-learn's handwritten digits: real, small, and on every machine."""

import numpy as np

from ganzoo.data.examples import Examples
from ganzoo.registry import nearest

SPLITS = {"train": slice(0, 1500), "test": slice(1500, None)}


def digits(split="train"):
    """Grey images (8, 8, 1) of ten classes: the first 1500 of the 1797 are "train", the last 297 "test".

    The 17 grey values of the source are spread over [0, 255].
    """
    from sklearn.datasets import load_digits

    if split not in SPLITS:
        raise ValueError(nearest("split", split, SPLITS))
    source = load_digits()
    images = np.rint(source.images * (255 / 16)).astype("uint8")[..., np.newaxis]
    part = SPLITS[split]
    return Examples(images[part], source.target[part], num_classes=10, name="digits")
