"""A game of three players: Alice and Bob share a key and hide a message from Eve, who sees only what Alice sends."""

import keras
import tensorflow as tf

import ganzoo
from experiments.cryptography.networks import BITS, network
from ganzoo.distribution.global_batch import lazy_property


class Exchange(ganzoo.Round):
    """One batch of messages on their way: `real` is the message and `context` the key, both (N, 16) of -1 and 1."""

    @lazy_property
    def ciphertext(self):
        """What Alice sends, (N, 16) in [-1, 1]."""
        return self.call("alice", tf.concat([self.real, self.context], axis=1))

    @lazy_property
    def bob_bits_wrong(self):
        """The mean number of bits that Bob, who knows the key, gets wrong."""
        return self._bits_wrong(self.call("bob", tf.concat([self.ciphertext, self.context], axis=1)))

    @lazy_property
    def eve_bits_wrong(self):
        """The mean number of bits that Eve, who does not know the key, gets wrong; 8 by chance."""
        return self._bits_wrong(self.call("eve", self.ciphertext))

    def _bits_wrong(self, guess):
        return tf.reduce_mean(tf.reduce_sum(tf.abs(guess - self.real), axis=1)) / 2


class Cryptography(ganzoo.Game):
    """Bob wants to read the message; Eve, too; Alice wants Bob to read it, and Eve to do no better than by chance."""

    round_type = Exchange

    def unpack(self, data):
        return data

    def alice_terms(self, play):
        secrecy = tf.square((BITS / 2 - play.eve_bits_wrong) / (BITS / 2))
        return {"communication": play.bob_bits_wrong / BITS, "secrecy": secrecy}

    def bob_terms(self, play):
        return {"bob_bits_wrong": play.bob_bits_wrong}

    def eve_terms(self, play):
        return {"eve_bits_wrong": play.eve_bits_wrong}


def create(seed: int, learning_rate: float = 8e-4) -> Cryptography:
    """Returns a compiled game: Alice and Bob move at once, then Eve twice, each move on a new share of the batch."""
    keras.utils.set_random_seed(seed)
    game = Cryptography(
        players={"alice": network(2 * BITS, "alice"), "bob": network(2 * BITS, "bob"), "eve": network(BITS, "eve")},
        turns=[ganzoo.Turn("alice", "bob"), ganzoo.Turn("eve", times=2)],
        seed=seed,
    )
    game.compile(*(keras.optimizers.Adam(learning_rate) for _ in game.players))
    return game
