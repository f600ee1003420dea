"""Carries a plan out: Keras's train and test functions, written anew for `tf.distribute`."""

import functools
import itertools

import tensorflow as tf

from ganzoo.execution.batches import check_divisible
from ganzoo.execution.blocks import for_each_batch

graph_function = functools.partial(
    tf.function, reduce_retracing=True, autograph=False
)  # errors in hooks stay as they are


def make_function(model, step, plan, eager):
    """Returns a function of an iterator that takes `plan.steps` batches, or those left, through `step`; gives the logs.

    With `plan.in_blocks`, the iterator yields them as one block. The function raises StopIteration if no batch is left.

    Keras's own does the same on one device. Under a strategy it fails for several steps in one execution, and on
    several machines for every model with scalar logs (keras#20585).

    Raises ValueError for XLA on several devices.
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
        run = _loop_function(model, run_step, plan.steps)
    else:
        run = _single_function(model, run_step, plan.steps, eager)
    return _with_advice(run) if plan.jit_compile else run


def _run_step(model, step, plan, eager):
    """Returns a function that takes one batch through the step on every replica."""

    def run(batch):
        model.distribute_strategy.run(step, args=(batch,))

    # With several replicas the step is not a function of its own: it would miss the keys of their reductions.
    if eager or model.distribute_strategy.num_replicas_in_sync > 1:
        return run
    within = graph_function(run, jit_compile=plan.jit_compile)
    if not plan.jit_compile or step != model.train_step:
        return within

    def checked(batch):
        within(check_divisible(batch, model.shares))  # XLA leaves out the assertions of the step itself

    return checked


def _single_function(model, run_step, steps, eager):
    def one(batch):
        run_step(batch)
        return model.get_metrics_result()

    one = one if eager else graph_function(one)

    def run(iterator):
        results = [one(batch) for batch in itertools.islice(iterator, steps)]
        if not results:
            raise StopIteration
        return results[-1]

    return run


def _loop_function(model, run_step, steps):
    """Takes batch after batch from a tf.data iterator, inside one graph."""
    from_other_iterators = _single_function(model, run_step, steps, eager=False)

    @graph_function
    def loop(iterator):
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

    def run(iterator):
        if not isinstance(iterator, (tf.data.Iterator, tf.distribute.DistributedIterator)):
            return from_other_iterators(iterator)
        done, results = loop(iterator)
        if not done:
            raise StopIteration
        return results

    return run


def _block_function(model, run_step):
    @graph_function
    def run_block(block):
        for_each_batch(block, run_step)
        return model.get_metrics_result()

    return lambda iterator: run_block(next(iterator))


def _with_advice(run):
    @functools.wraps(run)
    def advised(iterator):
        try:
            return run(iterator)
        except tf.errors.InvalidArgumentError as error:
            if "XLA" in str(error) or "compil" in str(error):
                error.add_note("XLA compiled this step: compile(jit_compile=False) does without.")
            raise

    return advised
