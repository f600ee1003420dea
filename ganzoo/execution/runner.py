"""Carries a plan out: Keras's train and test functions, written anew for `tf.distribute`."""

import functools
import itertools

import tensorflow as tf

from ganzoo.execution.batches import after, check_divisible, check_examples
from ganzoo.execution.blocks import as_one_batch, for_each_batch
from ganzoo.execution.graphs import graph_function
from ganzoo.execution.refusals import stating_refusals


def make_function(model, step, plan, eager):
    """Returns a function (iterator, steps) that takes so many batches, or those left, through `step`; gives the logs.

    With `plan.in_blocks`, the iterator yields them as one block. The function raises StopIteration if no batch is left.
    It is traced once for any number of steps, unless `plan.steps` is 1 and it takes one step at a time.

    Keras's own does the same on one device. Under a strategy it fails for several steps in one execution, and on
    several machines for every model with scalar logs (keras#20585).

    No step is taken with a batch that is refused: one that does not divide into the model's shares, or has examples in
    which the model's `find_faults` finds one. Of a block, either all batches are refused or none.

    Raises ValueError for XLA on several devices; the function, for a batch that is refused.
    """
    # One of TensorFlow's graph optimizers is switched off for the whole process: in about one in 20 traces of the
    # same step it changes the order of sums, so that a resumed run would not end with the same last bits.
    tf.config.optimizer.set_experimental_options({"dependency_optimization": False})
    strategy = model.distribute_strategy
    if plan.jit_compile and strategy.num_replicas_in_sync > 1 and not isinstance(strategy, tf.distribute.TPUStrategy):
        raise ValueError("jit_compile is for one device (a TPU compiles without it): leave it out on several.")
    run_step = _run_step(model, step, plan, eager)
    if plan.in_blocks:
        run = _block_function(model, run_step)
    elif plan.steps > 1 and not eager:
        run = _loop_function(model, run_step)
    else:
        run = _single_function(model, run_step, eager)
    return stating_refusals(_with_advice(run) if plan.jit_compile else run)


def _run_step(model, step, plan, eager):
    """Returns a function that takes one batch through the step on every replica, after checks outside of XLA."""
    strategy = model.distribute_strategy

    def check(batch):
        if not plan.in_blocks:  # a block is checked as a whole; its batches are all of the first one's size
            batch = check_examples(batch, model.find_faults)
            if plan.jit_compile and step == model.train_step:  # XLA leaves out the check in the step itself
                batch = check_divisible(batch, model.shares)
        return batch

    # With several replicas the step is not a function of its own: it would miss the keys of their reductions.
    if eager or strategy.num_replicas_in_sync > 1:
        return lambda batch: strategy.run(lambda part: step(check(part)), args=(batch,))
    within = graph_function(lambda batch: strategy.run(step, args=(batch,)), jit_compile=plan.jit_compile)
    return lambda batch: within(check(batch))


def _single_function(model, run_step, eager):
    def one(batch):
        run_step(batch)
        return model.get_metrics_result()

    one = one if eager else graph_function(one)

    def run(iterator, steps):
        results = [one(batch) for batch in itertools.islice(iterator, steps)]
        if not results:
            raise StopIteration
        return results[-1]

    return run


def _loop_function(model, run_step):
    """Takes batch after batch from a tf.data iterator, inside one graph."""
    from_other_iterators = _single_function(model, run_step, eager=False)

    @graph_function
    def loop(iterator, steps):
        def take_next(done, more):
            batch = iterator.get_next_as_optional()
            more = batch.has_value()
            return tf.cond(more, lambda: taken(batch.get_value(), done), lambda: done), more

        def taken(batch, done):
            run_step(batch)
            return done + 1

        start = tf.constant(0), tf.constant(True)
        done, _ = tf.while_loop(lambda done, more: (done < steps) & more, take_next, start, parallel_iterations=1)
        return done, model.get_metrics_result()

    def run(iterator, steps):
        if not isinstance(iterator, (tf.data.Iterator, tf.distribute.DistributedIterator)):
            return from_other_iterators(iterator, steps)
        done, results = loop(iterator, tf.constant(steps))
        if not done:
            raise StopIteration
        return results

    return run


def _block_function(model, run_step):
    @graph_function
    def run_block(block):
        with after(check_examples(as_one_batch(block), model.find_faults)):
            for_each_batch(block, run_step)
        return model.get_metrics_result()

    return lambda iterator, steps: run_block(next(iterator))


def _with_advice(run):
    @functools.wraps(run)
    def advised(iterator, steps):
        try:
            return run(iterator, steps)
        except tf.errors.InvalidArgumentError as error:
            if "XLA" in str(error) or "compil" in str(error):
                error.add_note("XLA compiled this step: compile(jit_compile=False) does without.")
            raise

    return advised
