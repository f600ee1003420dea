import itertools

import numpy as np
import pytest
import tensorflow as tf

from ganzoo.data import Examples, batches, load

COUNT = 23
NUMBERED = Examples(np.arange(COUNT, dtype="float32")[:, np.newaxis], labels=np.arange(COUNT), name="numbers")


def taken(dataset, count=None):
    """Returns the numbers of the examples in the first `count` batches."""
    return [batch.numpy().ravel().astype(int).tolist() for batch in itertools.islice(dataset, count)]


def test_uint8_images_become_floats_in_the_range():
    images = np.arange(256, dtype="uint8").reshape(16, 4, 4, 1)
    (x,) = batches(Examples(images), 16, shuffle=False)
    assert x.dtype == tf.float32
    np.testing.assert_allclose(x, images / 127.5 - 1, atol=1e-7)
    assert (x.numpy().min(), x.numpy().max()) == (-1, 1)


def test_shapes_are_static_and_labels_int32():
    x, y = load("digits", batch_size=50, labels=True).element_spec
    assert (x.shape, x.dtype) == ((50, 8, 8, 1), tf.float32)
    assert (y.shape, y.dtype) == ((50,), tf.int32)


@pytest.mark.parametrize("start", [None, 0])
def test_labels_stay_with_their_images(start):
    for x, y in itertools.islice(batches(NUMBERED, 5, labels=True, start=start), 8):
        np.testing.assert_array_equal(x[:, 0], y)


def test_an_epoch_is_finite_and_drops_the_remainder():
    dataset = batches(NUMBERED, 5)
    assert dataset.cardinality() == 4
    seen = sum(taken(dataset), [])
    assert len(seen) == len(set(seen)) == 20


def test_each_epoch_of_a_stream_has_every_example_once():
    stream = batches(Examples(NUMBERED.images[:20]), 5, start=0)
    assert stream.cardinality() == tf.data.INFINITE_CARDINALITY
    steps = taken(stream, 12)
    epochs = [sum(steps[begin : begin + 4], []) for begin in (0, 4, 8)]
    assert all(sorted(epoch) == list(range(20)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 3


def test_iterations_differ_and_depend_on_the_seed_alone():
    def three_epochs(seed, global_seed):
        tf.random.set_seed(global_seed)
        dataset = batches(NUMBERED, 5, seed=seed)
        return [taken(dataset) for _ in range(3)]

    first, second, third = three_epochs(seed=0, global_seed=1)
    assert first != second != third != first
    assert three_epochs(seed=0, global_seed=2) == [first, second, third]
    assert three_epochs(seed=1, global_seed=1)[0] != first


@pytest.mark.cases(2)
@pytest.mark.parametrize("start", [7, 4, 1000])
def test_a_stream_from_a_step_is_the_rest_of_the_stream(start):
    whole = taken(batches(NUMBERED, 5, seed=3, start=0).skip(start), 9)
    assert taken(batches(NUMBERED, 5, seed=3, start=start), 9) == whole
    assert taken(batches(NUMBERED, 5, seed=4, start=start), 9) != whole


@pytest.mark.thorough
def test_every_example_is_equally_frequent_at_every_place():
    stream = batches(Examples(NUMBERED.images[:10]), 10, start=0)
    places = np.array(sum(taken(stream, 2000), [])).reshape(2000, 10)
    counts = np.array([np.bincount(places[:, place], minlength=10) for place in range(10)])
    np.testing.assert_allclose(counts, 200, atol=6 * np.sqrt(200 * 0.9))


def test_neighbouring_epochs_have_different_orders():
    """The raw `index_shuffle` with the seeds 0, 1, 2, ... gives 8 examples about 250 orders in 3000 epochs."""
    stream = batches(Examples(NUMBERED.images[:8]), 8, start=0)
    orders = {tuple(order) for order in taken(stream, 1000)}
    assert len(orders) > 800


def test_an_unshuffled_pass_is_complete_and_in_order():
    dataset = batches(NUMBERED, 5, shuffle=False, drop_remainder=False)
    assert dataset.cardinality() == 5
    batched = taken(dataset)
    assert sum(batched, []) == list(range(COUNT))
    assert len(batched[-1]) == 3


def test_a_small_data_set_is_one_small_batch_if_the_remainder_is_kept():
    (batch,) = taken(batches(NUMBERED, 100, shuffle=False, drop_remainder=False))
    assert batch == list(range(COUNT))


@pytest.mark.parametrize(
    "arguments, cure",
    [
        ({"batch_size": 24}, "batch of 24 .* 23 examples; choose a batch_size of at most 23"),
        ({"batch_size": 0}, "batch_size must be an integer of at least 1; got 0"),
        ({"batch_size": -5}, "of at least 1; got -5"),
        ({"batch_size": 2**70, "drop_remainder": False}, "batch_size must be an integer of at most"),
        ({"batch_size": 5, "start": -1}, "start must be an integer of at least 0"),
        ({"batch_size": 5, "start": 2**70}, "start must be an integer of at most"),
        ({"batch_size": 5, "seed": 2**70}, "seed must be an integer of at most"),
        ({"batch_size": 5, "labelled_share": np.nan}, "labelled_share must be a number from 0 to 1; got nan"),
        ({"batch_size": 5, "labelled_share": -0.5}, "from 0 to 1"),
    ],
)
def test_errors_for_bad_numbers_name_the_cure(arguments, cure):
    with pytest.raises(ValueError, match=cure):
        batches(NUMBERED, **arguments)


def test_missing_labels_are_refused():
    with pytest.raises(ValueError, match="no labels in 'numbers'; choose labelled data"):
        batches(Examples(NUMBERED.images, name="numbers"), 5, labels=True)


@pytest.mark.parametrize("start", [None, 2])
def test_two_replicas_share_the_batches_of_one(mirrored, start):
    plain = taken(batches(NUMBERED, 4, start=start), 5)
    shared = mirrored.experimental_distribute_dataset(batches(NUMBERED, 4, start=start))
    halves = [mirrored.experimental_local_results(batch) for batch in itertools.islice(shared, 5)]
    assert {half.shape for pair in halves for half in pair} == {(2, 1)}
    assert taken([tf.concat(pair, axis=0) for pair in halves]) == plain


@pytest.mark.parametrize("argument", ["batch_size", "start", "seed", "labelled_share"])
@pytest.mark.parametrize("value", [2.5, "8", True, None, [5]])
def test_errors_for_arguments_of_another_type_are_one_sentence(argument, value):
    if (argument, value) == ("start", None):
        return
    with pytest.raises(ValueError, match=f"{argument} must be an? .*; got ") as caught:
        batches(NUMBERED, **{"batch_size": 5, argument: value})
    assert "\n" not in str(caught.value)


def test_numbers_of_numpy_are_numbers():
    plain = taken(batches(NUMBERED, 5, seed=3, start=2, labelled_share=1), 3)
    given = batches(NUMBERED, np.int64(5), seed=np.int32(3), start=np.uint8(2), labelled_share=np.float32(1))
    assert taken(given, 3) == plain
