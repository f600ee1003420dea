"""How train and test steps are run: Keras's functions, written anew for `tf.distribute`, and how fast."""

import contextlib
import functools
import itertools

import keras
import tensorflow as tf

from ganzoo.models.automatic import AT_MOST, on_accelerator, size_of_batches, suited, suits_xla
from ganzoo.models.blocks import batch_of, blocks, fitting, for_each
from ganzoo.models.first_look import check_shares, first_look


class Automatic(int):
    """A number until a better one is known. An object of its own, as Keras leaves out the assignment of one's own."""


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


def execution(model, step, steps, jit_compile, eager, in_blocks=False):
    """A function of an iterator: takes `steps` batches, or those left, through `step`; gives the logs.

    With `in_blocks` the iterator gives them as one of `blocks`.

    Keras's own does the same on one device. Under a strategy it fails for several steps in one execution, and on
    several machines for every model with scalar logs (keras#20585). Raises StopIteration where no batch is left.

    One of TensorFlow's graph optimizers, that of dependencies, is switched off for the process: with it, one of some 20
    traces of the same step has its sums in another order, and a resumed run would not end with the same last bits.
    """
    tf.config.optimizer.set_experimental_options({"dependency_optimization": False})
    strategy = model.distribute_strategy
    if jit_compile and strategy.num_replicas_in_sync > 1 and not isinstance(strategy, tf.distribute.TPUStrategy):
        raise ValueError("jit_compile is for one device (a TPU compiles without it): leave it out on several.")

    def run(batch):
        strategy.run(step, args=(batch,))

    compiled = functools.partial(tf.function, reduce_retracing=True, autograph=False)  # an error in a hook stays itself
    if strategy.num_replicas_in_sync == 1 and not eager:
        within = run = compiled(run, jit_compile=jit_compile)
        if jit_compile and step == model.train_step:  # XLA leaves out assertions, also those of the step itself

            def run(batch):
                within(check_shares(batch, model.discriminator_steps))

    # With replicas no function of its own: within the loop, it would not be given the keys of their reductions.

    def one(batch):
        run(batch)
        return model.get_metrics_result()

    if not eager:
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
        done, _ = tf.while_loop(lambda done, more: (done < steps) & more, next_one, start, parallel_iterations=1)
        return done, model.get_metrics_result()

    @compiled
    def all_of(block):
        for_each(block, run)
        return model.get_metrics_result()

    def execute(iterator):
        if in_blocks:
            return all_of(next(iterator))
        known = isinstance(iterator, (tf.data.Iterator, tf.distribute.DistributedIterator))
        if steps > 1 and known and not eager:
            done, results = several(iterator)
        else:
            batches = list(itertools.islice(iterator, steps))
            done = len(batches)
            for batch in batches:
                results = one(batch)
        if not done:
            raise StopIteration
        return results

    def explained(iterator):
        try:
            return execute(iterator)
        except tf.errors.InvalidArgumentError as error:
            error.add_note("XLA compiled this step: compile(jit_compile=False) does without.")
            raise

    return explained if jit_compile else execute


class Executed:
    """Mixed into a Keras model: its steps run by `execution`, several at once and under XLA where that is faster.

    The model's `check_batch` and `check_test_batch` look at the first batch of each run.
    """

    _automatic_steps, _automatic_jit, _in_long_executions, _in_blocks = True, True, True, False

    @property
    def steps_per_execution(self):
        """How many train steps, or tests, one call from Python takes; set to "auto", 1 outside of `fit`."""
        return self._steps_per_execution

    @steps_per_execution.setter
    def steps_per_execution(self, steps):
        self._automatic_steps, self._steps_per_execution = steps == "auto", Automatic(1) if steps == "auto" else steps

    @property
    def jit_compile(self):
        """Whether XLA compiles the steps; set to "auto", only train steps, and False outside of `fit`."""
        return self._jit_compile

    @jit_compile.setter
    def jit_compile(self, compiled):
        self._automatic_jit = compiled == "auto"
        keras.Model.jit_compile.fset(self, False if self._automatic_jit else compiled)  # False where XLA cannot

    @property
    def execution_config(self):
        """What of this `compile` was asked for."""
        return {
            "steps_per_execution": "auto" if self._automatic_steps else self.steps_per_execution,
            "jit_compile": "auto" if self._automatic_jit else self.jit_compile,
        }

    def make_train_function(self, force=False):
        known, jit_compile = self.train_function, self.jit_compile
        self.train_function = self._function(known, self.train_step, self.check_batch, jit_compile, force)

    def make_test_function(self, force=False):
        known, jit_compile = self.test_function, self.jit_compile and not self._automatic_jit
        self.test_function = self._function(known, self.test_step, self.check_test_batch, jit_compile, force)

    def _function(self, known, step, check, jit_compile, force):
        """What Keras calls for each execution: a new look at the data, but no new trace where there is one."""
        how = (self.steps_per_execution, jit_compile, self.run_eagerly, self._in_blocks)
        if known is None or force or known.how != how:
            known = execution(self, step, *how)
        inspect = (lambda block: check(batch_of(block, 0))) if self._in_blocks else check
        looking = first_look(getattr(known, "__wrapped__", known), inspect, self.distribute_strategy)
        looking.how = how
        return looking

    def _maybe_symbolic_build(self, iterator=None, **data):
        """Everything is built; Keras would look at a batch, and cannot do so for (x, y) on several machines.

        But here an epoch's iterator can still be told how many steps to give in one execution, and in one block.
        """
        self._in_blocks = False
        if iterator is None:
            return
        batches = vars(iterator).setdefault("of_single_batches", iterator._distributed_dataset)
        batch_size = iterator.data_adapter.batch_size or size_of_batches(batches)
        fit_in = fitting(batches)
        if self._automatic_steps:
            several = self._in_long_executions and not self.run_eagerly
            at_most = AT_MOST if fit_in is None else fit_in
            steps = suited(self, batch_size, iterator.num_batches, at_most) if several else 1
            self._steps_per_execution = iterator.steps_per_execution = steps
        if self._automatic_jit:
            self._jit_compile = not self.run_eagerly and suits_xla(self, batch_size)
        self._in_blocks = 1 < self.steps_per_execution <= (fit_in or 0) and not self.run_eagerly
        if self._in_blocks:
            batches = blocks(batches, self.steps_per_execution, on_accelerator(self))
        iterator._distributed_dataset = batches

    @contextlib.contextmanager
    def _executions(self):
        """A context after which, be it by an error, all that is automatic is as it was before."""
        try:
            yield
        finally:
            self._steps_per_execution = Automatic(1) if self._automatic_steps else self._steps_per_execution
            self._jit_compile = False if self._automatic_jit else self._jit_compile
