import itertools
import warnings

import numpy as np
import pytest

from ganzoo.data import Examples, batches, examples, keep_labels

DIGITS = examples("digits")


@pytest.mark.parametrize(("count", "seed"), [(10, 0), (100, 3), (500, 1)])
def test_kept_labels_are_balanced_and_true(count, seed):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kept = keep_labels(DIGITS, count, seed)
    known = kept.labels >= 0
    np.testing.assert_array_equal(np.bincount(kept.labels[known], minlength=10), count // 10)
    np.testing.assert_array_equal(kept.labels[known], DIGITS.labels[known])
    assert (kept.labels[~known] == -1).all() and kept.num_classes == 10 and kept.images is DIGITS.images


def test_the_seed_determines_which_labels_are_kept():
    first, again, other = (keep_labels(DIGITS, 50, seed).labels for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_number_that_cannot_be_balanced_warns_which_classes_keep_more():
    message = r"25 labels cannot be divided equally among 10 classes: classes .* keep 3 labels each, and the others 2"
    with pytest.warns(UserWarning, match=message) as said:
        kept = keep_labels(DIGITS, 25, seed=1)
    counts = np.bincount(kept.labels[kept.labels >= 0], minlength=10)
    assert sorted(counts) == [2] * 5 + [3] * 5
    named = str(said[0].message).split(": classes ")[1].split(" keep")[0]
    assert named == ", ".join(str(label) for label in np.flatnonzero(counts == 3))


@pytest.mark.parametrize(
    ("given", "count", "message"),
    [
        (DIGITS, 1501, "choose a number from 1 to 1500"),
        (DIGITS, 0, "Cannot keep 0 labels .* choose a number from 1"),
        (Examples(DIGITS.images), 10, "There are no labels"),
        (Examples(DIGITS.images[:4], np.array([0, 0, 0, 1])), 4, "Class 1 of 'examples' has 1 labels, fewer than its"),
    ],
)
def test_impossible_numbers_of_labels_are_refused(given, count, message):
    with pytest.raises(ValueError, match=message):
        keep_labels(given, count)


def test_labelled_examples_are_spread_evenly_over_batches():
    """In 15 batches of 100, a fifth of the places are reserved for 30 labelled examples, which are equally frequent."""
    kept = keep_labels(DIGITS, 30)
    counts = np.zeros(30)
    members = [kept.images[index].tobytes() for index in np.flatnonzero(kept.labels >= 0)]
    for x, y in itertools.islice(batches(kept, 100, labels=True, start=0), 15):
        y = y.numpy()
        assert (y >= 0).sum() >= 20
        assert all((part >= 0).sum() >= 5 for part in np.split(y, 4))
        places = np.flatnonzero(y >= 0)
        for image in np.rint((x.numpy()[places] + 1) * 127.5).astype("uint8"):
            counts[members.index(image.tobytes())] += 1
    assert counts.min() >= 10 and counts.max() <= 13  # 15 * 20 / 30, and where the other places hold one by chance


def test_batches_of_partly_labelled_data_depend_on_seed_and_step():
    kept = keep_labels(DIGITS, 30)
    late = next(iter(batches(kept, 100, seed=5, labels=True, start=17)))
    early = next(itertools.islice(batches(kept, 100, seed=5, labels=True, start=0), 17, None))
    for one, two in zip(late, early, strict=True):
        np.testing.assert_array_equal(one, two)


def test_without_a_share_or_shuffling_the_order_is_unchanged():
    kept = keep_labels(DIGITS, 30)
    y = np.concatenate([y for _, y in batches(kept, 100, labels=True, labelled_share=0)])
    assert (y >= 0).sum() == 30
    y = np.concatenate([y for _, y in batches(kept, 100, labels=True, shuffle=False)])
    np.testing.assert_array_equal(y, kept.labels)


def test_a_share_out_of_range_is_refused():
    with pytest.raises(ValueError, match="labelled_share must be a number from 0 to 1; got 2"):
        batches(DIGITS, 10, labels=True, labelled_share=2)
