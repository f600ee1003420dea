"""A game that cannot be played is refused in one sentence with the cure, before a weight moves."""

import keras
import pytest
import tensorflow as tf

import ganzoo
from ganzoo import Turn
from three_players import PLAYERS, Pursuit, batches, examples, network, players, pursuit, sgd

ALL = [Turn(*PLAYERS)]


class Nobody(ganzoo.Game):
    """Nobody has a loss."""


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"turns": [Turn(*PLAYERS), Turn("cat")]}, ValueError, "A turn names the player 'cat'; the players are fox, "),
        ({"turns": [Turn("fox", "hound")]}, ValueError, r"The player 'hunter' has no turn: add Turn\('hunter'\)"),
        ({"players": {}}, ValueError, "needs at least one player"),
        ({"players": {**players(), "fit": network()}}, ValueError, "cannot be called 'fit', which is taken: choose"),
        ({"players": {**players(), "a fox": network()}}, ValueError, "cannot be called 'a fox'"),
        ({"players": {**players(), "fox": "a fox"}}, TypeError, "The fox must be a built Keras model; got str"),
        (
            {"players": {**players(), "fox": keras.Sequential([keras.layers.Dense(2)])}},
            TypeError,
            "The fox must be a built Keras model; got Sequential",
        ),
        ({"averages": {"cat": 0.9}}, ValueError, "Unknown player 'cat'"),
        ({"averages": {"fox": 1.5}}, ValueError, "momentum of averages of the fox must be a number from 0 to below 1"),
        ({"seed": 0.5}, ValueError, "The seed is an int of at most 64 bits, or None to draw one; got 0.5"),
    ],
)
def test_games_that_are_refused_at_once(arguments, error, message):
    with pytest.raises(error, match=message):
        Pursuit(**{"players": players(), "turns": ALL} | arguments)


def test_one_network_for_two_players():
    one = network()
    with pytest.raises(ValueError, match="The players 'fox' and 'hound' are one network: clone it for one of them"):
        Pursuit({"fox": one, "hound": one, "hunter": network()})


def test_a_player_without_a_loss():
    with pytest.raises(ValueError, match=r"The player 'fox' has no loss: define Nobody.fox_terms\(play\)"):
        Nobody({"fox": network()})


@pytest.mark.parametrize(
    "names, times, message",
    [
        ((), 1, r"A turn needs one or more distinct player names; got \(\)"),
        (("fox", "fox"), 1, r"distinct player names; got \('fox', 'fox'\)"),
        (("fox",), 0, "`times` must be an integer of at least 1; got 0"),
        (("fox",), 2.0, "an integer of at least 1; got 2.0"),
        (("fox",), True, "an integer of at least 1; got True"),
    ],
)
def test_turns_that_are_refused(names, times, message):
    with pytest.raises(ValueError, match=message):
        Turn(*names, times=times)


def test_optimizers_that_are_refused():
    game, shared = pursuit(), sgd()
    with pytest.raises(ValueError, match="Unknown optimizer 'hond_optimizer'; did you mean 'hound_optimizer'"):
        game.compile(hond_optimizer=sgd())
    with pytest.raises(TypeError, match="compile takes fox_optimizer, hound_optimizer, hunter_optimizer, no optimizer"):
        game.compile(optimizer=sgd())
    with pytest.raises(TypeError, match="compile takes 3 optimizers, .*; got 4"):
        game.compile(*(sgd() for _ in range(4)))
    with pytest.raises(TypeError, match="compile got fox_optimizer twice"):
        game.compile(sgd(), fox_optimizer=sgd())
    with pytest.raises(ValueError, match="Two players got the same optimizer object"):
        game.compile(fox_optimizer=shared, hunter_optimizer=shared)


def of_terms(**terms):
    """A game whose hound has these terms, functions of its distance."""

    def hound_terms(self, play):
        return {name: term(play.distance("hound")) for name, term in terms.items()}

    return type("Changed", (Pursuit,), {"hound_terms": hound_terms})(players(), seed=0)


@pytest.mark.parametrize(
    "game, message",
    [
        (of_terms(), "hound_terms returned nothing: a player needs at least one term"),
        (of_terms(fox_fear=lambda distance: distance), "Two logs are called 'fox_fear': choose another name"),
        (of_terms(loss=lambda distance: distance), "Two logs are called 'loss'"),
        (of_terms(fox_loss=lambda distance: distance), "Two logs are called 'fox_loss'"),
        (
            of_terms(hound_speed=lambda distance: tf.fill((8,), distance)),
            r"The term 'hound_speed' of hound is not a scalar but has shape \(8,\): take its mean",
        ),
    ],
    ids=["no terms", "a name of another player's term", "the name of a log", "the name of a loss", "no scalar"],
)
def test_terms_that_are_refused_before_a_weight_moves(game, message):
    game.compile()
    before = [weight.copy() for weight in game.get_weights()]
    with pytest.raises(ValueError, match=message):
        game.fit(batches(), verbose=0)
    assert int(game.step) == 0 and all((old == new).all() for old, new in zip(before, game.get_weights(), strict=True))


def test_batches_that_do_not_divide_into_moves():
    game = pursuit([Turn("fox", times=3), Turn("hound", "hunter")])
    game.compile()
    with pytest.raises(ValueError, match="A batch of 8 is not divisible by 3.*choose a batch_size that is a multiple"):
        game.fit(batches(8), verbose=0)
    assert int(game.step) == 0
    with pytest.raises(ValueError, match="takes no labels, but the dataset yields .x, y.: map it"):
        game.fit(examples(), examples(), verbose=0)


def test_train_step_is_final():
    with pytest.raises(TypeError, match="Rash overrides train_step, which is final: override one of Game's hooks"):
        type("Rash", (Pursuit,), {"train_step": lambda self, data: {}})


@pytest.mark.cases(5)
@pytest.mark.parametrize("steps", [0, -1, 1.5, True])
@pytest.mark.parametrize("name", ["dcgan", "cyclegan", "vaegan"])
def test_numbers_of_discriminator_steps_that_are_refused(name, steps):
    with pytest.raises(ValueError, match=f"discriminator_steps must be an integer of at least 1; got {steps}"):
        ganzoo.create(name, (8, 8, 1), width=4, discriminator_steps=steps)
