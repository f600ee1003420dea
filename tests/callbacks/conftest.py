import numpy as np
import pytest

import ganzoo
from small_gan import SMALL


@pytest.fixture(scope="session")
def trained():
    """One GAN for all tests of callbacks, so that it is traced only once."""
    gan = ganzoo.create("gan", data_shape=(8, 8, 1), seed=0, **SMALL)
    random = np.random.default_rng(0)
    for weight in gan.generator.trainable_variables + gan.discriminator.trainable_variables:
        weight.assign(random.normal(size=weight.shape) / 2)  # far from grey, so that the pictures of two epochs differ
    return gan


@pytest.fixture
def gan(trained):
    optimizers = trained.generator_optimizer, trained.discriminator_optimizer
    variables = [*trained.variables, *(variable for optimizer in optimizers for variable in optimizer.variables)]
    values = [variable.numpy() for variable in variables]
    yield trained
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
