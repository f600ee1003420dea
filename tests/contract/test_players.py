"""Each update moves its own player, all of it, and nothing of the others."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from descriptors import compile_alone, weights_of
from ganzoo.games.terms import loss_of
from ganzoo.networks.spectral import SpectralConv2D, SpectralDense


def moved(before, network):
    return [not np.array_equal(old, new) for old, new in zip(before, network.trainable_variables, strict=True)]


def trainable(network):
    return [variable.numpy() for variable in network.trainable_variables]


def constrain(gan):
    """Applies the constraints of weights, as each update does, even with a learning rate of 0."""
    for variable in gan.trainable_variables:
        if variable.constraint is not None:
            variable.assign(variable.constraint(variable))


def awaken_zeros(gan):
    """Sets scalars and kernels that start at 0 to other values: at 0, what they multiply has no gradient."""
    for variable in gan.trainable_variables:
        if variable.shape == () or (variable.name == "kernel" and not variable.numpy().any()):
            deviation = np.prod(variable.shape[:-1]) ** -0.5
            variable.assign(np.random.default_rng(0).normal(0.0, deviation, variable.shape))


@pytest.mark.kinds("improved_gan", "infogan", "vaegan", "cyclegan", "stylegan2")
def test_each_player_moves_by_its_own_optimizer_alone(variant):
    """With a learning rate of 0 for the others, all of one player moves, and nothing else."""
    gan = variant.create()
    constrain(gan)
    awaken_zeros(gan)
    for player in gan.players:
        compile_alone(gan, player, keras.optimizers.SGD(0.5))
        before = {name: trainable(network) for name, network in gan.players.items()}
        gan.fit(variant.batches(count=16), verbose=0)
        for name, network in gan.players.items():
            changed = moved(before[name], network)
            if name != player:
                assert not any(changed), f"{player} moved {name}"
            else:
                assert all(changed[:-1] if variant.relative and player.startswith("discriminator") else changed)


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("cyclegan")
def test_one_optimizer_for_two_players_is_refused(variant):
    shared, gan = keras.optimizers.SGD(0.5), variant.create()
    with pytest.raises(ValueError, match="same optimizer object"):
        gan.compile(*[shared] * len(gan.players))


def settling(gan, variant):
    """Returns a function that runs the power iterations of layers with spectral norm until they stand still."""
    layers = [layer for network in gan.players.values() for layer in network.layers]
    if not any(isinstance(layer, (SpectralDense, SpectralConv2D)) for layer in layers):
        return lambda: None
    batch = variant.batch()
    iterate = tf.function(lambda: gan.values(batch, training=True))
    return lambda: [iterate() for _ in range(50)]


@pytest.mark.kinds("nsgan", "improved_gan", "wgan_gp", "began", "infogan", "vaegan", "cyclegan", "stylegan2")
def test_gradients_are_those_of_the_terms(variant):
    """A step of plain SGD against finite differences of the summed terms, along the gradient itself."""
    gan, plays = variant.awake(**variant.plain, discriminator_steps=1), []
    for variable in gan.trainable_variables:
        variable.constraint = None
    settle = settling(gan, variant)
    settle()
    make = gan.round_type
    gan.round_type = lambda *parts, **settings: plays.append((parts, settings)) or make(*parts, **settings)
    for player, network in gan.players.items():
        compile_alone(gan, player, keras.optimizers.SGD(1.0))
        start, terms = trainable(network), getattr(gan, f"{player}_terms")
        states = [
            (one, one.numpy()) for state in getattr(gan, "penalty_states", {}).values() for one in state.variables
        ]
        gan.fit(variant.batches(count=16), verbose=0)
        parts, settings = plays[-len(gan.turns) :][[player in turn.players for turn in gan.turns].index(True)]
        gradient = [old - new for old, new in zip(start, trainable(network), strict=True)]
        length = np.sqrt(sum(np.sum(part**2) for part in gradient))

        def loss(distance):
            for variable, old, part in zip(network.trainable_variables, start, gradient, strict=True):  # noqa: B023
                variable.assign(old + distance * part / length)  # noqa: B023
            for state, value in states:  # noqa: B023
                state.assign(value)
            values = terms(make(*parts, **settings)) | gan.regularization(player)  # noqa: B023
            return float(loss_of(values))

        loss(0.0)  # puts the weights back
        settle()
        slope = (loss(2e-3) - loss(-2e-3)) / 4e-3
        np.testing.assert_allclose(slope, length, rtol=0.05, atol=1e-4)
        loss(0.0)


@pytest.mark.quick("cdcgan")
@pytest.mark.kinds("improved_gan", "vaegan", "cyclegan")
def test_layers_are_told_when_they_train(variant):
    """`training` reaches every layer of all players: True in a train step, False in evaluate and sample."""
    gan, seen = variant.create(), set()
    gan.run_eagerly = True
    gan.check_test_batch(variant.batch())  # the check of the first batch evaluates it
    for name, network in gan.players.items():

        def noted(*arguments, training=None, name=name, call=network.call, **keywords):
            seen.add((name, training))
            return call(*arguments, training=training, **keywords)

        network.call = noted
    gan.fit(variant.batches(count=16), verbose=0)
    assert seen == {(name, True) for name in gan.players}
    seen.clear()
    gan.evaluate(variant.batches(count=16), verbose=0)
    assert seen == {(name, False) for name in gan.players}
    seen.clear()
    gan.sample(2)
    assert seen and {training for _, training in seen} == {False}


@pytest.mark.quick("cdcgan")
@pytest.mark.kinds("improved_gan", "sngan", "began", "pix2pix", "stylegan2")
def test_evaluate_and_sample_change_nothing(variant):
    gan = variant.create()
    before = weights_of(gan)
    gan.run_eagerly = True
    gan.evaluate(variant.batches(), verbose=0)
    gan.sample(3)
    for old, new in zip(before, gan.weights, strict=True):
        np.testing.assert_array_equal(old, new, err_msg=new.path)
