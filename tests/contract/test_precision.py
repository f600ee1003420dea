"""Half precision is for the layers' arithmetic: parameters, losses and what is saved stay float32."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from descriptors import assert_same_state, state_of


@pytest.fixture(autouse=True)
def float32_afterwards():
    yield
    keras.config.set_dtype_policy("float32")


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("wgan_gp")
@pytest.mark.property("float16")
def test_float32_parameters_move_by_float32_losses_and_are_saved_with_the_loss_scales(variant, tmp_path):
    assert_float32_beside(variant, "mixed_float16", tmp_path)


@pytest.mark.thorough
@pytest.mark.quick("lsgan")
@pytest.mark.kinds("vaegan", "stylegan2")
@pytest.mark.property("half precision")
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_so_they_do_eagerly_and_with_the_other_half_precision(variant, policy, tmp_path, eagerly):
    assert_float32_beside(variant, policy, tmp_path)


def assert_float32_beside(variant, policy, tmp_path):
    keras.config.set_dtype_policy(policy)
    gan = variant.create()
    assert {network.compute_dtype for network in gan.players.values()} == {policy.removeprefix("mixed_")}
    before = [variable.numpy() for variable in gan.trainable_variables]
    history = gan.fit(variant.batches(), epochs=2, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())
    assert all(variable.dtype == "float32" for variable in gan.trainable_variables)
    assert any(not np.array_equal(old, new) for old, new in zip(before, gan.trainable_variables, strict=True))
    for name, value in gan.values(variant.batch(), training=True).items():
        assert all(part.dtype == tf.float32 for part in tf.nest.flatten(value)), name
    assert all(part.dtype == np.float32 for part in tf.nest.flatten(gan.sample(2)))

    scaled = [isinstance(gan.optimizer_of(player), keras.optimizers.LossScaleOptimizer) for player in gan.players]
    assert scaled == [policy == "mixed_float16"] * len(gan.players)
    if scaled[0]:  # each player has a scale of its own
        first, *others = (gan.optimizer_of(player).dynamic_scale for player in gan.players)
        start = [other.numpy() for other in others]
        first.assign(8.0)
        assert [other.numpy() for other in others] == start
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert_same_state(state_of(loaded), state_of(gan))
    for model in (gan, loaded):
        model.run_eagerly = True
        model.fit(variant.batches(), verbose=0)
    assert_same_state(state_of(loaded), state_of(gan))
