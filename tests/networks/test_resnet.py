import numpy as np
import pytest

import ganzoo
from descriptors import real
from ganzoo.networks import resnet


@pytest.mark.thorough
@pytest.mark.cases(3)
@pytest.mark.parametrize("data_shape", [(32, 32, 3), (28, 28, 1), (8, 12, 1)])
@pytest.mark.parametrize("normalization", [None, "batch", "layer", "spectral"])
def test_any_image_and_normalization(data_shape, normalization):
    generator = resnet.generator(5, data_shape, width=4)
    images = generator(np.random.default_rng(0).normal(size=(2, 5)).astype("float32"))
    assert images.shape == (2, *data_shape) and np.abs(images).max() <= 1
    assert resnet.discriminator(data_shape, 4, normalization=normalization)(images).shape == (2, 1)


def test_the_papers_sizes():
    """At 32x32: three blocks up; two down and two more; a convolution has 9 * 128 * 128 weights and 128 biases."""
    conv, one = 9 * 128 * 128 + 128, 128 * 128 + 128
    generator = resnet.generator(128, (32, 32, 3))
    expected = 129 * 16 * 128 + 3 * (2 * conv + one + 2 * 4 * 128) + 4 * 128 + 9 * 128 * 3 + 3
    assert generator.count_params() == expected
    discriminator = resnet.discriminator((32, 32, 3))
    first = 9 * 3 * 128 + 128 + conv + 3 * 128 + 128
    assert discriminator.count_params() == first + (2 * conv + one) + 2 * 2 * conv + 129


@pytest.mark.thorough
@pytest.mark.parametrize("name", [pytest.param("sngan", marks=pytest.mark.thorough), "wgan_gp"])
def test_variants_train_with_it(name):
    gan = ganzoo.create(name, (8, 8, 1), architecture="resnet", width=4, discriminator_steps=2, seed=0)
    gan.run_eagerly = True
    logs = gan.fit(real((8, 8, 1), 8), batch_size=8, verbose=0).history
    assert all(np.isfinite(values).all() for values in logs.values())
    with pytest.raises(ValueError, match="Unknown architecture 'resnett'; did you mean 'resnet'"):
        ganzoo.create(name, (8, 8, 1), architecture="resnett")


def test_sides_up_to_256():
    generator, discriminator = resnet.generator(5, (256, 256, 3), width=1), resnet.discriminator((256, 256, 3), 1)
    assert generator.output_shape == (None, 256, 256, 3) and discriminator.output_shape == (None, 1)
    for build in (lambda shape: resnet.generator(5, shape, width=1), lambda shape: resnet.discriminator(shape, 1)):
        for shape in ((257, 256, 3), (7, 8, 3)):
            with pytest.raises(ValueError, match="with sides of 8 to 256; got"):
                build(shape)
