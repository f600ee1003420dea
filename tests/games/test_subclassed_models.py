"""Subclasses of keras.Model and Sequential models as players: they train, sample, are saved and loaded."""

import keras
import numpy as np
import pytest
from keras import layers

import ganzoo
from descriptors import assert_same_state, classes, real, state_of
from ganzoo import priors
from ganzoo.games.conditional import ConditionalGAN
from ganzoo.games.cyclegan import CycleGAN

IMAGES = real((8, 8, 1), 16)


@keras.saving.register_keras_serializable("subclassed")
class Generator(keras.Model):
    """From latents, or latents and one-hot labels, to images."""

    def __init__(self, units=8, **arguments):
        super().__init__(**arguments)
        self.units = units
        self.hidden = [layers.Dense(units, "relu"), layers.Dense(64, "tanh")]
        self.shaped = layers.Reshape((8, 8, 1))

    def call(self, inputs, training=None):
        x = layers.concatenate(inputs) if isinstance(inputs, (list, tuple)) else inputs
        for layer in self.hidden:
            x = layer(x)
        return self.shaped(x)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable("subclassed")
class Discriminator(keras.Model):
    """From images, or images and one-hot labels, to scores, with a weight of the model's own."""

    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.convolution, self.flat, self.dense = layers.Conv2D(4, 3, 2), layers.Flatten(), layers.Dense(1)

    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=(), initializer="ones")
        image = input_shape[0] if isinstance(input_shape[0], (list, tuple)) else input_shape
        self.convolution.build(image)
        shape = self.flat.compute_output_shape(self.convolution.compute_output_shape(image))
        self.dense.build(shape)

    def call(self, inputs, training=None):
        x = inputs[0] if isinstance(inputs, (list, tuple)) else inputs
        return self.gain * self.dense(self.flat(keras.ops.relu(self.convolution(x))))


@keras.saving.register_keras_serializable("subclassed")
class Translator(keras.Model):
    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.convolution = layers.Conv2D(1, 3, padding="same", activation="tanh")

    def call(self, inputs, training=None):
        return self.convolution(inputs)


def built(network, *shapes):
    inputs = [np.zeros((1, *shape), np.float32) for shape in shapes]
    network(inputs[0] if len(inputs) == 1 else inputs)
    return network


def subclassed():
    return built(Generator(), (6,)), built(Discriminator(), (8, 8, 1))


def sequential():
    generator = keras.Sequential([layers.Dense(64, "tanh"), layers.Reshape((8, 8, 1))])
    return built(generator, (6,)), keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(1)])


def goes_on_after_loading(game, data, folder):
    game.compile(run_eagerly=True)
    game.fit(*data, batch_size=8, shuffle=False, verbose=0)
    game.save(folder / "game.keras")
    loaded = ganzoo.load(folder / "game.keras")
    assert_same_state(state_of(loaded), state_of(game))
    for one in (game, loaded):
        one.fit(*data, batch_size=8, shuffle=False, verbose=0)
    assert_same_state(state_of(loaded), state_of(game))


@pytest.mark.thorough
@pytest.mark.parametrize("networks", [subclassed, pytest.param(sequential, marks=pytest.mark.exhaustive)])
def test_both_players_of_a_gan(networks, tmp_path):
    gan = ganzoo.GAN(*networks(), prior=priors.Normal(6), seed=0, generator_ema=0.9, discriminator_ema=0.9)
    assert gan.data_shape == (8, 8, 1)
    goes_on_after_loading(gan, [IMAGES], tmp_path)
    latents = gan.prior.sample(3, 0)
    np.testing.assert_allclose(gan.averaged_network()(latents), gan.sample(3, seed=0), atol=1e-6)
    assert sorted(gan.evaluate(IMAGES, verbose=0))
    with pytest.raises(ValueError, match=r"data_shape=\(8, 8, 1\)"):
        gan.fit(np.zeros((8, 4, 4, 1), np.float32), verbose=0)


def test_traced_and_with_several_steps_per_execution():
    gan = ganzoo.GAN(*subclassed(), prior=priors.Normal(6), seed=0)
    gan.compile()
    gan.fit(IMAGES, batch_size=4, verbose=0)
    assert gan.step.numpy() == 4 and np.isfinite(gan.sample(2)).all()


@pytest.mark.thorough
def test_a_conditional_gan(tmp_path):
    players = built(Generator(), (6,), (10,)), built(Discriminator(), (8, 8, 1), (10,))
    gan = ConditionalGAN(*players, prior=priors.Normal(6), num_classes=10, seed=0)
    assert gan.data_shape == (8, 8, 1)
    goes_on_after_loading(gan, [IMAGES, classes(16)], tmp_path)
    assert gan.sample(2, labels=3).shape == (2, 8, 8, 1)


@pytest.mark.thorough
def test_a_cyclegan(tmp_path):
    generators = [built(Translator(), (8, 8, 1)) for _ in range(2)]
    discriminators = [built(Discriminator(), (8, 8, 1)) for _ in range(2)]
    game = CycleGAN(*generators, *discriminators, seed=0, kept_images=8)
    assert game.data_shape == (8, 8, 1)
    goes_on_after_loading(game, [{"a": IMAGES, "b": IMAGES[::-1].copy()}], tmp_path)


def test_a_model_whose_layers_have_no_weights_yet_is_refused():
    generator, discriminator = subclassed()
    unbuilt = Generator()
    with pytest.warns(UserWarning, match="does not have a `build"):
        unbuilt.build((None, 6))
    with pytest.raises(TypeError, match="The generator has layers without weights: call it on a batch first"):
        ganzoo.GAN(unbuilt, discriminator, priors.Normal(6))


def test_weights_of_the_model_itself_are_constrained_or_refused():
    with pytest.raises(ValueError, match="Discriminator has no argument gain_constraint"):
        ganzoo.losses.constraints.constrain(subclassed()[1], ganzoo.losses.constraints.Clip(0.1))
