"""Blocks of batches: one transfer for all steps of an execution."""

import threading

import numpy as np
import pytest
import tensorflow as tf

from ganzoo import data
from ganzoo.execution import blocks, workload
from ganzoo.execution.blocks import DevicePrefetch, batch_of, for_each_batch, into_blocks
from small_gan import Executions, small

DIGITS = data.examples("digits")


def test_a_block_is_batches_in_their_order_and_the_last_is_what_is_left():
    labelled = data.batches(DIGITS, 10, shuffle=False, labels=True).take(5)
    found = list(into_blocks(labelled, 2))
    assert [len(images) for images, labels in found] == [2, 2, 1]
    np.testing.assert_array_equal(batch_of(found[0], 0)[0], next(iter(labelled))[0])
    for place, (images, labels) in enumerate(labelled):
        taken = batch_of(found[place // 2], place % 2)
        np.testing.assert_array_equal(taken[0], images)
        np.testing.assert_array_equal(taken[1], labels)


def test_each_batch_of_a_block_comes_in_turn():
    total = tf.Variable([0.0])

    @tf.function
    def digits(block):
        for_each_batch(block, lambda batch: total.assign(total * 10 + batch))

    digits(tf.constant([[1.0], [2.0], [3.0]]))
    assert total.numpy() == [123]


@pytest.mark.thorough
def test_fit_takes_no_more_steps_at_once_than_fit_into_a_block(monkeypatch):
    batches, some, gan = data.batches(DIGITS, 100, start=0), Executions(), small()
    monkeypatch.setattr(blocks, "LARGEST_BLOCK", 3 * 100 * 8 * 8 * 4)
    gan.fit(batches, steps_per_epoch=6, callbacks=[some], verbose=0)
    assert some.ends == [2, 5]
    gan.steps_per_execution = 6  # asked for, so without blocks
    gan.fit(batches, steps_per_epoch=6, callbacks=[some], verbose=0)
    assert some.ends == [5] and gan.step == 12


def test_a_block_is_copied_to_an_accelerator_while_steps_are_taken_with_the_one_before():
    asked = [threading.Event() for _ in range(4)]

    def batches():
        for number, event in enumerate(asked):
            event.set()
            yield {"number": tf.constant(number)}
        raise ArithmeticError("an error of the pipeline")

    given = iter(DevicePrefetch(batches()))
    assert not asked[0].is_set()
    for number in range(3):
        assert next(given)["number"] == number and asked[number + 1].wait(60)
    assert next(given)["number"] == 3
    with pytest.raises(ArithmeticError, match="an error of the pipeline"):
        next(given)
    assert [int(one) for one in DevicePrefetch(tf.data.Dataset.range(3))] == [0, 1, 2]


@pytest.mark.parametrize("accelerated", [True, pytest.param(False, marks=pytest.mark.exhaustive)])
def test_training_and_tests_in_blocks_or_not_are_the_same(accelerated, monkeypatch):
    """In blocks, which for an accelerator are copied ahead, and one batch after the other."""
    found, on_accelerator = [], workload.on_accelerator
    for largest, on in ((blocks.LARGEST_BLOCK, accelerated), (0, False)):
        monkeypatch.setattr(workload, "on_accelerator", lambda model, on=on: on or on_accelerator(model))
        monkeypatch.setattr(blocks, "LARGEST_BLOCK", largest)
        some, gan = Executions(), small()
        gan.steps_per_execution = 5  # of 22, so the last execution of an epoch takes 2
        held_out = data.batches(DIGITS, 100, shuffle=False)
        logs = gan.fit(data.batches(DIGITS, 66), validation_data=held_out, callbacks=[some], verbose=0).history
        found.append((logs, some.ends, [variable.numpy() for variable in gan.variables]))
    (logs, ends, weights), (other_logs, other_ends, other_weights) = found
    assert logs == other_logs and ends == other_ends and len(ends) == 5
    for one, other in zip(weights, other_weights, strict=True):
        np.testing.assert_array_equal(one, other)
