"""Trains the three players, then new Eves against an Alice and a Bob that stay as they are."""

import math
import time

import keras

import ganzoo
from experiments.cryptography.game import Cryptography, create
from experiments.cryptography.networks import BITS, batches, network
from ganzoo.callbacks import Progress
from ganzoo.files import AnyPath, read_json, write_json

BOB, EVE = 0.05, 7.3
"""Training has succeeded when Bob gets fewer bits of 16 wrong, and Eve more, on the mean over an epoch."""
EVE_MOVES = 8
"""Of a new Eve in one step."""


def succeeded(row: dict) -> bool:
    """Whether the errors of Bob and Eve in a row of a history are those that the paper asks for."""
    return row["bob_bits_wrong"] < BOB and row["eve_bits_wrong"] > EVE


def train(
    folder: AnyPath, seed: int, steps: int, batch_size: int, learning_rate: float, every: int
) -> tuple[Cryptography, list[dict]]:
    """Plays the game until it has succeeded, or for `steps`; continues what an earlier call left in `folder`.

    Returns:
        The game, and its history: rows {"step", "bob_bits_wrong", "eve_bits_wrong", "seconds", "processor_seconds"},
        means over `every` steps each.
    """
    checkpoint, history = folder / "game.keras", folder / "history.json"
    game = ganzoo.load(checkpoint) if checkpoint.exists() else create(seed, learning_rate)
    start = int(game.step)
    rows = read_json(history, f"delete {folder} to train this seed again", list)[: start // every] if start else []
    if start < steps and not (rows and succeeded(rows[-1])):
        game.steps_per_execution = math.gcd(50, every)
        epochs = steps // every
        game.fit(
            batches(2 * batch_size, seed, start),
            initial_epoch=start // every,
            epochs=epochs,
            steps_per_epoch=every,
            callbacks=[Record(folder, rows, every), Progress(epochs, every)],
            verbose=0,
        )
    return game, rows


class Record(keras.callbacks.Callback):
    """Keeps the history and the game after each epoch, and stops the training once it has succeeded."""

    def __init__(self, folder, rows, every):
        super().__init__()
        self.folder, self.rows, self.every = folder, rows, every

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.monotonic(), time.process_time()

    def on_epoch_end(self, epoch, logs=None):
        row = {"step": (epoch + 1) * self.every}
        row |= {name: float(logs[name]) for name in ("bob_bits_wrong", "eve_bits_wrong")}
        row |= {"seconds": time.monotonic() - self.began[0], "processor_seconds": time.process_time() - self.began[1]}
        self.rows.append(row)
        write_json(self.folder / "history.json", self.rows)
        self.model.save(self.folder / "game.keras")
        self.model.stop_training = succeeded(row)


def attack(game: Cryptography, number: int, updates: int, batch_size: int, learning_rate: float, every: int) -> dict:
    """Trains a new Eve from scratch while Alice and Bob are frozen.

    Returns:
        {"bits_wrong": of the new Eve on 100,000 new messages, "updates": list of int, "curve": list of her mean error}.
    """
    for name in ("alice", "bob"):
        game.players[name].trainable = False
    keras.utils.set_random_seed(game.seed + 1000 * (number + 1))
    turns = [ganzoo.Turn("alice", "bob"), ganzoo.Turn("eve", times=EVE_MOVES)]
    again = Cryptography({"alice": game.alice, "bob": game.bob, "eve": network(BITS, "eve")}, turns, game.seed)
    again.compile(eve_optimizer=keras.optimizers.Adam(learning_rate), steps_per_execution=math.gcd(25, every))
    epochs = updates // EVE_MOVES // every
    history = again.fit(
        batches(EVE_MOVES * batch_size, game.seed + 1000 * (number + 1)),
        epochs=epochs,
        steps_per_epoch=every,
        callbacks=[Progress(epochs, every)],
        verbose=0,
    ).history
    return {
        "bits_wrong": evaluate(again)["eve_bits_wrong"],
        "updates": [EVE_MOVES * every * (epoch + 1) for epoch in range(epochs)],
        "curve": [float(value) for value in history["eve_bits_wrong"]],
    }


def evaluate(game: Cryptography) -> dict:
    """Returns the mean errors of Bob and Eve on 100,000 messages that no training has seen."""
    logs = game.evaluate(batches(10_000, game.seed + 999_999).take(10), verbose=0)
    return {name: float(logs[name]) for name in ("bob_bits_wrong", "eve_bits_wrong")}
