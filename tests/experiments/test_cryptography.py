"""Alice, Bob and Eve at a small size: their losses, what stays frozen, what a run leaves, and how it continues."""

import json

import keras
import numpy as np
import pytest
from PIL import Image

from experiments.cryptography import __main__ as script
from experiments.cryptography import training
from experiments.cryptography.game import create
from experiments.cryptography.networks import BITS, CONVOLUTIONS, MatrixConv1D, batches

SMALL = {"batch_size": 8, "learning_rate": 1e-3, "every": 2}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def convolved(x, kernel, stride):
    """A padded 1-D convolution of (N, positions, channels), a position at a time."""
    window = len(kernel)
    left = (window - stride) // 2
    padded = np.pad(x, ((0, 0), (left, window - stride - left), (0, 0)))
    starts = range(0, x.shape[1], stride)
    return np.stack([np.einsum("nwi,wio->no", padded[:, at : at + window], kernel) for at in starts], axis=1)


def applied(network, inputs):
    """What NumPy makes of the network."""
    weights = [np.float64(weight) for weight in network.get_weights()]
    x = sigmoid(np.float64(inputs) @ weights[0] + weights[1])[..., np.newaxis]
    for place, (_, _, stride, activation) in enumerate(CONVOLUTIONS):
        kernel, bias = weights[2 + 2 * place : 4 + 2 * place]
        x = {"sigmoid": sigmoid, "tanh": np.tanh}[activation](convolved(x, kernel, stride) + bias)
    return x[..., 0]


def awake(seed=0):
    """A game with larger weights than it starts from, so that the losses differ from chance."""
    game, random = create(seed), np.random.default_rng(seed)
    for variable in game.trainable_variables:
        variable.assign(random.normal(0, 1, variable.shape))
    return game


def test_the_losses_are_what_numpy_says():
    game = awake()
    message, key = (part.numpy() for part in next(iter(batches(64, seed=3))))
    cipher = applied(game.alice, np.hstack([message, key]))
    wrong = {
        "bob": np.mean(np.sum(np.abs(applied(game.bob, np.hstack([cipher, key])) - message), axis=1)) / 2,
        "eve": np.mean(np.sum(np.abs(applied(game.eve, cipher) - message), axis=1)) / 2,
    }
    found = game.values((message, key), training=False)
    expected = {
        "bob_bits_wrong": wrong["bob"],
        "eve_bits_wrong": wrong["eve"],
        "communication": wrong["bob"] / 16,
        "secrecy": (8 - wrong["eve"]) ** 2 / 64,
        "alice_loss": wrong["bob"] / 16 + (8 - wrong["eve"]) ** 2 / 64,
        "bob_loss": wrong["bob"],
        "eve_loss": wrong["eve"],
    }
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-4, err_msg=name)
    assert abs(wrong["eve"] - 8) > 0.01


@pytest.mark.parametrize("filters, window, stride", [row[:3] for row in CONVOLUTIONS] + [(3, 3, 2)])
def test_the_matrix_is_the_convolution(filters, window, stride):
    inputs = np.random.default_rng(0).normal(size=(5, 12, 2)).astype("float32")
    ours, keras_own = (
        kind(filters, window, stride, "same", activation="tanh") for kind in (MatrixConv1D, keras.layers.Conv1D)
    )
    expected = keras_own(inputs)
    ours.build(inputs.shape)
    ours.set_weights([keras_own.get_weights()[0], np.full(filters, 0.5)])
    keras_own.set_weights(ours.get_weights())
    np.testing.assert_allclose(ours(inputs), keras_own(inputs), rtol=1e-5, atol=1e-6)
    assert ours(inputs).shape == expected.shape


def test_messages_and_keys_are_fair_independent_and_never_the_same_twice():
    message, key = (part.numpy() for part in next(iter(batches(4000, seed=0))))
    assert message.shape == key.shape == (4000, BITS) and set(np.unique(message)) == {-1, 1}
    both = np.hstack([message, key])
    np.testing.assert_allclose(both.T @ both / 4000, np.eye(2 * BITS), atol=0.1)
    later = [part.numpy() for part, _ in batches(4000, seed=0).take(3)]
    assert not np.array_equal(later[0], later[1]) and not np.array_equal(message, next(iter(batches(4000, 1)))[0])
    np.testing.assert_array_equal(later[2], next(iter(batches(4000, 0, start=2)))[0])


@pytest.mark.thorough
@pytest.mark.usefixtures("eagerly")
def test_an_interrupted_training_ends_as_one_that_was_not(tmp_path):
    whole, history = training.train(tmp_path / "whole", 1, steps=4, **SMALL)
    training.train(tmp_path / "parts", 1, steps=2, **SMALL)
    rest, same = training.train(tmp_path / "parts", 1, steps=4, **SMALL)
    assert [row["step"] for row in same] == [row["step"] for row in history] == [2, 4]
    for left, right in zip(whole.weights, rest.weights, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy())
    again, rows = training.train(tmp_path / "parts", 1, steps=4, **SMALL)
    assert int(again.step) == 4 and rows == same


@pytest.mark.exhaustive
@pytest.mark.usefixtures("eagerly")
def test_alice_and_bob_stay_while_a_new_eve_learns():
    game = awake()
    before = {name: network.get_weights() for name, network in game.players.items()}
    found = training.attack(game, 0, updates=64, every=2, batch_size=64, learning_rate=0.01)
    for name in ("alice", "bob", "eve"):  # the old Eve too
        for old, new in zip(before[name], game.players[name].get_weights(), strict=True):
            np.testing.assert_array_equal(old, new, err_msg=name)
    assert found["updates"] == [16, 32, 48, 64] and found["curve"][-1] < found["curve"][0]


@pytest.mark.thorough
def test_a_run_leaves_its_files_and_a_second_start_trains_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "EVE", 0.0)
    monkeypatch.setattr(training, "BOB", 16.0)  # so that an epoch is a success
    settings = SMALL | {"steps": 2, "eves": 1, "updates": 200}
    found = script.run(tmp_path, **settings)
    assert found["success"] and list(found["seeds"]) == [0] and len(found["new_eves"]) == 1
    kept = json.loads((tmp_path / "cryptography.json").read_text())
    assert kept["new_eves"] == found["new_eves"] and kept["evaluation"] == found["evaluation"]
    for name in ("curves.png", "attacks.png"):
        assert len(np.unique(np.asarray(Image.open(tmp_path / name).convert("L")))) > 20
    monkeypatch.setattr(keras.Model, "fit", None)
    assert script.run(tmp_path, **settings)["new_eves"] == found["new_eves"]
    with pytest.raises(ValueError, match="holds a run with batch_size=8, not 16: choose another --workdir"):
        script.run(tmp_path, **settings | {"batch_size": 16})


@pytest.mark.thorough
def test_the_next_seed_is_tried_where_one_fails_and_all_are_counted(tmp_path, monkeypatch):
    def train(folder, seed, **settings):
        row = {"step": 2, "bob_bits_wrong": 0.01 if seed == 6 else 8.0, "eve_bits_wrong": 7.9}
        return create(seed), [row | {"seconds": 1.0, "processor_seconds": 1.0}]

    monkeypatch.setattr(training, "train", train)
    monkeypatch.setattr(training, "evaluate", lambda game: {"seed": game.seed})
    found = script.run(tmp_path / "found", seed=5, attempts=3, eves=0)
    assert found["success"] and found["evaluation"] == {"seed": 6}
    assert {seed: row["success"] for seed, row in found["seeds"].items()} == {5: False, 6: True}
    none = script.run(tmp_path / "none", seed=7, attempts=2, eves=1)
    assert not none["success"] and list(none["seeds"]) == [7, 8] and "new_eves" not in none
