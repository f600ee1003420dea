"""What Keras expects of a model, for one of two players: compile, logs, saving. The game itself is in gan.py."""

import contextlib
import functools

import keras
import numpy as np
import tensorflow as tf

from ganzoo.distribute import made_in, replica_id
from ganzoo.draws import fold_in, split
from ganzoo.files import written_beside
from ganzoo.models.averages import Averages
from ganzoo.models.execution import Executed, listed, sees_each_batch
from ganzoo.models.first_look import check_parts, check_shares
from ganzoo.models.logs import Logs
from ganzoo.optimizers import Players

ONE_PLAYER_ARGUMENTS = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics")

ALIKE = "A GAN weighs all examples alike: leave out sample_weight and class_weight, or repeat what shall count more."


class TwoPlayers(Executed, keras.Model):
    """A Keras model of a `generator` and a `discriminator`, each with an optimizer of its own.

    A subclass gives `train_step(data)` and `test_step(data)`, which update `self.logs`; `values(data)`, whose keys
    name those logs; and `check(data, whole)`, which may refuse data.
    """

    def __init__(self, generator, discriminator, generator_ema=None, discriminator_ema=None, **arguments):
        super().__init__(**arguments)
        for role, network in (("generator", generator), ("discriminator", discriminator)):
            if not isinstance(network, keras.Model) or not network.built:
                raise TypeError(f"The {role} must be a built Keras model; got {type(network).__name__}.")
        self.generator, self.discriminator = generator, discriminator
        momenta = {"generator": generator_ema, "discriminator": discriminator_ema}
        self.averages = {
            player: Averages(getattr(self, player).trainable_variables, momentum, name=f"{player}_averages")
            for player, momentum in momenta.items()
            if momentum is not None
        }
        self.logs, self._own_optimizers, self.built = Logs(), None, True

    def __init_subclass__(cls, **arguments):
        super().__init_subclass__(**arguments)
        keras.saving.register_keras_serializable(cls.__module__)(cls)

    def compile(self, generator_optimizer=None, discriminator_optimizer=None, **keras_arguments):
        """Gives each player its optimizer, built at once, so that saving and `tf.distribute` work from the start.

        Left out, they are the variant's own: those it was first compiled with, else Adam(2e-4, beta_1=.5) of Radford
        et al. (2015). Other arguments are Keras's: run_eagerly, and two that are "auto" by default. As
        steps_per_execution that is several where a step is short, but 1 for callbacks that want to see each batch; as
        jit_compile, XLA for train steps where it is faster. Under mixed_float16 each optimizer gets a loss scale of its
        own; one that was made outside the scope of the model's strategy is made anew within it.

        Raises:
            TypeError: for Keras's one-player arguments (`optimizer`, `loss`, `metrics`).
            ValueError: for one optimizer object given to both players.
        """
        for name in ONE_PLAYER_ARGUMENTS:
            if keras_arguments.pop(name, None) is not None:
                raise TypeError(
                    f"A GAN has two players: compile takes generator_optimizer and discriminator_optimizer, no {name}."
                )
        given = [generator_optimizer, discriminator_optimizer]
        objects = [optimizer for optimizer in given if isinstance(optimizer, keras.optimizers.Optimizer)]
        if len(objects) == 2 and objects[0] is objects[1]:
            raise ValueError(
                "Both players got the same optimizer object, which would mix their states: make one for each."
            )
        asked = {"steps_per_execution": "auto", "jit_compile": "auto"} | keras_arguments
        super().compile(optimizer=None, **asked)
        if asked["jit_compile"] == "auto":  # Keras has decided, but without having seen a batch
            self.jit_compile = "auto"
        own = self._own_optimizers or [keras.optimizers.serialize(keras.optimizers.Adam(2e-4, beta_1=0.5))] * 2
        with self.distribute_strategy.scope():  # each replica has a copy of their states
            pair = [keras.optimizers.get(optimizer or default) for optimizer, default in zip(given, own, strict=True)]
            self._optimizers_config = [keras.optimizers.serialize(optimizer) for optimizer in pair]
            if not all(made_in(self.distribute_strategy, optimizer.iterations.value) for optimizer in pair):
                pair = [keras.optimizers.get(config) for config in self._optimizers_config]
            self._own_optimizers = self._own_optimizers or self._optimizers_config
            self.generator_optimizer, self.discriminator_optimizer = (
                self._ready(optimizer, getattr(self, role), role)
                for optimizer, role in zip(pair, ("generator", "discriminator"), strict=True)
            )
        self.optimizer = Players(self.generator_optimizer, self.discriminator_optimizer)
        for averages in self.averages.values():
            averages.start()

    def _ready(self, optimizer, player, role):
        if self.dtype_policy.name == "mixed_float16" and not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
        optimizer.name = f"{role}_optimizer"  # tells the two apart in callbacks' logs
        optimizer.build(player.trainable_variables)
        return optimizer

    def regularization(self, player):
        """{name: scalar}, what that player's layers add to its loss, such as a kernel's regularizer; empty if nothing.

        Of layers that add something at each call, what the last one added.
        """
        losses = getattr(self, player).losses
        return {f"{player}_regularization": sum(losses)} if losses else {}

    def _reseed_layers(self, seed):
        """Makes the random states of dropout and its like, which no checkpoint holds, follow from seed and replica."""
        states = [variable for variable in self.variables if variable.name == "seed_generator_state"]
        for state, own in zip(states, split(fold_in(seed, replica_id()), len(states)), strict=True):
            state.assign(tf.cast(own, state.dtype))

    # Averages of parameters.

    def average(self, player):
        """After an update of that player: takes it into the averages, if it has any."""
        if player in self.averages:
            self.averages[player].update()

    def averaged(self, player, training=False):
        """A context in which that player has its averages for parameters, if it has any and is not training."""
        if training or player not in self.averages:
            return contextlib.nullcontext()
        return self.averages[player].in_their_place()

    def averaged_network(self, player="generator"):
        """A copy of that player's network with its averages for parameters, to be exported, say.

        Raises ValueError where the player keeps none.
        """
        if player not in self.averages:
            raise ValueError(f"The {player} keeps no averages: create the model with {player}_ema=.999, say.")
        network = getattr(self, player)
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        places = {id(variable): place for place, variable in enumerate(network.variables)}
        averages = self.averages[player]
        for parameter, value in zip(averages.parameters(), averages.values, strict=True):
            copy.variables[places[id(parameter)]].assign(value.value)
        return copy

    @staticmethod
    def in_batches(function, inputs, batch_size):
        """What `function` makes of inputs, tensors (N, ...), a batch at a time, as NumPy (N, ...)."""
        count = len(tf.nest.flatten(inputs)[0])
        if count == 0:
            raise ValueError("No example was asked for: ask for at least one.")
        starts = range(0, count, batch_size)
        batches = (tf.nest.map_structure(lambda part: part[i : i + batch_size], inputs) for i in starts)  # noqa: B023
        return np.concatenate([function(batch) for batch in batches])

    # Logs.

    @property
    def metrics(self):
        return self.logs.metrics

    def get_metrics_result(self):
        """{name: mean} over the examples of all replicas; within a replica, over its own."""
        strategy, within = self.distribute_strategy, tf.distribute.get_replica_context()
        if within is not None and within.strategy is strategy:
            return self.logs.results(self.logs.sums())
        return self.logs.results(strategy.reduce("SUM", self._all_sums(), axis=None))

    @functools.cached_property
    def _all_sums(self):
        return tf.function(lambda: self.distribute_strategy.run(self.logs.sums), autograph=False)

    def check_batch(self, data, *others):
        """`check` for a batch to train on, or all replicas' parts of it: it must divide evenly, into shares too."""
        check_parts([data, *others])
        self.check_test_batch(data)
        check_shares(data, self.discriminator_steps)

    def check_test_batch(self, data, *others):
        """Checks a first batch, and learns from a throw-away trace which logs there will be."""
        if keras.utils.unpack_x_y_sample_weight(data)[2] is not None:
            raise ValueError(
                "A GAN weighs all examples alike: leave out sample_weight, or repeat what shall count more."
            )
        self.check(data)
        if not self.logs.metrics:
            names = []
            trace = tf.function(lambda batch: names.extend(self.values(batch, training=True)), autograph=False)
            trace.get_concrete_function(data)
            self.logs.declare(names)

    def fit(self, x=None, y=None, *arguments, **keras_arguments):
        """Keras's `fit`; the dataset yields x, or (x, y) where the variant takes labels.

        On several machines, callbacks with a true `chief_only`, those that write files, work on the first alone.
        """
        if any(keras_arguments.get(name) is not None for name in ("sample_weight", "class_weight")):
            raise ValueError(ALIKE)
        if isinstance(x, tf.data.Dataset):
            keras_arguments.setdefault("shuffle", False)  # it shuffles itself: spares the user a warning
        if isinstance(x, np.ndarray):  # in memory, so all of it can be looked at
            self.check(keras.utils.pack_x_y_sample_weight(x, y), whole=True)
        if not self.distribute_strategy.extended.should_checkpoint:
            given = listed(keras_arguments.get("callbacks"))
            keras_arguments["callbacks"] = [one for one in given if not getattr(one, "chief_only", False)]
        self._in_long_executions = not any(map(sees_each_batch, listed(keras_arguments.get("callbacks"))))
        with self._executions():
            history = super().fit(x, y, *arguments, **keras_arguments)
        self.generator_optimizer.finalize_variable_values(self.generator.trainable_variables)
        self.discriminator_optimizer.finalize_variable_values(self.discriminator.trainable_variables)
        return history

    def evaluate(self, *arguments, return_dict=True, **keras_arguments):
        """Keras's `evaluate`, returning {name: mean} by default."""
        with self._executions():
            return super().evaluate(*arguments, return_dict=return_dict, **keras_arguments)

    # Saving.

    def save(self, filepath, overwrite=True, **arguments):
        """Writes a .keras file of networks, optimizers and step; what was there stays until the new file is whole."""
        if not str(filepath).endswith(".keras"):
            raise ValueError(
                f"The file name must end in .keras; got {filepath}. (generator.export writes a SavedModel.)"
            )
        if not overwrite:
            return super().save(filepath, overwrite=False, **arguments)
        with written_beside(filepath) as beside:
            super().save(beside, **arguments)

    def get_config(self):
        momenta = {f"{player}_ema": averages.momentum for player, averages in self.averages.items()}
        return {**super().get_config(), **momenta}

    def get_compile_config(self):
        generator, discriminator = self._optimizers_config
        return {
            "generator_optimizer": generator,
            "discriminator_optimizer": discriminator,
            "run_eagerly": self.run_eagerly,
            **self.execution_config,
        }

    def compile_from_config(self, config):
        self.compile(**config)
