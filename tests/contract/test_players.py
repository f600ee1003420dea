"""Each update moves its own player, all of it, and nothing of the other."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganzoo.games.gan import Round


def values(player):
    return [variable.numpy() for variable in player.trainable_variables]


def moved(before, player):
    return [not np.array_equal(old, new) for old, new in zip(before, values(player), strict=True)]


def must_move(variant, player):
    """Of a list with a flag for each of the player's variables, those that a gradient moves."""
    return slice(None, -1 if variant.relative and player == "discriminator" else None)


def play(gan, variant):
    batch = variant.batch()
    return Round(gan, *gan.unpack(batch), tf.constant([3, 5], tf.int64), training=True)


def sgd():
    return keras.optimizers.SGD(0.5)


def test_trap_09_each_step_moves_its_own_player_only(variant):
    gan = variant.create()
    gan.compile(sgd(), sgd())
    before = values(gan.generator), values(gan.discriminator)
    gan._update("discriminator", play(gan, variant))
    assert not any(moved(before[0], gan.generator)) and all(
        moved(before[1], gan.discriminator)[must_move(variant, "discriminator")]
    )
    middle = values(gan.discriminator)
    gan._update("generator", play(gan, variant))
    assert all(moved(before[0], gan.generator)) and not any(moved(middle, gan.discriminator))


def test_trap_09_one_optimizer_for_both_is_refused(variant):
    shared = sgd()
    with pytest.raises(ValueError, match="same optimizer object"):
        variant.create().compile(shared, shared)


def test_gradients_are_those_of_the_terms(variant):
    """One step of plain SGD against finite differences of the summed terms, along the gradient itself."""
    gan = variant.awake(**variant.plain)
    for variable in gan.trainable_variables:
        variable.constraint = None
    for _ in range(50):
        play(gan, variant).fake_scores  # noqa: B018  singular vectors settle
    for role in ("generator", "discriminator"):
        gan.compile(*(keras.optimizers.SGD(1.0) for _ in range(2)))
        player, terms = getattr(gan, role), getattr(gan, f"{role}_terms")
        start = values(player)
        gan._update(role, play(gan, variant))
        gradient = [old - new for old, new in zip(start, values(player), strict=True)]
        length = np.sqrt(sum(np.sum(part**2) for part in gradient))

        def loss(distance, player=player, terms=terms, start=start, gradient=gradient, length=length):
            for variable, old, part in zip(player.trainable_variables, start, gradient, strict=True):
                variable.assign(old + distance * part / length)
            return float(sum(terms(play(gan, variant)).values()))

        slope = (loss(2e-3) - loss(-2e-3)) / 4e-3
        np.testing.assert_allclose(slope, length, rtol=0.05, atol=1e-4)
        loss(0.0)


def test_trap_08_layers_are_told_when_they_train(variant):
    """`training` reaches every layer of both players: True in a train step, False in evaluate and predict."""
    gan = variant.create()
    seen = set()
    for player in (gan.generator, gan.discriminator):
        call = player.call

        def noted(*arguments, training=None, player=player, call=call, **keywords):
            seen.add((player.name, training))
            return call(*arguments, training=training, **keywords)

        player.call = noted
    gan.run_eagerly = True
    gan.fit(variant.batches(), verbose=0)
    seen.clear()
    gan.make_train_function(force=True)
    gan.train_step(variant.batch())
    assert seen == {("generator", True), ("discriminator", True)}
    seen.clear()
    gan.evaluate(variant.batches(), verbose=0)
    assert (None not in {training for _, training in seen}) and ("discriminator", False) in seen
    seen.clear()
    gan.sample(2)
    assert seen == {("generator", False)}
