"""What the networks' own layers add to a loss."""

import keras
import numpy as np
import pytest

import ganzoo

REAL = np.random.default_rng(0).uniform(-1, 1, (16, 3)).astype("float32")


def player(inputs, outputs, weight):
    latents = keras.Input((inputs,))
    regularizer = keras.regularizers.L2(weight) if weight else None
    return keras.Model(latents, keras.layers.Dense(outputs, kernel_regularizer=regularizer)(latents))


def game(of_generator, of_discriminator):
    keras.utils.set_random_seed(0)
    networks = player(2, 3, of_generator), player(3, 1, of_discriminator)
    gan = ganzoo.GAN(*networks, ganzoo.priors.Normal(2), seed=0)
    gan.compile(*(keras.optimizers.SGD(0.1) for _ in range(2)))
    return gan


@pytest.mark.usefixtures("eagerly")
def test_each_player_is_held_by_its_own_regularizer_alone():
    weights = 0.3, 0.7
    plain, held = game(0, 0), game(*weights)
    start = [network.layers[-1].kernel.numpy() for network in (plain.generator, plain.discriminator)]
    logs = [gan.fit(REAL, batch_size=16, verbose=0).history for gan in (plain, held)]
    kernels = [[net.layers[-1].kernel.numpy() for net in (gan.generator, gan.discriminator)] for gan in (plain, held)]
    np.testing.assert_allclose(kernels[1][1], kernels[0][1] - 0.1 * 2 * weights[1] * start[1], rtol=1e-5, atol=1e-6)
    for name, weight, kernel in zip(("generator", "discriminator"), weights, start, strict=True):
        np.testing.assert_allclose(logs[1][f"{name}_regularization"], weight * np.sum(kernel**2), rtol=1e-5)
        assert f"{name}_regularization" not in logs[0]
    once = game(*weights)  # with a D of zeros, which is held, its regularizer is all that moves G
    once.discriminator.layers[-1].kernel.assign(start[1] * 0)
    once.discriminator_optimizer.learning_rate = 0.0
    once.fit(REAL, batch_size=16, verbose=0)
    np.testing.assert_allclose(once.generator.layers[-1].kernel, start[0] * (1 - 0.1 * 2 * weights[0]), rtol=1e-5)


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("weight", [0.0, 0.5])
def test_evaluate_tells_it_too(weight):
    logs = game(weight, weight).evaluate(REAL, batch_size=16, verbose=0)
    assert ("generator_regularization" in logs) == ("discriminator_regularization" in logs) == bool(weight)
