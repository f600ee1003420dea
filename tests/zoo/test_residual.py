"""The recipes of BigGAN and its forerunners, with and without classes."""

import numpy as np
import pytest

import ganzoo
from descriptors import real
from ganzoo.networks.attention import SelfAttention
from ganzoo.networks.conditional_norm import ConditionalBatchNormalization
from ganzoo.networks.spectral import SpectralConv2D

NAMES = (
    "projection",
    pytest.param("sagan", marks=pytest.mark.exhaustive),
    pytest.param("biggan", marks=pytest.mark.thorough),
)


def kinds_of(network):
    return {type(layer) for layer in network.layers}


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize(
    ("name", "attention", "spectral", "steps", "latents"),
    [("projection", False, False, 5, 128), ("sagan", True, True, 1, 128), ("biggan", True, True, 5, 80)],
)
def test_each_has_its_papers_networks_and_settings(name, attention, spectral, steps, latents):
    gan = ganzoo.create(name, (32, 32, 3), num_classes=10, width=1)
    of_generator, of_discriminator = kinds_of(gan.generator), kinds_of(gan.discriminator)
    assert (SelfAttention in of_generator) is (SelfAttention in of_discriminator) is attention
    assert SpectralConv2D in of_discriminator and (SpectralConv2D in of_generator) is spectral
    assert (gan.objective.name, gan.discriminator_steps, gan.prior.dim) == ("hinge", steps, latents)
    assert isinstance(gan.prior, ganzoo.priors.Normal)
    assert {player: averages.momentum for player, averages in gan.averages.items()} == (
        {"generator": 0.9999} if name == "biggan" else {}
    )


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "base", "width"), [("projection", 128, 64), ("sagan", 128, 64), ("biggan", 192, 96)])
def test_default_widths(name, base, width):
    """Half of those at 32 x 32, where all layers have four times the width."""
    gan = ganzoo.create(name, (16, 16, 1))
    assert gan.generator.get_layer(index=-3).input.shape[-1] == base == 4 * width // 2


@pytest.mark.thorough
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("eagerly")
def test_without_classes_it_is_the_game_of_gan(name):
    gan = ganzoo.create(name, (8, 8, 1), width=1, discriminator_steps=1, class_names=None, seed=0)
    assert type(gan) is ganzoo.GAN and not gan.is_conditional
    assert (ConditionalBatchNormalization in kinds_of(gan.generator)) is (name == "biggan")
    logs = gan.fit(real((8, 8, 1), 16), batch_size=16, verbose=0).history
    assert all(np.isfinite(values).all() for values in logs.values())
    assert gan.sample(3).shape == (3, 8, 8, 1)


@pytest.mark.parametrize("name", NAMES)
def test_names_of_classes_count_them(name):
    gan = ganzoo.create(name, (8, 8, 1), width=1, class_names=("cat", "dog"))
    assert gan.num_classes == 2 and gan.class_names == ("cat", "dog")
    assert gan.generator.input_shape[1] == gan.discriminator.input_shape[1] == (None, 2)


@pytest.mark.thorough
def test_orthogonal_adds_a_term_to_the_generators_loss_alone():
    settings = {"width": 2, "num_classes": 3, "shared_embedding": 2, "seed": 0}
    plain, held = (ganzoo.create("biggan", (8, 8, 1), orthogonal=strength, **settings) for strength in (0, 0.1))
    assert not plain.generator.losses and not held.discriminator.losses
    (loss,) = held.regularization("generator").values()
    kernels = [weight.numpy() for weight in held.generator.trainable_weights if weight.name == "kernel"]
    kernels = [kernel.reshape(-1, kernel.shape[-1]) for kernel in kernels if kernel.shape != (3, 2)]
    products = [kernel.T @ kernel for kernel in kernels]
    expected = sum(np.sum(product**2) - np.sum(np.diag(product) ** 2) for product in products)
    np.testing.assert_allclose(loss, 0.1 * expected, rtol=1e-4)
    assert expected > 0.1  # kernels with more outputs than inputs cannot be orthogonal
