"""Batches that are taken several at once."""

import threading

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework import kernels

import ganzoo
from ganzoo import data
from ganzoo.execution import blocks, tables
from ganzoo.execution.blocks import batch_of, fitting, for_each
from small_gan import Executions, small

DIGITS = data.examples("digits")


def test_a_block_is_batches_in_their_order_and_the_last_is_what_is_left():
    labelled = data.batches(DIGITS, 10, shuffle=False, labels=True).take(5)
    found = list(blocks.blocks(labelled, 2))
    assert [len(images) for images, labels in found] == [2, 2, 1]
    for place, (images, labels) in enumerate(labelled):
        taken = batch_of(found[place // 2], place % 2)
        np.testing.assert_array_equal(taken[0], images)
        np.testing.assert_array_equal(taken[1], labels)


def test_each_batch_of_a_block_comes_in_turn():
    total = tf.Variable([0.0])

    @tf.function
    def digits(block):
        for_each(block, lambda batch: total.assign(total * 10 + batch))

    digits(tf.constant([[1.0], [2.0], [3.0]]))
    assert total.numpy() == [123]


def test_how_many_batches_fit_into_a_block(monkeypatch):
    vectors = tf.data.Dataset.from_tensor_slices((np.zeros((10, 3), "float32"), np.zeros(10, "int64")))
    assert fitting(vectors.batch(5)) is None, "for a last batch may be smaller"
    assert fitting(vectors.ragged_batch(5)) is None and fitting([np.zeros((5, 3))] * 2) is None
    of_known_size = vectors.batch(5, drop_remainder=True)
    monkeypatch.setattr(blocks, "AT_MOST", 2 * 5 * (3 * 4 + 8) + 1)
    assert fitting(of_known_size) == 2


def test_no_more_steps_are_taken_at_once_than_fit_into_a_block(monkeypatch):
    batches, some, gan = data.batches(DIGITS, 100, start=0).prefetch(1), Executions(), small()
    for fit_in, ends in ((3, [2, 5]), (1, [0, 1, 2, 3, 4, 5])):
        monkeypatch.setattr(blocks, "AT_MOST", fit_in * 100 * 8 * 8 * 4)
        gan.fit(batches, steps_per_epoch=6, callbacks=[some], verbose=0)
        assert some.ends == ends
    gan.steps_per_execution = 6  # asked for, so without blocks
    gan.fit(batches, steps_per_epoch=6, callbacks=[some], verbose=0)
    assert some.ends == [5] and gan.step == 18


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize(
    ("steps", "labels", "steps_per_epoch"),
    [(5, True, None), pytest.param(4, False, 15, marks=pytest.mark.thorough)],
)
def test_training_and_tests_in_blocks_or_not_are_the_same(monkeypatch, steps, labels, steps_per_epoch):
    """In blocks of rows, in blocks of the examples, both also as for a GPU, and one batch after the other."""
    histories, weights, some, at_most = [], [], Executions(), blocks.AT_MOST
    for in_blocks, stays, on_gpu in ((1, 1, 0), (1, 1, 1), (1, 0, 0), (1, 0, 1), (0, 0, 0)):
        monkeypatch.setattr(blocks, "AT_MOST", in_blocks * at_most)
        monkeypatch.setattr(blocks, "KEPT_AT_MOST", stays * at_most)
        monkeypatch.setattr(runner, "on_accelerator", lambda model, on_gpu=on_gpu: on_gpu)
        gan = ganzoo.create("cgan", (8, 8, 1), num_classes=10, seed=0) if labels else small()
        gan.steps_per_execution = steps
        training = data.batches(DIGITS, 66, labels=labels)  # 22 batches: of 15 steps an epoch the second ends early
        held_out = data.batches(DIGITS, 100, labels=labels, shuffle=False)
        assert bool(blocks.kept(training)) == stays
        fitted = gan.fit(
            training, steps_per_epoch=steps_per_epoch, epochs=2, validation_data=held_out, callbacks=[some], verbose=0
        )
        assert gan.train_function.how[3] is gan.test_function.how[3] is bool(in_blocks)
        histories.append((fitted.history, some.ends, int(gan.step.numpy())))
        weights.append([variable.numpy() for variable in gan.variables])
    assert histories[0][2] == (22 if steps_per_epoch else 44) and len(histories[0][0]["loss"]) == 2
    for other_history, other_weights in zip(histories[1:], weights[1:], strict=True):
        assert histories[0] == other_history
        for one, other in zip(weights[0], other_weights, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_block_is_on_its_way_to_a_gpu_while_steps_are_taken_with_the_one_before():
    asked = [threading.Event() for _ in range(4)]

    def batches():
        for number, event in enumerate(asked):
            event.set()
            yield {"number": tf.constant(number)}
        raise ArithmeticError("a pipeline's own")

    given = iter(blocks.Ahead(batches()))
    assert not asked[0].is_set()
    for number in range(3):
        assert next(given)["number"] == number and asked[number + 1].wait(60)
    assert next(given)["number"] == 3
    with pytest.raises(ArithmeticError, match="a pipeline's own"):
        next(given)
    assert [int(one) for one in blocks.Ahead(tf.data.Dataset.range(3))] == [0, 1, 2]


def test_a_data_set_that_fits_stays_on_the_device_and_its_rows_travel():
    """On the second of two CPUs; a GPU is no other device to TensorFlow."""
    batches = data.batches(DIGITS, 100, start=0, labels=True)
    with tf.device("CPU:1"):
        block = next(iter(blocks.blocks(batches, 3)))
    assert all(table.device.endswith("CPU:1") for table in tf.nest.flatten(block.tables))
    assert block.rows.shape == (3, 1, 100)
    for place, (images, labels) in enumerate(batches.take(3)):
        taken = batch_of(block, place)
        np.testing.assert_array_equal(taken[0], images)
        np.testing.assert_array_equal(taken[1], labels)
    assert blocks.kept(batches.take(3)) is None, "for what else was done to it is not known"


@pytest.mark.parametrize("name", ["digits", "recoloured_digits", "ring"])
def test_all_that_looks_up_has_kernels_for_gpus(name):
    """Or the tables would travel from it at each step; TensorFlow without any GPU knows its kernels too."""

    def on_gpus(operation, **types):
        for kernel in kernels.get_registered_kernels_for_op(operation).kernel:
            allowed = {part.name: part.allowed_values.list.type for part in kernel.constraint}
            if kernel.device_type == "GPU" and all(kind in allowed.get(of, [kind]) for of, kind in types.items()):
                return True
        return False

    if not on_gpus("MatMul"):
        pytest.skip("This TensorFlow was built without kernels for GPUs.")
    assert not on_gpus("GatherV2", Tparams=tf.uint8.as_datatype_enum), "else tables could stay as they are"
    batches = data.batches(data.examples(name), 10, labels=name == "digits")
    found = tf.nest.map_structure(lambda table: tables.placed(table, accelerated=True), batches.looked_up.tables)
    block = tables.Rows(found, next(iter(batches.looked_up.rows.batch(3))))
    graph = tf.function(lambda block: batch_of(block, 1), autograph=False).get_concrete_function(block).graph
    checked = []
    for operation in graph.get_operations():
        if operation.type not in ("Placeholder", "Const"):
            attributes = operation.node_def.attr.items()
            types = {of: value.type for of, value in attributes if value.WhichOneof("value") == "type"}
            assert on_gpus(operation.type, **types), (operation.type, types)
            checked.append(operation.type)
    assert {"GatherV2", "StridedSlice"} <= set(checked)
