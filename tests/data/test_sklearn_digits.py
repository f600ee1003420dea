import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from ganzoo.data import examples


def test_the_splits_are_all_of_the_source_in_order():
    source = load_digits()
    train, test = examples("digits"), examples("digits", "test")
    assert (len(train), len(test), train.shape, train.num_classes) == (1500, 297, (8, 8, 1), 10)
    np.testing.assert_array_equal(np.concatenate([train.labels, test.labels]), source.target)
    images = np.concatenate([train.images, test.images])[..., 0]
    assert (images.min(), images.max()) == (0, 255)
    np.testing.assert_allclose(images / 255 * 16, source.images, atol=0.5 / 255 * 16)


def test_labels_match_the_images():
    train, test = examples("digits"), examples("digits", "test")
    neighbours = KNeighborsClassifier().fit(train.images.reshape(1500, -1), train.labels)
    assert neighbours.score(test.images.reshape(297, -1), test.labels) > 0.95


def test_the_error_for_an_unknown_split_suggests_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'train'"):
        examples("digits", "trian")
