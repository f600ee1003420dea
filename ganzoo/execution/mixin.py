"""The part of a Keras model that decides how its steps are run, by a plan for each `fit` and `evaluate`."""

import contextlib
import functools

import keras

from ganzoo.arguments import check_count
from ganzoo.execution.batches import before_first_batch
from ganzoo.execution.blocks import batch_of, into_blocks
from ganzoo.execution.graphs import graph_function
from ganzoo.execution.plan import Plan, plan
from ganzoo.execution.runner import make_function
from ganzoo.execution.workload import measure_workload
from ganzoo.keras_internals import batch_size_of, dataset_of, profiles_batches, set_dataset, set_jit_compile


def as_list(callbacks):
    """Returns a list of what `fit` takes as callbacks: one, several, Keras's CallbackList, or None."""
    callbacks = getattr(callbacks, "callbacks", callbacks) or []
    return list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks]


INTERVALS = ("save_freq", "update_freq")
"""Attributes of Keras's callbacks: the number of batches between two of their actions, or a word such as "epoch"."""


def needs_every_batch(callback):
    """Whether a callback overrides a per-batch hook, or counts batches.

    Those of Keras and ganzoo that do not count them can do with fewer. (One that acts at every tenth batch needs each:
    TensorBoard acts if the number of an execution's last batch is a multiple of 10.)
    """
    intervals = [getattr(callback, name, None) for name in INTERVALS]
    if any(isinstance(interval, int) and interval for interval in intervals) or profiles_batches(callback):
        return True
    hooks = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
    hooks += ("on_test_batch_begin", "on_test_batch_end")
    if type(callback).__module__.split(".")[0] in ("keras", "ganzoo"):
        return any(hook in vars(callback) for hook in hooks)  # of a LambdaCallback
    return any(getattr(type(callback), hook) is not getattr(keras.callbacks.Callback, hook) for hook in hooks)


class ExecutionMixin:
    """Mixed into a Keras model: several steps run in one execution, and under XLA, where that is faster.

    The model's `check_batch` and `check_test_batch` inspect the first batch of each run.
    """

    _steps_requested, _jit_requested, _every_batch = "auto", "auto", False
    _plan = Plan()

    def __setattr__(self, name, value):
        # Bypasses TensorFlow, which skips an assignment that changes nothing: the 1 that was planned for "auto" may be
        # equal to what the user now requests.
        own = vars(ExecutionMixin).get(name)
        if isinstance(own, property):
            own.fset(self, value)
        else:
            super().__setattr__(name, value)

    @property
    def steps_per_execution(self):
        """How many steps one call from Python takes; if "auto" was requested, 1 outside of `fit`."""
        return self._plan.steps

    @steps_per_execution.setter
    def steps_per_execution(self, steps):
        self._steps_requested = steps if steps == "auto" else check_count("steps_per_execution", steps)
        self._reset_plan()

    @property
    def jit_compile(self):
        """Whether XLA compiles the steps; if "auto" was requested, train steps alone, and False outside of `fit`."""
        return self._plan.jit_compile

    @jit_compile.setter
    def jit_compile(self, compiled):
        if compiled not in ("auto", None, True, False):
            raise ValueError(f"jit_compile must be True, False or 'auto'; got {compiled!r}.")
        if compiled not in ("auto", None):
            compiled = set_jit_compile(self, compiled)
        self._jit_requested = compiled
        self._reset_plan()

    def request_execution(self, arguments):
        """Takes `steps_per_execution` and `jit_compile` from compile's arguments, "auto" if they are missing."""
        self.steps_per_execution = arguments.get("steps_per_execution", "auto")
        self.jit_compile = arguments.get("jit_compile", "auto")

    @property
    def requested_execution(self):
        """What `compile` was asked for."""
        return {"steps_per_execution": self._steps_requested, "jit_compile": self._jit_requested}

    def _reset_plan(self):
        steps = 1 if self._steps_requested == "auto" else self._steps_requested
        self._plan = Plan(steps, self._jit_requested is True)

    @contextlib.contextmanager
    def planned_executions(self, every_batch=False):
        """Returns a context in which each run gets a plan; `every_batch` is whether a callback needs every batch."""
        earlier, self._every_batch = self._every_batch, every_batch or self._every_batch
        try:
            yield
        finally:
            self._every_batch = earlier
            self._reset_plan()

    def _maybe_symbolic_build(self, iterator=None, **data):
        """Makes the plan of a run. Keras calls this with the iterator over an epoch, to build a model from a batch.

        Here every network is built already, and Keras could not do so for (x, y) on several machines.
        """
        dataset = None if iterator is None else dataset_of(iterator)
        if dataset is None:
            return
        batch_size = batch_size_of(iterator, dataset)
        workload = measure_workload(self, dataset, batch_size, iterator.num_batches, self._every_batch)
        self._plan = plan(workload, self._steps_requested, self._jit_requested)
        iterator.steps_per_execution = self._plan.steps
        if self._plan.in_blocks:
            dataset = into_blocks(dataset, self._plan.steps, workload.accelerated)
        set_dataset(iterator, dataset)

    def make_train_function(self, force=False):
        self.train_function = self._function(self.train_function, self.train_step, self.check_batch, self._plan, force)

    def make_test_function(self, force=False):
        compiled = self._plan.jit_compile and self._jit_requested != "auto"
        how = Plan(self._plan.steps, compiled, self._plan.in_blocks)
        self.test_function = self._function(self.test_function, self.test_step, self.check_test_batch, how, force)

    def make_predict_function(self, force=False):
        if self.predict_function is None or force:
            super().make_predict_function(force)
            if hasattr(self.predict_function, "python_function"):  # not if it runs eagerly
                self.predict_function = graph_function(self.predict_function.python_function)
        return self.predict_function

    def _function(self, known, step, check, how, force):
        """Returns what Keras calls for each execution: checks the next batch, and traces only if the plan is new.

        Plans of several steps share one trace, whatever their number is.
        """
        functions = {} if known is None or force else known.functions
        key = (how.steps > 1, how.jit_compile, how.in_blocks, self.run_eagerly)
        if key not in functions:
            functions[key] = make_function(self, step, how, self.run_eagerly)
        inspect = (lambda block: check(batch_of(block, 0))) if how.in_blocks else check
        run = functools.partial(functions[key], steps=how.steps)
        checked = before_first_batch(run, inspect, self.distribute_strategy)
        checked.functions = functions
        return checked
