import numpy as np
import pytest
import tensorflow as tf

from ganzoo import latent, priors


def squares(one, other):
    return np.sum((np.float64(one) - np.float64(other)) ** 2, axis=1)


def test_on_an_arc_it_is_the_squared_angle():
    """Spherical paths between independent normal latents in many dimensions are quarters of a circle of radius sqrt(D).

    The speed along one is its angle times its radius: about (pi / 2)^2 D in all.
    """
    prior = priors.Normal(4000)
    length, error = latent.perceptual_path_length(lambda z: z, prior, squares, 200, 1e-2, verbose=False)
    assert length == pytest.approx((np.pi / 2) ** 2 * 4000, rel=0.03) and error < 0.03 * length


def test_it_scales_with_the_generator_and_hardly_with_epsilon():
    prior = priors.Uniform(3)
    options = {"pairs": 300, "verbose": False}
    plain = latent.perceptual_path_length(lambda z: z, prior, squares, **options)
    twice = latent.perceptual_path_length(lambda z: 2 * z, prior, squares, **options)
    coarse = latent.perceptual_path_length(lambda z: z, prior, squares, epsilon=1e-3, **options)
    assert twice == pytest.approx([4 * number for number in plain], rel=1e-6)
    assert coarse == pytest.approx(plain, rel=1e-2)


def test_the_seed_decides_and_batches_do_not():
    prior, options = priors.Uniform(3), {"pairs": 30, "epsilon": 1e-2, "verbose": False}

    def length(**changes):
        return latent.perceptual_path_length(tf.sin, prior, squares, **options | changes)[0]

    assert length(seed=1) == length(seed=1) == pytest.approx(length(seed=1, batch_size=7), rel=1e-5)
    assert length(seed=1) != length(seed=2)


@pytest.mark.parametrize(("settings", "message"), [({"pairs": 1}, "pairs"), ({"epsilon": 0}, "epsilon")])
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        latent.perceptual_path_length(tf.sin, priors.Uniform(3), squares, **settings)
