import types

import numpy as np
import pytest

from ganzoo import data, metrics
from ganzoo.metrics import reference_classifier


def test_gan_test_counts_the_samples_that_the_classifier_recognizes():
    judge = types.SimpleNamespace(classes=lambda images: images[:, 0])
    found = metrics.gan_test(judge, np.array([[0], [1], [2], [1]]), [0, 1, 1, 1])
    assert found["accuracy"] == 0.75
    np.testing.assert_allclose(found["of_each_class"], [1, 2 / 3])


@pytest.mark.thorough
def test_gan_train_is_the_accuracy_of_a_classifier_trained_on_the_samples(monkeypatch):
    """Real digits teach their classes; the same digits with shuffled labels do not."""
    monkeypatch.setattr(reference_classifier, "UPDATES", 100)
    train, test = data.examples("digits"), data.examples("digits", "test")
    some = data.Examples(train.images[:400], train.labels[:400], 10)
    shuffled = data.Examples(some.images, np.random.default_rng(0).permutation(some.labels), 10)
    assert metrics.gan_train(test, some) > 0.85
    assert metrics.gan_train(test, shuffled) < 0.4
