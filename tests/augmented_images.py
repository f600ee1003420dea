"""Images and layers for the tests of adaptive augmentation, and assertions on what it draws."""

import numpy as np

from ganzoo.networks.augmentation import StochasticAugment

GROUPS = ("blit", "geometry", "color", "cutout", "noise")


def only(group, probability=1.0, **arguments):
    """A layer whose only transforms are those of one group."""
    return StochasticAugment(probability, **dict.fromkeys(GROUPS, 0.0) | {group: 1.0}, **arguments)


def all_groups(probability=1.0, **arguments):
    return StochasticAugment(probability, cutout=1.0, noise=1.0, **arguments)


def noise_images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")


def augmented(layer, images):
    return layer(images, training=True).numpy()


def assert_normal(values, deviation):
    count = len(values)
    assert abs(values.mean()) < 4.5 * deviation / np.sqrt(count)
    assert abs(values.std() / deviation - 1) < 4.5 / np.sqrt(2 * count)
    assert abs((np.abs(values) < deviation).mean() - 0.683) < 4.5 * np.sqrt(0.22 / count)


def assert_uniform_angles(angles):
    """No direction is preferred, nor any axis or pair of axes."""
    for times in (1, 2, 4):
        assert abs(np.exp(1j * times * angles).mean()) < 4.5 / np.sqrt(len(angles))
