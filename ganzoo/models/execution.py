"""Keras's train and test functions, written anew for `tf.distribute`."""

import functools
import itertools
import math

import keras
import tensorflow as tf

AT_MOST = 50
WORK = 1.5e9


class Automatic(int):
    """A number until a better one is known. An object of its own, as Keras leaves out the assignment of one's own."""


def suited(model, batch_size, steps):
    """How many train steps one execution had best take: a divisor of an epoch's `steps`; 1 where these are not known.

    Between two executions Python takes some tenths of a millisecond. So on an accelerator many; on a CPU as many as
    make `WORK` products of a weight and an example, some 50 ms, of matrices, and one where there are convolutions.
    Nothing depends on a clock: the same run takes the same numbers of steps.
    """
    kernels = [variable for variable in model.trainable_variables if len(variable.shape) > 1]
    if not steps or steps < 0:
        return 1
    if tf.config.list_logical_devices("GPU") or isinstance(model.distribute_strategy, tf.distribute.TPUStrategy):
        wanted = AT_MOST
    elif batch_size is None or any(len(kernel.shape) > 2 for kernel in kernels):
        wanted = 1
    else:
        size = sum(math.prod(kernel.shape) for kernel in kernels)
        wanted = min(AT_MOST, max(1, round(WORK / (batch_size * size))))
    return max(number for number in range(1, wanted + 1) if steps % number == 0)


def listed(callbacks):
    """A list, from what `fit` takes as callbacks: one, several, Keras's CallbackList, or None."""
    callbacks = getattr(callbacks, "callbacks", callbacks) or []
    return list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks]


def sees_each_batch(callback):
    """Whether a callback does something at batches, which Keras's own and ours do as well at every few."""
    hooks = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
    if type(callback).__module__.split(".")[0] in ("keras", "ganzoo"):
        return any(hook in vars(callback) for hook in hooks)  # of a LambdaCallback
    return any(getattr(type(callback), hook) is not getattr(keras.callbacks.Callback, hook) for hook in hooks)


def execution(model, step):
    """A function of an iterator: takes `steps_per_execution` batches, or those left, through `step`; gives the logs.

    Keras's own does the same on one device. Under a strategy it fails for several steps in one execution, and on
    several machines for every model with scalar logs (keras#20585). Raises StopIteration where no batch is left.

    One of TensorFlow's graph optimizers, that of dependencies, is switched off for the process: with it, one of some 20
    traces of the same step has its sums in another order, and a resumed run would not end with the same last bits.
    """
    tf.config.optimizer.set_experimental_options({"dependency_optimization": False})
    strategy, steps = model.distribute_strategy, model.steps_per_execution
    if model.jit_compile and strategy.num_replicas_in_sync > 1 and not isinstance(strategy, tf.distribute.TPUStrategy):
        raise ValueError("jit_compile is for one device (a TPU compiles without it): leave it out on several.")

    def run(batch):
        strategy.run(step, args=(batch,))

    compiled = functools.partial(tf.function, reduce_retracing=True, autograph=False)  # an error in a hook stays itself
    if strategy.num_replicas_in_sync == 1 and not model.run_eagerly:
        run = compiled(run, jit_compile=model.jit_compile)
    # With replicas no function of its own: within the loop, it would not be given the keys of their reductions.

    def one(batch):
        run(batch)
        return model.get_metrics_result()

    if not model.run_eagerly:
        one = compiled(one)

    @compiled
    def several(iterator):
        def next_one(done, more):
            batch = iterator.get_next_as_optional()
            more = batch.has_value()
            return tf.cond(more, lambda: taken(batch.get_value(), done), lambda: done), more

        def taken(batch, done):
            run(batch)
            return done + 1

        start = tf.constant(0), tf.constant(True)
        done, _ = tf.while_loop(lambda done, more: (done < steps) & more, next_one, start)
        return done, model.get_metrics_result()

    def function(iterator):
        known = isinstance(iterator, (tf.data.Iterator, tf.distribute.DistributedIterator))
        if steps > 1 and known and not model.run_eagerly:
            done, results = several(iterator)
        else:
            batches = list(itertools.islice(iterator, steps))
            done = len(batches)
            for batch in batches:
                results = one(batch)
        if not done:
            raise StopIteration
        return results

    return function
