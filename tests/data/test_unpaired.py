import itertools

import numpy as np
import pytest

from ganzoo.data import Examples, batches, domains, examples, load
from ganzoo.data.unpaired import recoloured, unpaired

COUNT = 20


def numbered(count, offset=0, name="numbers"):
    """Images (1, 1, 1) that are their own number."""
    return Examples(np.arange(offset, offset + count, dtype="uint8").reshape(-1, 1, 1, 1), name=name)


def taken(dataset, count=None):
    """The numbers (batches, batch_size, 2) of the first batches."""
    return np.rint([(batch.numpy()[:, 0, 0] + 1) * 127.5 for batch in itertools.islice(dataset, count)]).astype(int)


PAIR = unpaired(numbered(COUNT, name="a"), numbered(COUNT, 100, name="b"))


def test_each_domain_is_whole_in_each_epoch_and_shuffled_on_its_own():
    epochs = taken(batches(PAIR, 5, start=0), 4 * 200).reshape(200, COUNT, 2)
    np.testing.assert_array_equal(np.sort(epochs[..., 0]), np.tile(np.arange(COUNT), (200, 1)))
    np.testing.assert_array_equal(np.sort(epochs[..., 1]), np.tile(100 + np.arange(COUNT), (200, 1)))
    partners = np.zeros((COUNT, COUNT))
    np.add.at(partners, (epochs[..., 0].ravel(), epochs[..., 1].ravel() - 100), 1)
    np.testing.assert_allclose(partners, 200 / COUNT, atol=6 * np.sqrt(200 / COUNT))  # each meets each equally often


def test_the_first_domain_comes_in_the_order_that_it_has_alone():
    alone = [batch.numpy().ravel() for batch in itertools.islice(batches(numbered(COUNT), 5, seed=3, start=0), 8)]
    np.testing.assert_array_equal(
        taken(batches(PAIR, 5, seed=3, start=0), 8)[..., 0], np.rint((np.array(alone) + 1) * 127.5)
    )


@pytest.mark.parametrize("start", [3, 7, 1000])
def test_a_stream_from_a_step_is_the_rest_of_the_stream(start):
    whole = taken(batches(PAIR, 5, seed=3, start=0).skip(start), 6)
    np.testing.assert_array_equal(taken(batches(PAIR, 5, seed=3, start=start), 6), whole)
    assert not np.array_equal(taken(batches(PAIR, 5, seed=4, start=start), 6), whole)


def test_an_epoch_for_evaluation_is_in_order_and_labels_are_refused():
    np.testing.assert_array_equal(
        np.concatenate(taken(batches(PAIR, 5, shuffle=False))), np.stack([np.arange(20), 100 + np.arange(20)], 1)
    )
    with pytest.raises(ValueError, match=r"no labels in 'a\+b'"):
        batches(PAIR, 5, labels=True)


def test_the_smaller_set_begins_anew():
    pair = unpaired(numbered(3), numbered(7, 100))
    assert pair.images[:, 0, 0].tolist() == [[i % 3, 100 + i] for i in range(7)]


def test_floats_and_bytes_meet_as_bytes():
    floats = Examples(numbered(COUNT).images / np.float32(127.5) - 1)
    np.testing.assert_array_equal(
        unpaired(floats, numbered(COUNT)).images, np.repeat(numbered(COUNT).images, 2, axis=-1)
    )


def test_recoloured_against_a_loop():
    """Thick light strokes on a dark ground of the opposite colour, from the other half of the digits."""
    source = examples("digits")
    a, b = recoloured(source)
    np.testing.assert_array_equal(a.images, np.repeat(source.images[:750], 3, axis=-1))
    np.testing.assert_array_equal(np.concatenate([a.labels, b.labels]), source.labels)
    grounds = []
    for image, painted in zip(source.images[750:800, ..., 0] / 255, b.images[:50], strict=True):
        thick = np.zeros((8, 8))
        for row, column in np.ndindex(8, 8):
            thick[row, column] = image[row : row + 2, column : column + 2].max()
        dark, light = painted[thick == 0], painted[thick == 1]
        assert len(np.unique(dark, axis=0)) == 1 and dark.max() <= 102
        assert len(np.unique(light, axis=0)) == 1 and light.min() >= 127
        grounds.append(dark[0])
        between = dark[0] + (np.float64(light[0]) - dark[0]) * thick[..., np.newaxis]
        np.testing.assert_allclose(painted, between, atol=1.1)
        opposite = 1.5 - dark[0] / (0.4 * 255)  # a hue's channels lie round .75; the opposite one's, mirrored in it
        np.testing.assert_allclose(light[0] / 255, opposite, atol=0.02)
    assert len(np.unique(grounds, axis=0)) > 40 and np.ptp(np.sum(grounds, axis=1, dtype=int)) <= 3


def test_pairs_by_name():
    a, b = domains("recoloured_digits")
    assert (len(a), len(b), a.shape, b.shape, a.num_classes) == (750, 750, (16, 16, 3), (16, 16, 3), 10)
    assert load("recoloured_digits", 10).element_spec.shape == (10, 16, 16, 6)
    assert load("recoloured_digits", 10, "test", (28, 28, 6)).element_spec.shape == (10, 28, 28, 6)
    np.testing.assert_array_equal(
        examples("recoloured:digits", "test").images[:148, ..., :1], examples("digits", "test").images[:148]
    )
    assert domains("recoloured:digits", data_shape=(12, 12, 6))[1].shape == (12, 12, 3)
    both = examples("digits+digits", data_shape=(10, 10, 2))
    assert (both.shape, len(both)) == ((10, 10, 2), 1500)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: unpaired(examples("digits"), numbered(3)), "must be images of one shape"),
        (lambda: unpaired(examples("ring"), examples("ring")), "must be images of one shape"),
        (lambda: recoloured(examples("ring")), "Grey images"),
        (lambda: recoloured(numbered(1)), "at least two"),
        (
            lambda: domains("digits"),
            "'digits' is no pair of data sets: choose recoloured_digits, outlined",
        ),
        (lambda: domains("recoloured_digits", data_shape=(16, 16, 3)), r"side by side are \(H, W, 2C\)"),
        (lambda: domains("recoloured_digits", "trian"), "did you mean 'train'"),
    ],
)
def test_what_is_no_pair_gets_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
