"""Mirrored images, and the part of each batch that one of several machines reads."""

import numpy as np
import pytest
import tensorflow as tf

from ganzoo.data import Examples, ImagePairs, batches, examples

COUNT = 50
LEFT = np.zeros((COUNT, 2, 4, 1), "uint8")
LEFT[:, :, 0, 0] = np.arange(1, COUNT + 1)[:, np.newaxis]
"""Images that are black but for their left column, which holds their number."""
NUMBERED = Examples(LEFT, np.arange(COUNT))


def numbers(batch):
    """Returns the number of each image and whether it is mirrored."""
    pixels = np.rint((batch + 1) * 127.5)[:, 0, :, 0]
    assert ((pixels[:, 0] > 0) != (pixels[:, -1] > 0)).all()
    return pixels.max(axis=1).astype(int), pixels[:, -1] > 0


def taken(count, **options):
    found = [numbers(batch) for batch in batches(NUMBERED, 10, flip=True, **options).take(count).as_numpy_iterator()]
    return [np.concatenate(part) for part in zip(*found, strict=True)]


def test_half_of_the_images_are_mirrored_in_an_order_that_does_not_change():
    order, mirrored = taken(100, start=0)
    plain = np.concatenate(list(batches(NUMBERED, 10, start=0).take(100).as_numpy_iterator()))
    np.testing.assert_array_equal(order, numbers(plain)[0])
    assert 430 < mirrored.sum() < 570  # 4.4 standard deviations
    by_epoch = mirrored.reshape(20, COUNT)[np.arange(20)[:, np.newaxis], np.argsort(order.reshape(20, COUNT))]
    assert 2 < by_epoch.sum(axis=0).min() and by_epoch.sum(axis=0).max() < 18  # of each image


@pytest.mark.cases(3)
@pytest.mark.parametrize("step", [0, 1, 4, 5, 17])
def test_a_step_always_has_the_same_mirrored_images(step):
    whole, part = taken(20, start=0, seed=3), taken(2, start=step, seed=3)
    for one, other in zip(whole, part, strict=True):
        np.testing.assert_array_equal(one[step * 10 : (step + 2) * 10], other)
    assert (taken(2, start=step, seed=4)[1] != part[1]).any()


def test_paired_images_are_mirrored_together_and_others_on_their_own():
    for paired in (True, False):
        pairs = ImagePairs(NUMBERED, NUMBERED, paired)
        batch = next(batches(pairs, 40, start=0, flip=True).as_numpy_iterator())
        (one, first), (other, second) = (numbers(batch[side]) for side in "ab")
        assert ((one == other).all(), (first == second).all()) == (paired, paired)


def test_vectors_are_not_flipped():
    with pytest.raises(ValueError, match="Only images can be flipped, but 'ring' has vectors"):
        batches(examples("ring"), 10, flip=True)


@pytest.mark.thorough
@pytest.mark.cases(2)
@pytest.mark.parametrize(("machines", "replicas"), [(2, 2), (2, 4), (5, 5)])
@pytest.mark.parametrize("start", [None, 7])
@pytest.mark.parametrize("source", [NUMBERED, ImagePairs(NUMBERED, NUMBERED), ImagePairs(NUMBERED, NUMBERED, True)])
def test_machines_share_the_batches_of_one(machines, replicas, start, source):
    options = {"batch_size": 20, "seed": 2, "labels": source is NUMBERED, "start": start, "flip": True}
    whole = [tf.nest.flatten(batch) for batch in batches(source, **options).take(2).as_numpy_iterator()]
    shares = []
    for machine in range(machines):
        context = tf.distribute.InputContext(machines, machine, replicas)
        own = batches(source, **options, context=context)
        shares.append([tf.nest.flatten(batch) for batch in own.take(2 * replicas // machines).as_numpy_iterator()])
    each = replicas // machines
    for step, batch in enumerate(whole):
        parts = [share for own in shares for share in own[step * each : (step + 1) * each]]
        for expected, *found in zip(batch, *parts, strict=True):
            assert {len(part) for part in found} == {20 // replicas}
            np.testing.assert_array_equal(np.concatenate(found), expected)


def test_machines_that_cannot_share_a_batch_are_refused():
    with pytest.raises(ValueError, match="batch of 10 cannot be shared out evenly among 4 replicas"):
        batches(NUMBERED, 10, start=0, context=tf.distribute.InputContext(2, 0, 4))
