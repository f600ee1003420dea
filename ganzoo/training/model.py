"""What Keras expects of a model with several players: compile, logs, averages, saving. It knows no game."""

import functools
import inspect

import keras
import numpy as np
import tensorflow as tf

from ganzoo.distribution.global_batch import replica_id
from ganzoo.execution.batches import check_divisible, check_parts
from ganzoo.execution.graphs import graph_function
from ganzoo.execution.mixin import ExecutionMixin, as_list, needs_every_batch
from ganzoo.keras_internals import parameters
from ganzoo.random_numbers import fold_in, split
from ganzoo.training import compiling, given_data
from ganzoo.training.averages import KeepsAverages, make_averages
from ganzoo.training.callbacks_of_fit import prepare_callbacks
from ganzoo.training.logs import Logs
from ganzoo.training.optimizers import OptimizerGroup
from ganzoo.training.persistence import SavesItself
from ganzoo.training.validation import check_learning_rates, check_players

FIT_ARGUMENTS = list(inspect.signature(keras.Model.fit).parameters)[3:]
EVALUATE_ARGUMENTS = list(inspect.signature(keras.Model.evaluate).parameters)[1:]
"""Keras's names of the arguments of `fit` after x and y, and of all those of `evaluate`."""


class MultiPlayerModel(SavesItself, KeepsAverages, ExecutionMixin, keras.Model):
    """A Keras model of several networks, its `players`, each with an optimizer of its own.

    A subclass provides `train_step(data)` and `test_step(data)`, which update `self.logs`; `values(data, training)`,
    whose keys name those logs; and `check(data, whole)`, which may refuse data.

    Args:
        players: {name: built Keras model}.
        averages: {name: momentum} of the averages that players keep of their parameters; None keeps none.
    """

    shares = 1
    """Into how many equal shares a step divides its batch."""
    directions = {"loss": "min"}
    """{log: "min" or "max"}, whichever is better, for the callbacks of Keras that monitor it."""

    def __init__(self, players, averages, **arguments):
        super().__init__(**arguments)
        check_players(self, players, averages)
        self.player_names = tuple(players)
        for name, network in players.items():
            setattr(self, name, network)
        self.averages = make_averages(players, averages)
        self.logs, self._own_optimizers, self._trained, self.built = Logs(), None, (), True

    def __init_subclass__(cls, **arguments):
        super().__init_subclass__(**arguments)
        keras.saving.register_keras_serializable(cls.__module__.split(".")[0])(cls)

    @property
    def players(self):
        """{name: network} of all players."""
        return {name: getattr(self, name) for name in self.player_names}

    def optimizer_of(self, player):
        """Returns a player's optimizer."""
        return getattr(self, f"{player}_optimizer")

    # Compiling.

    def compile(self, *optimizers, **arguments):
        """Gives each player its optimizer, which is built at once.

        Args:
            *optimizers: in the order of the players; or by name, as `{player}_optimizer`. Those left out are the
                variant's own, with which it was first compiled, or else Adam(2e-4, beta_1=.5) of Radford et al. (2015).
                Under mixed_float16 each gets a loss scale of its own. An optimizer that was made outside the scope of
                the model's strategy is made anew within it. Each has states for the layers that are frozen, too, so
                these can be thawed between two fits without another `compile`.
            **arguments: Keras's own: run_eagerly, and two that are "auto" by default. `steps_per_execution` is then
                several for short steps, but 1 if a callback looks at each batch; `jit_compile` uses XLA for train steps
                where it is faster.

        Raises:
            TypeError: for arguments of models with one optimizer (`optimizer`, `loss`, `metrics`).
            ValueError: for the optimizer of an unknown player, one optimizer object for two players, an optimizer that
                could not be loaded, or gradients that are accumulated on several devices.
        """
        given = compiling.optimizers_of(self.player_names, optimizers, arguments)
        own = self._own_optimizers or compiling.default_optimizers(self.player_names)
        with self.distribute_strategy.scope():
            made = {name: compiling.made(name, given.get(name) or own[name]) for name in self.player_names}
        check_learning_rates(compiling.configs_of(made))
        ready = compiling.ready_for(self, made)  # before anything changes: what is refused leaves the model as it was
        super().compile(optimizer=None, **{"steps_per_execution": "auto", "jit_compile": "auto"} | arguments)
        self.request_execution(arguments)
        self._own_optimizers = self._own_optimizers or compiling.configs_of(made)
        self._take_optimizers(ready)
        self.start_averages()

    def _take_optimizers(self, optimizers):
        for name, optimizer in optimizers.items():
            setattr(self, f"{name}_optimizer", optimizer)
        self.optimizer = OptimizerGroup([self.optimizer_of(name) for name in self.player_names])
        self.train_function = None

    def _current_optimizers(self):
        """Returns {name: optimizer}; one that was assigned to the model after `compile` is made ready first."""
        now = {name: self.optimizer_of(name) for name in self.player_names}
        if any(one is not known for one, known in zip(now.values(), self.optimizer.optimizers, strict=True)):
            self._take_optimizers(compiling.ready_for(self, now))
        return {name: self.optimizer_of(name) for name in self.player_names}

    def regularization(self, player):
        """Returns {name: scalar}, what the player's layers add to its loss, such as a kernel regularizer; or {}.

        For layers that add something at each call, this is what the last call added.
        """
        losses = getattr(self, player).losses
        return {f"{player}_regularization": sum(losses)} if losses else {}

    def reseed_layers(self, seed):
        """Derives the random states of layers like dropout, which no checkpoint holds, from a seed and the replica."""
        states = [variable for variable in self.variables if variable.name == "seed_generator_state"]
        for state, own in zip(states, split(fold_in(seed, replica_id()), len(states)), strict=True):
            state.assign(tf.cast(own, state.dtype))

    # Making examples.

    @staticmethod
    def in_batches(function, inputs, batch_size):
        """Applies `function` to inputs, tensors (N, ...), a batch at a time; returns NumPy arrays (N, ...)."""
        count = len(tf.nest.flatten(inputs)[0])
        if count == 0:
            raise ValueError("No example was asked for: ask for at least one.")
        starts = range(0, count, batch_size)
        batches = (tf.nest.map_structure(lambda part: part[i : i + batch_size], inputs) for i in starts)  # noqa: B023
        outputs = [function(batch) for batch in batches]
        return tf.nest.map_structure(lambda *parts: np.concatenate(parts), *outputs)

    # Logs.

    @property
    def metrics(self):
        return self.logs.metrics

    def get_metrics_result(self):
        """Returns {name: mean} over the examples of all replicas; within a replica, over its own."""
        strategy, within = self.distribute_strategy, tf.distribute.get_replica_context()
        if within is not None and within.strategy is strategy:
            return self.logs.results(self.logs.sums())
        return self.logs.results(strategy.reduce("SUM", self._all_sums(), axis=None))

    @functools.cached_property
    def _all_sums(self):
        return graph_function(lambda: self.distribute_strategy.run(self.logs.sums))

    # Checks of the data.

    def check_batch(self, data, *others):
        """Checks a first training batch, or each replica's part of it, which must divide evenly into shares."""
        check_parts([data, *others])
        self.check_test_batch(data)
        check_divisible(data, self.shares)

    def check_test_batch(self, data, *others):
        """Checks a first batch, and plays one round, traced or as an eager test, to find the names of the logs."""
        if isinstance(data, tuple) and keras.utils.unpack_x_y_sample_weight(data)[2] is not None:
            raise ValueError(given_data.SAMPLE_WEIGHTS)
        self.check(data)
        if not self.logs.metrics:
            self.logs.declare(self.values(data, training=False) if self.run_eagerly else self._traced_names(data))

    def _traced_names(self, data):
        names = []
        round_of = graph_function(lambda batch: names.extend(self.values(batch, training=True)))
        round_of.get_concrete_function(data)
        return names

    # Training.

    def fit(self, x=None, y=None, *arguments, **keras_arguments):
        """Keras's `fit`. The dataset yields x, or (x, y) if the variant takes labels.

        `x` and `validation_data` may also be examples of `ganzoo.data`, in batches of 100 unless `batch_size` is given.
        On several machines, callbacks with a true `chief_only`, which write files, run on the first machine alone.
        """
        keras_arguments |= dict(zip(FIT_ARGUMENTS, arguments, strict=False))
        self.warn_of_untrained()
        x, y = given_data.training_data(self, x, y, keras_arguments)
        if not given_data.is_arrays(x):
            keras_arguments.setdefault("shuffle", False)  # a dataset shuffles itself; this avoids Keras's warning
        callbacks = as_list(keras_arguments.get("callbacks"))
        if not self.distribute_strategy.extended.should_checkpoint:
            callbacks = [one for one in callbacks if not getattr(one, "chief_only", False)]
            keras_arguments["callbacks"] = callbacks
        prepare_callbacks(self, callbacks)
        with self.planned_executions(every_batch=any(map(needs_every_batch, callbacks))):
            history = super().fit(x, y, **keras_arguments)
        for name, network in self.players.items():
            self.optimizer_of(name).finalize_variable_values(parameters(network))
        return history

    def make_train_function(self, force=False):
        """Traces a step anew if a layer was frozen or thawed, or an optimizer replaced, since the last trace."""
        self.start_averages()
        self._current_optimizers()
        trained = tuple(map(id, self.trainable_variables))
        super().make_train_function(force or trained != self._trained)
        self._trained = trained

    def evaluate(self, *arguments, return_dict=True, **keras_arguments):
        """Keras's `evaluate`, which returns {name: mean} by default."""
        given = given_data.test_data(self, keras_arguments | dict(zip(EVALUATE_ARGUMENTS, arguments, strict=False)))
        callbacks = as_list(given.get("callbacks"))
        with self.planned_executions(every_batch=any(map(needs_every_batch, callbacks))):
            return super().evaluate(**given, return_dict=return_dict)

    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None):
        given_data.check_inputs(self, x, batch_size, steps)
        return super().predict(x, batch_size, verbose, steps, callbacks)

    # Saving.

    def get_compile_config(self):
        if self._own_optimizers is None:
            return None  # not compiled
        configs = compiling.configs_of(self._current_optimizers())
        optimizers = {f"{name}_optimizer": config for name, config in configs.items()}
        return {**optimizers, "run_eagerly": self.run_eagerly, **self.requested_execution}

    def compile_from_config(self, config):
        self.compile(**config)
