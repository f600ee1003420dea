"""A game of any number of players as a Keras model. Read this first; the game of two is in gan.py.

Each player is a network with an optimizer of its own. A training step plays the turns in order, each `times` times. In
a turn, one player moves, or several move at once; to move is to take one optimizer step on the player's own loss: the
sum of what its `{player}_terms` returns, plus its layers' regularization. All randomness is a pure function of (seed,
step), so a run that is resumed continues exactly.
"""

import keras
import tensorflow as tf

from ganzoo.distribution.global_batch import global_size, shared_loss
from ganzoo.execution.batches import after, as_floats, batch_size, check_divisible, take_share
from ganzoo.games.round import Round
from ganzoo.games.terms import check_terms, latest_terms, log_of, logged_loss_of, loss_of
from ganzoo.games.turn import Turn
from ganzoo.keras_internals import flat_layers
from ganzoo.random_numbers import check_seed, fold_in
from ganzoo.schedules import configured
from ganzoo.training.model import MultiPlayerModel
from ganzoo.version import __version__


class Game(MultiPlayerModel):
    """A game between networks. A subclass gives each player a method `{player}_terms(play)`.

    The method returns the player's loss as {name: scalar}; the scalars are summed and minimised over that player's
    variables alone. `play` is the `Round` of one move: a share of the batch, and whatever the game's `round_type` adds
    to it. More hooks follow below. `train_step` is final.

    Args:
        players: {name: built Keras model}. Each is an attribute of the game under its name.
        turns: a list of `Turn`; by default every player moves once, in the order of `players`. A batch is divided into
            as many shares as the largest `times`, and each move takes one: a turn with fewer takes the last ones.
        seed: determines the run's random numbers; None draws one.
        averages: {player: momentum}, for instance {"fox": 0.999}, for exponential averages of that player's parameters,
            which the network then uses outside of training. A momentum may be a `ganzoo.schedules.HalfLife`.

    A layer of a player may have two methods, too: `after_turn(play)` is called after the player's turns, with the last
    round, and `extra_logs()` returns further logs.

    Logs: `loss` (the sum over the players), `{player}_loss`, and every term under its own name, each of the player's
    last move in the step; lazy terms are means over all moves. A term that several players share, the same tensor under
    the same name, is logged once.

    Raises:
        TypeError: if a player is not a built Keras model.
        ValueError: if a turn names no known player, a player has no turn or no terms, or two players are one network.
    """

    round_type = Round

    def __init__(self, players, turns=None, seed=None, averages=None, **keras_arguments):
        super().__init__(players, averages or {}, **keras_arguments)
        self.turns = tuple(turns) if turns else tuple(Turn(name) for name in players)
        self._check_turns()
        self.seed = check_seed(seed)
        self.step, self.images_seen = (self._counter(name) for name in ("step", "images_seen"))

    def __init_subclass__(cls, **arguments):
        super().__init_subclass__(**arguments)
        if "train_step" in vars(cls):
            raise TypeError(
                f"{cls.__name__} overrides train_step, which is final: override one of Game's hooks instead."
            )

    @property
    def shares(self):
        """How many shares a batch is divided into."""
        return max(turn.times for turn in self.turns)

    # The game. Not to be overridden.

    def train_step(self, data):
        """Plays the turns in order, each `times` times, and updates the logs."""
        data = check_divisible(data, self.shares)
        with after(data):  # a batch that is refused changes nothing
            self._play(self.unpack(data))
            return self.get_metrics_result()

    def _play(self, batch):
        shares, moves = self.shares, sum(turn.times for turn in self.turns)
        images = global_size(batch_size(batch[0]))
        self.reseed_layers(self._seed(-2 - self.step.value))
        round_index, terms, reported = self.step.value * moves, {}, None
        for turn in self.turns:
            for move in range(turn.times):
                share = take_share(batch, shares - turn.times + move, shares)
                updates = self.step.value * turn.times + move
                play = self.round_type(self, *share, self._seed(2 * round_index), training=True, updates=updates)
                terms = latest_terms(terms, self._move(turn.players, play, images))
                round_index += 1
            for layer in self._layers_with("after_turn", turn.players):
                layer.after_turn(play)
            self.after_turn(turn, play)
            reported = reported or play
        self.step.assign_add(1)
        self.images_seen.assign_add(images)
        self.logs.update(self._report(reported, terms), batch_size(reported.real))

    def test_step(self, data):
        """Computes the same logs for held-out data: layers run in inference mode, and nothing is updated."""
        self.logs.update(self.values(data, training=False), batch_size(data))
        return self.get_metrics_result()

    def values(self, data, training):
        """Returns every log of one round on the whole batch, by name."""
        seed = fold_in(self._seed(-1), 2 * self.logs.seen)
        play = self.round_type(self, *self.unpack(data), seed, training)
        return self._report(play, {player: self._terms(player, play) for player in self.players})

    def _move(self, players, play, images):
        """Moves the players of a turn in a step with so many images; one tape watches these players' variables."""
        variables = {player: self.players[player].trainable_variables for player in players}
        values = {player: [variable.value for variable in own] for player, own in variables.items()}
        with tf.GradientTape(persistent=len(players) > 1, watch_accessed_variables=False) as tape:
            tape.watch(list(values.values()))
            terms = {player: self._terms(player, play) for player in players}
            losses = {
                player: self.optimizer_of(player).scale_loss(shared_loss(loss_of(terms[player]))) for player in players
            }
        gradients = {player: tape.gradient(losses[player], values[player]) for player in players}
        for player in players:
            self.optimizer_of(player).apply(gradients[player], variables[player])
            self.update_averages(player, self.images_seen.value, images)
        return terms

    def _terms(self, player, play):
        terms = getattr(self, f"{player}_terms")(play) | self.regularization(player)
        check_terms(player, terms)
        return terms

    def _report(self, play, terms):
        losses = {f"{player}_loss": logged_loss_of(terms[player]) for player in self.players}
        logs = {"loss": sum(losses.values()), **losses}
        named = [{name: log_of(term, play) for name, term in own.items()} for own in terms.values()]
        of_layers = [layer.extra_logs() for layer in self._layers_with("extra_logs", self.players)]
        for more in (self.extra_logs(play), *of_layers, *named):
            for name, value in more.items():
                if logs.get(name, value) is not value:
                    raise ValueError(f"Two logs are called {name!r}: choose another name for one of the terms.")
            logs |= more
        return logs

    def _layers_with(self, method, players):
        layers = [layer for player in players for layer in flat_layers(self.players[player])]
        return [layer for layer in layers if hasattr(layer, method)]

    def _seed(self, place):
        """Returns a seed of the run. Places: 2n and 2n + 1 for round n, -1 for evaluation, -2 - step for layers."""
        return tf.stack([tf.constant(self.seed, tf.int64), tf.cast(place, tf.int64)])

    def _counter(self, name):
        shared = {"initializer": "zeros", "trainable": False, "aggregation": "only_first_replica"}
        return self.add_weight(name=name, shape=(), dtype="int64", **shared)

    def _check_turns(self):
        moved = [player for turn in self.turns for player in turn.players]
        for player in moved:
            if player not in self.players:
                raise ValueError(f"A turn names the player {player!r}; the players are {', '.join(self.players)}.")
        for player in self.players:
            if player not in moved:
                raise ValueError(f"The player {player!r} has no turn: add Turn({player!r}).")
            if not callable(getattr(self, f"{player}_terms", None)):
                raise ValueError(
                    f"The player {player!r} has no loss: define {type(self).__name__}.{player}_terms(play)."
                )

    # Hooks: the questions that a game may answer in its own way.

    def unpack(self, data):
        """Splits a batch into the real examples, float32, and their context (labels, for instance), or None."""
        real, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        if labels is not None:
            raise ValueError(
                f"{self.name} takes no labels, but the dataset yields (x, y): map it with `lambda x, y: x`."
            )
        return tf.nest.map_structure(as_floats, real), None

    def check(self, data, whole=False):
        """Checks the first batch or, if `whole`, an entire array; raises ValueError if the game cannot use it."""

    def find_faults(self, data):
        """Returns which examples of any batch the game cannot use: {sentence: booleans (N,)}, tensors of a graph.

        Each sentence names the cure, and has two places {} for the numbers of faulty and of all examples. `fit` and
        `evaluate` raise it as a ValueError before the batch is used.
        """
        return {}

    def after_turn(self, turn, play):
        """Updates state other than the players' weights after a turn, given its last round."""

    def extra_logs(self, play):
        """Returns further logs of the first turn's last round: {name: scalar}, or {name: (values, weights)}."""
        return {}

    # Saving.

    def get_config(self):
        return {
            **super().get_config(),
            "players": {name: keras.saving.serialize_keras_object(network) for name, network in self.players.items()},
            "turns": [keras.saving.serialize_keras_object(turn) for turn in self.turns],
            "averages": {name: configured(averages.momentum) for name, averages in self.averages.items()},
            "seed": self.seed,
            "ganzoo_version": __version__,
        }

    def get_config_by_player(self):
        """Returns the config of a game whose constructor takes each player by name, and `{player}_ema` for averages."""
        config = Game.get_config(self)
        players, averages = config.pop("players"), config.pop("averages")
        del config["turns"]
        return config | players | {f"{player}_ema": momentum for player, momentum in averages.items()}

    @classmethod
    def from_config(cls, config):
        settings = {name: value for name, value in config.items() if name != "ganzoo_version"}
        return cls(**keras.saving.deserialize_keras_object(settings))
