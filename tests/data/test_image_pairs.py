"""Pairs of images of two domains: how they are shuffled, made from one set, and named."""

import itertools

import numpy as np
import pytest

from ganzoo.data import Examples, ImagePairs, batches, domains, examples, load, pairs
from ganzoo.data.image_pairs import outlined
from ganzoo.data.recolouring import recoloured

COUNT = 20


def numbered(count, offset=0, name="numbers"):
    """Images (1, 1, 1) that are their own number."""
    return Examples(np.arange(offset, offset + count, dtype="uint8").reshape(-1, 1, 1, 1), name=name)


def numbers(batch):
    """The numbers (batch_size, 2) in a batch of pairs."""
    return np.rint((np.stack([np.ravel(batch["a"]), np.ravel(batch["b"])], axis=1) + 1) * 127.5).astype(int)


def taken(dataset, count=None):
    """The numbers (batches, batch_size, 2) of the first batches."""
    return np.array([numbers(batch) for batch in itertools.islice(dataset, count)])


UNPAIRED = ImagePairs(numbered(COUNT, name="a"), numbered(COUNT, 100, name="b"))


def test_each_domain_is_whole_in_each_epoch_and_shuffled_on_its_own():
    epochs = taken(batches(UNPAIRED, 5, start=0), 4 * 200).reshape(200, COUNT, 2)
    np.testing.assert_array_equal(np.sort(epochs[..., 0]), np.tile(np.arange(COUNT), (200, 1)))
    np.testing.assert_array_equal(np.sort(epochs[..., 1]), np.tile(100 + np.arange(COUNT), (200, 1)))
    partners = np.zeros((COUNT, COUNT))
    np.add.at(partners, (epochs[..., 0].ravel(), epochs[..., 1].ravel() - 100), 1)
    np.testing.assert_allclose(partners, 200 / COUNT, atol=6 * np.sqrt(200 / COUNT))  # each meets each equally often


def test_the_partners_of_paired_sets_stay_together_in_an_order_that_changes():
    found = taken(batches(ImagePairs(numbered(COUNT), numbered(COUNT, 100), paired=True), 5, start=0), 12)
    np.testing.assert_array_equal(found[..., 1] - found[..., 0], 100)
    first, second = found[:4].reshape(COUNT, 2), found[4:8].reshape(COUNT, 2)
    assert sorted(first[:, 0]) == sorted(second[:, 0]) == list(range(COUNT)) and not np.array_equal(first, second)


def test_the_first_domain_comes_in_the_order_that_it_has_alone():
    alone = [batch.numpy().ravel() for batch in itertools.islice(batches(numbered(COUNT), 5, seed=3, start=0), 8)]
    np.testing.assert_array_equal(
        taken(batches(UNPAIRED, 5, seed=3, start=0), 8)[..., 0], np.rint((np.array(alone) + 1) * 127.5)
    )


@pytest.mark.cases(2)
@pytest.mark.parametrize("start", [3, 7, 1000])
def test_a_stream_from_a_step_is_the_rest_of_the_stream(start):
    whole = taken(batches(UNPAIRED, 5, seed=3, start=0).skip(start), 6)
    np.testing.assert_array_equal(taken(batches(UNPAIRED, 5, seed=3, start=start), 6), whole)
    assert not np.array_equal(taken(batches(UNPAIRED, 5, seed=4, start=start), 6), whole)


def test_an_epoch_for_evaluation_is_in_order_and_labels_are_refused():
    np.testing.assert_array_equal(
        np.concatenate(taken(batches(UNPAIRED, 5, shuffle=False))), np.stack([np.arange(20), 100 + np.arange(20)], 1)
    )
    with pytest.raises(ValueError, match=r"no labels in 'a\+b'"):
        batches(UNPAIRED, 5, labels=True)


def test_the_smaller_set_repeats():
    uneven = ImagePairs(numbered(3), numbered(7, 100))
    assert len(uneven) == 7
    (found,) = taken(batches(uneven, 7, shuffle=False))
    assert found.tolist() == [[i % 3, 100 + i] for i in range(7)]
    (found,) = taken(batches(uneven, 7))
    assert sorted(found[:, 0]) == [0, 0, 0, 1, 1, 2, 2] and sorted(found[:, 1]) == list(range(100, 107))


def test_floats_and_bytes_are_the_same_images():
    floats = Examples(numbered(COUNT).images / np.float32(127.5) - 1)
    found = next(iter(batches(ImagePairs(floats, numbered(COUNT), paired=True), 5)))
    np.testing.assert_allclose(found["a"], found["b"], atol=1e-6)
    assert found["a"].dtype == found["b"].dtype == np.float32


def test_the_first_pairs_keep_their_labels():
    first = recoloured(examples("digits")).head(5)
    assert len(first) == len(first.a) == len(first.b) == 5 and first.labels is None
    np.testing.assert_array_equal(first.a.labels, examples("digits").labels[:5])


def test_an_outline_is_where_neighbours_differ():
    square = np.zeros((1, 6, 6, 1), "uint8")
    square[0, 2:4, 2:4] = 255
    found = outlined(Examples(square, [3], 10))
    np.testing.assert_array_equal(found.b.images, square)
    expected = np.zeros((6, 6), "uint8")
    expected[1, 2:4] = expected[3, 2:4] = expected[2:4, 1] = expected[2:4, 3] = 255
    np.testing.assert_array_equal(found.a.images[0, ..., 0], expected)
    assert found.paired and found.a.labels.tolist() == found.b.labels.tolist() == [3]
    assert not outlined(Examples(square), threshold=1).a.images.any()


def test_colours_have_outlines_of_their_brightness():
    colours = np.random.default_rng(0).integers(0, 256, (2, 5, 5, 3), dtype="uint8")
    found = outlined(Examples(colours))
    assert found.shape == (5, 5, 3) and np.ptp(found.a.images, axis=-1).max() == 0


def test_recoloured_against_a_loop():
    """Thick light strokes on a dark ground of the opposite colour, from the other half of the digits."""
    source = examples("digits")
    found = recoloured(source)
    a, b = found.a, found.b
    assert not found.paired
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


def test_unpaired_sets_by_name():
    a, b = domains("recoloured_digits")
    assert (len(a), len(b), a.shape, b.shape, a.num_classes) == (750, 750, (16, 16, 3), (16, 16, 3), 10)
    specs = load("recoloured_digits", 10).element_spec
    assert {name: spec.shape for name, spec in specs.items()} == dict.fromkeys("ab", (10, 16, 16, 3))
    assert load("recoloured_digits", 10, "test", (28, 28, 3)).element_spec["b"].shape == (10, 28, 28, 3)
    np.testing.assert_array_equal(
        examples("recoloured:digits", "test").a.images[..., :1], examples("digits", "test").images[:148]
    )
    assert domains("recoloured:digits", data_shape=(12, 12, 3))[1].shape == (12, 12, 3)
    both = examples("digits+digits", data_shape=(10, 10, 1))
    assert (both.shape, len(both), both.paired) == ((10, 10, 1), 1500, False)
    assert examples(both) is both and examples(both, data_shape=(12, 12, 1)).shape == (12, 12, 1)


def test_paired_sets_by_name(tmp_path):
    a, b = domains("outlined_digits")
    assert a.shape == b.shape == (16, 16, 1) and len(a) == len(b) == 1500
    np.testing.assert_array_equal(a.labels, b.labels)
    assert examples("outlined_digits").paired
    assert load("outlined_digits", 10, "test", (28, 28, 3)).element_spec["a"].shape == (10, 28, 28, 3)
    assert examples("outlined:digits").shape == (8, 8, 1)
    np.save(tmp_path / "one.npy", a.images)
    np.save(tmp_path / "other.npy", b.images)
    named = examples(f"paired:{tmp_path}/one.npy+{tmp_path}/other.npy")
    assert named.paired
    for found, expected in ((named.a, a), (named.b, b)):
        np.testing.assert_array_equal(found.images, expected.images)


SOME = Examples(np.zeros((3, 4, 4, 1), "uint8"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ImagePairs(examples("digits"), numbered(3)), "must be images of one shape"),
        (lambda: ImagePairs(examples("ring"), examples("ring")), "must be images of one shape"),
        (lambda: ImagePairs(SOME, SOME.head(2), paired=True), "Paired domains must have equally many images"),
        (lambda: examples("outlined:ring"), "Only images have outlines, but 'ring' has vectors"),
        (lambda: recoloured(examples("ring")), "grey images .H, W, 1., but 'ring'"),
        (lambda: recoloured(numbered(1)), "at least two"),
        (lambda: pairs("digits"), "'digits' is not a pair of data sets: choose recoloured_digits, outlined"),
        (lambda: domains("recoloured_digits", data_shape=(16, 16, 6)), "1 or 3 channels"),
        (lambda: domains("recoloured_digits", "trian"), "did you mean 'train'"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
