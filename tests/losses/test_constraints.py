"""Weights stay within their bound, whatever the gradient, and in files too."""

import keras
import numpy as np
import pytest

import ganzoo
from descriptors import real
from ganzoo.losses.constraints import Clip, constrain
from ganzoo.networks.layers import WeightNormDense


def critic_weights(gan):
    return [variable.numpy() for variable in gan.discriminator.trainable_variables]


def test_clip_against_numpy():
    values = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    np.testing.assert_array_equal(Clip(0.3)(values), np.clip(values, -np.float32(0.3), np.float32(0.3)))


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(ValueError, match="must be a number above 0; got"):
        Clip(limit)


@pytest.mark.usefixtures("eagerly")
def test_wgans_critic_is_clipped_after_each_update_and_its_generator_is_not(tmp_path):
    gan = ganzoo.create("wgan", (2,), width=4, clip=0.01, discriminator_steps=2, seed=0)
    assert max(np.abs(weight).max() for weight in critic_weights(gan)) > 0.01
    gan.fit(real((2,)), batch_size=16, verbose=0)
    for weight in critic_weights(gan):
        assert np.abs(weight).max() <= np.float32(0.01)
    assert max(np.abs(variable.numpy()).max() for variable in gan.generator.trainable_variables) > 0.01
    gan.save(tmp_path / "wgan.keras")
    again = ganzoo.load(tmp_path / "wgan.keras")
    for variable in again.discriminator.trainable_variables:
        variable.assign(np.ones(variable.shape))
    again.fit(real((2,), 16), batch_size=16, verbose=0)
    assert max(np.abs(weight).max() for weight in critic_weights(again)) <= np.float32(0.01)


def test_a_layer_that_would_not_keep_it_is_refused():
    network = keras.Sequential([keras.Input((3,)), WeightNormDense(2, train_scale=True)])
    with pytest.raises(ValueError, match="WeightNormDense has no argument kernel_constraint"):
        constrain(network, Clip(1))
