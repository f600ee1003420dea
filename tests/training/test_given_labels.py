"""`fit` takes labels beside the images, and refuses those of a wrong form."""

import numpy as np
import pytest

import ganzoo
from descriptors import real

IMAGES = real((8, 8, 1))
LABELS = np.arange(48) % 5


@pytest.fixture(scope="module")
def of_five_classes():
    return ganzoo.create("cdcgan", (8, 8, 1), width=4, num_classes=5, latent_dim=4, seed=0)


@pytest.mark.parametrize(
    "labels, message",
    [
        (LABELS[:, None], r"integers of shape \(48,\).*a column of them by y\[:, 0\]"),
        (np.eye(5)[LABELS], "one-hot labels become integers by argmax"),
        (LABELS.astype(float), "got float64"),
        (LABELS[:40], r"of shape \(40,\)"),
        (LABELS + 1, "from 0 to 4 for num_classes=5; these go from 1 to 5"),
        (None, "Labels are missing"),
    ],
)
@pytest.mark.parametrize("use", ["fit", "validation_data"])
def test_labels_of_a_wrong_form_are_refused(use, labels, message, of_five_classes):
    gan, images = of_five_classes, IMAGES
    with pytest.raises(ValueError, match=message):
        if use == "fit":
            gan.fit(images, labels, verbose=0)
        else:
            gan.fit(images, LABELS, validation_data=(images, labels), verbose=0)
    assert gan.step == 0


@pytest.mark.usefixtures("eagerly")
def test_labels_may_be_a_list():
    gan = ganzoo.create("cdcgan", (8, 8, 1), width=4, latent_dim=4, num_classes=5, seed=0)
    gan.fit(IMAGES, list(LABELS), verbose=0)
    assert gan.step == 2
