"""Games of any number of players: who moves when, by which gradients, and what a Keras model of them keeps."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
import three_players
from ganzoo import Turn
from three_players import PLAYERS, Pursuit, assert_same, batches, examples, matrices, pursuit, sgd, states

TURNS = [Turn("hunter", times=2), Turn("fox", "hound")]


def gradients(weights, start):
    """The gradient of each player's loss by its own matrix, and all terms, by hand."""
    fox = start @ weights["fox"]
    gaps = {name: fox @ weights[name] - fox for name in ("hound", "hunter")}
    scale, eye = 2 / len(start), np.eye(2)
    found = {name: scale * fox.T @ gap for name, gap in gaps.items()}
    by_fox = scale * (fox - sum(gap @ (weights[name] - eye).T for name, gap in gaps.items()))
    found["fox"] = start.T @ by_fox
    distances = {name: np.mean(np.sum(gap**2, axis=1)) for name, gap in gaps.items()}
    terms = {f"{name}_distance": distance for name, distance in distances.items()}
    return found, terms | {"fox_fear": -sum(distances.values()), "fox_earth": np.mean(np.sum(fox**2, axis=1))}


def played(weights, batch, turns, rate):
    """The matrices after one step of plain gradient descent, and the terms that each player's last move saw."""
    weights, logs = {name: np.float64(matrix) for name, matrix in weights.items()}, {}
    shares = max(turn.times for turn in turns)
    for turn in turns:
        for move in range(turn.times):
            share = np.float64(batch[shares - turn.times + move :: shares])
            found, terms = gradients(weights, share)
            for player in turn.players:
                weights[player] = weights[player] - rate * found[player]
            logs |= {name: term for name, term in terms.items() if name.split("_")[0] in turn.players}
    return weights, logs


@pytest.mark.parametrize(
    "turns",
    [
        TURNS,
        [Turn("fox"), Turn("hound"), Turn("hunter")],
        [Turn(*PLAYERS)],
        [Turn("hound", times=3), Turn("fox", times=2), Turn("hunter"), Turn("hound", "fox")],
    ],
    ids=str,
)
def test_a_step_is_what_numpy_says(turns):
    """Players of one turn see each other where they were before it; players of later turns, where they moved to."""
    game = pursuit(turns)
    game.compile(*(sgd(0.1) for _ in PLAYERS), run_eagerly=turns is not TURNS)
    expected = matrices(game)
    shares = max(turn.times for turn in turns)
    logs = game.fit(batches(8 * shares, count=8 * shares), epochs=1, verbose=0).history
    expected, terms = played(expected, examples(8 * shares), turns, 0.1)
    for name, matrix in matrices(game).items():
        np.testing.assert_allclose(matrix, expected[name], rtol=1e-4, atol=1e-6, err_msg=name)
    for name, term in terms.items():
        np.testing.assert_allclose(logs[name][0], term, rtol=1e-4, err_msg=name)
    losses = {"fox_loss": terms["fox_fear"] + terms["fox_earth"]}
    losses |= {f"{name}_loss": terms[f"{name}_distance"] for name in ("hound", "hunter")}
    for name, loss in ({"loss": sum(losses.values())} | losses).items():
        np.testing.assert_allclose(logs[name][0], loss, rtol=1e-4, err_msg=name)


@pytest.mark.usefixtures("eagerly")
def test_the_order_within_a_turn_does_not_matter_but_the_order_of_turns_does():
    def after(*turns):
        game = pursuit(turns)
        game.compile(*(sgd() for _ in PLAYERS))
        game.fit(batches(), verbose=0)
        return np.stack(list(matrices(game).values()))

    at_once = after(Turn("fox", "hound", "hunter"))
    np.testing.assert_array_equal(at_once, after(Turn("hunter", "hound", "fox")))
    in_turn = after(Turn("fox"), Turn("hound"), Turn("hunter"))
    assert np.abs(at_once - in_turn).max() > 1e-3
    assert np.abs(in_turn - after(Turn("hunter"), Turn("hound"), Turn("fox"))).max() > 1e-3


def test_players_are_attributes_and_move_in_their_order_by_default():
    game = pursuit()
    assert game.turns == (Turn("fox"), Turn("hound"), Turn("hunter"))
    assert list(game.players) == list(PLAYERS) and game.players["fox"] is game.fox
    game.compile(hound_optimizer=sgd(0.3))
    assert float(game.hound_optimizer.learning_rate) == pytest.approx(0.3)
    assert type(game.fox_optimizer) is keras.optimizers.Adam and game.fox_optimizer.beta_1 == 0.5
    assert game.optimizer_of("fox") is game.fox_optimizer is not game.hunter_optimizer
    game.fit(batches(), verbose=0)
    assert [int(game.optimizer_of(name).iterations) for name in PLAYERS] == [3, 3, 3]


@pytest.mark.usefixtures("eagerly")
def test_a_frozen_player_stays_and_the_others_move():
    game = pursuit(TURNS)
    game.hound.trainable = False
    game.compile(*(sgd() for _ in PLAYERS))
    before = matrices(game)
    game.fit(batches(), verbose=0)
    moved = {name: not np.array_equal(before[name], matrix) for name, matrix in matrices(game).items()}
    assert moved == {"fox": True, "hound": False, "hunter": True}


@pytest.mark.exhaustive
def test_steps_in_one_execution_and_under_xla_are_the_same():
    def after(**how):
        game = pursuit(TURNS, seed=3)
        game.compile(*(sgd() for _ in PLAYERS), **how)
        game.fit(batches(), epochs=2, verbose=0)
        return matrices(game)

    eager = after(run_eagerly=True)
    for jit_compile in (False, True):
        other = after(jit_compile=jit_compile, steps_per_execution=3)
        for name in PLAYERS:
            np.testing.assert_allclose(other[name], eager[name], rtol=1e-5, atol=1e-6)


@pytest.mark.thorough
def test_two_replicas_play_as_one(mirrored):
    def after():
        game = pursuit(TURNS, averages={"fox": 0.5})
        game.compile(*(sgd() for _ in PLAYERS))
        history = game.fit(batches(), epochs=2, validation_data=batches(6), verbose=0).history
        return [variable.numpy() for variable in game.weights], history

    with mirrored.scope():
        two, two_logs = after()
    one, one_logs = after()
    for left, right in zip(one, two, strict=True):
        np.testing.assert_allclose(right, left, rtol=1e-4, atol=1e-6)
    for name, values in one_logs.items():
        np.testing.assert_allclose(two_logs[name], values, rtol=1e-4, err_msg=name)


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("player", PLAYERS)
def test_any_player_may_keep_averages_which_evaluations_use(player):
    """Against NumPy's averages, and an evaluation of networks that are overwritten with them."""
    game = pursuit(TURNS, averages={player: 0.25})
    game.compile(*(sgd() for _ in PLAYERS))
    averaged, steps = np.float64(matrices(game)[player]), []
    note = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: steps.append(matrices(game)))
    times = {name: next(turn.times for turn in TURNS if name in turn.players) for name in PLAYERS}[player]
    game.fit(batches(), verbose=0, callbacks=[note])
    found = game.averages[player]
    assert int(found.updates) == 3 * times
    if times == 1:  # of two moves in a step the callback sees the last alone
        for count, weights in enumerate(steps, 1):
            rate = 1 - min(0.25, count / (9 + count))
            averaged += rate * (weights[player] - averaged)
        np.testing.assert_allclose(found.values[0], averaged, rtol=1e-5)
    logs = game.evaluate(batches(), verbose=0)
    weights = {name: np.float64(matrix) for name, matrix in matrices(game).items()}
    weights[player] = np.float64(found.values[0])
    expected = gradients(weights, np.float64(examples()))[1]
    for name, term in expected.items():
        np.testing.assert_allclose(logs[name], term, rtol=1e-4, err_msg=name)
    copy = game.averaged_network(player)
    np.testing.assert_array_equal(copy.get_weights()[0], found.values[0])


@pytest.mark.usefixtures("eagerly")
def test_saved_and_loaded_it_goes_on_as_if_it_had_not_stopped(tmp_path):
    def game():
        return pursuit(TURNS, averages={"hunter": 0.9})

    def fit(game, epochs, **arguments):
        game.fit(batches(), epochs=epochs, verbose=0, **arguments)
        return game

    whole, first = game(), game()
    for one in (whole, first):
        one.compile(*(keras.optimizers.Adam(rate) for rate in (0.01, 0.02, 0.03)))
    fit(whole, 3)
    fit(first, 1).save(tmp_path / "game.keras")
    loaded = ganzoo.load(tmp_path / "game.keras")
    assert type(loaded) is Pursuit and loaded.turns == tuple(TURNS) and loaded.seed == 0
    assert float(loaded.hunter_optimizer.learning_rate) == pytest.approx(0.03)
    assert_same(first, loaded)
    assert_same(whole, fit(loaded, 3, initial_epoch=1))
    whole.save_weights(tmp_path / "game.weights.h5")
    fresh = game()
    fresh.compile(*(keras.optimizers.Adam(rate) for rate in (0.01, 0.02, 0.03)))
    fresh.load_weights(tmp_path / "game.weights.h5")
    assert_same(whole, fresh)


@pytest.mark.thorough
def test_float16_scales_the_loss_of_each_player():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        game = pursuit(TURNS)
        game.compile()
        game.fit(batches(), verbose=0)
    finally:
        keras.config.set_dtype_policy("float32")
    optimizers = [game.optimizer_of(name) for name in PLAYERS]
    assert all(isinstance(one, keras.optimizers.LossScaleOptimizer) for one in optimizers)
    assert len({id(one.dynamic_scale) for one in optimizers}) == 3
    assert all(np.isfinite(state).all() for state in states(game))


@pytest.mark.usefixtures("eagerly")
def test_a_schedule_by_callback_acts_on_every_player():
    game = pursuit()
    game.compile(sgd(0.1), sgd(0.2), sgd(0.3))
    game.fit(batches(), verbose=0, callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)])
    rates = [float(game.optimizer_of(name).learning_rate) for name in PLAYERS]
    np.testing.assert_allclose(rates, [0.05, 0.1, 0.15], rtol=1e-6)


def test_after_turn_is_called_once_for_each_turn_with_its_last_round():
    class Noted(Pursuit):
        def after_turn(self, turn, play):
            seen.append((turn.players, int(play.updates)))

    seen = []
    game = Noted(three_players.players(), TURNS, seed=0)
    game.compile(run_eagerly=True)
    game.fit(batches(), verbose=0)
    assert seen[:4] == [(("hunter",), 1), (("fox", "hound"), 0), (("hunter",), 3), (("fox", "hound"), 1)]


@pytest.mark.usefixtures("eagerly")
def test_random_numbers_follow_from_seed_and_step():
    class Noisy(Pursuit):
        def hound_terms(self, play):
            noise = tf.random.stateless_uniform((), play.seed_for(0))
            return {"hound_distance": noise * play.distance("hound")}

    def after(seed):
        game = Noisy(three_players.players(), TURNS, seed=seed)
        game.compile(*(sgd() for _ in PLAYERS))
        game.fit(batches(), verbose=0)
        return matrices(game)["hound"]

    np.testing.assert_array_equal(after(1), after(1))
    assert np.abs(after(1) - after(2)).max() > 1e-4


def test_a_term_that_two_players_share_is_logged_once_and_counts_for_both():
    class Team(Pursuit):
        def hound_terms(self, play):
            shared = vars(play).setdefault("shared", sum(super().hound_terms(play).values()))
            return {"shared": shared}

        def hunter_terms(self, play):
            return {"hunter_distance": tf.constant(0.5), "shared": self.hound_terms(play)["shared"]}

    game = Team(pursuit().players, seed=0)
    game.compile()
    logs = game.evaluate(batches(), verbose=0)
    np.testing.assert_allclose(logs["hound_loss"], logs["shared"], rtol=1e-6)
    np.testing.assert_allclose(logs["hunter_loss"], logs["shared"] + 0.5, rtol=1e-6)
    np.testing.assert_allclose(logs["loss"], sum(logs[f"{name}_loss"] for name in PLAYERS), rtol=1e-6)
