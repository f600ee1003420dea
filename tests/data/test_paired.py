import numpy as np
import pytest

from ganzoo.data import Examples, batches, domains, examples, load
from ganzoo.data.paired import outlined, paired


def test_partners_stay_together():
    numbers = np.arange(20, dtype="uint8").reshape(-1, 1, 1, 1)
    pair = paired(Examples(numbers), Examples(numbers + 100))
    for batch in batches(pair, 5, start=0).take(12):
        first, second = np.split(np.rint((batch.numpy()[:, 0, 0] + 1) * 127.5), 2, axis=-1)
        np.testing.assert_array_equal(second - first, 100)


def test_an_outline_is_where_neighbours_differ():
    square = np.zeros((1, 6, 6, 1), "uint8")
    square[0, 2:4, 2:4] = 255
    lines, whole = outlined(Examples(square, [3], 10))
    np.testing.assert_array_equal(whole.images, square)
    expected = np.zeros((6, 6), "uint8")
    expected[1, 2:4] = expected[3, 2:4] = expected[2:4, 1] = expected[2:4, 3] = 255
    np.testing.assert_array_equal(lines.images[0, ..., 0], expected)
    assert lines.labels.tolist() == whole.labels.tolist() == [3]
    assert not outlined(Examples(square), threshold=1)[0].images.any()


def test_colours_have_outlines_of_their_brightness():
    colours = np.random.default_rng(0).integers(0, 256, (2, 5, 5, 3), dtype="uint8")
    lines, whole = outlined(Examples(colours))
    assert lines.shape == whole.shape == (5, 5, 3) and np.ptp(lines.images, axis=-1).max() == 0


def test_the_embedded_pair_and_views_by_name(tmp_path):
    a, b = domains("outlined_digits")
    assert a.shape == b.shape == (16, 16, 1) and len(a) == len(b) == 1500
    np.testing.assert_array_equal(a.labels, b.labels)
    both = examples("outlined_digits")
    np.testing.assert_array_equal(both.images, np.concatenate([a.images, b.images], -1))
    assert both.parts == 1 and both.labels is None
    assert load("outlined_digits", 10, "test", (28, 28, 6)).element_spec.shape == (10, 28, 28, 6)
    assert examples("outlined:digits").shape == (8, 8, 2)
    np.save(tmp_path / "one.npy", a.images)
    np.save(tmp_path / "other.npy", b.images)
    named = examples(f"paired:{tmp_path}/one.npy+{tmp_path}/other.npy")
    np.testing.assert_array_equal(named.images, both.images)


def test_vectors_have_no_outlines():
    with pytest.raises(ValueError, match="Images have outlines; 'ring' has vectors"):
        examples("outlined:ring")


def test_what_does_not_belong_together_is_refused():
    some = Examples(np.zeros((3, 4, 4, 1), "uint8"))
    for other in (np.zeros((2, 4, 4, 1), "uint8"), np.zeros((3, 4, 5, 1), "uint8")):
        with pytest.raises(ValueError, match="Pairs are images of one shape and number"):
            paired(some, Examples(other))
