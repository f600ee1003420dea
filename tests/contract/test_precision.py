"""Half precision is for the layers' arithmetic: parameters, losses and what is saved stay float32."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo


@pytest.fixture
def policy(request):
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy("float32")


def both(test):
    """A test that runs for each half precision, in a column of the table of its own."""
    names = ("mixed_bfloat16", "mixed_float16")
    params = [pytest.param(name, marks=pytest.mark.property(name.removeprefix("mixed_"))) for name in names]
    return pytest.mark.parametrize("policy", params, indirect=True)(test)


@both
def test_training_moves_float32_parameters_by_float32_losses(variant, policy):
    gan = variant.create()
    assert gan.generator.compute_dtype == gan.discriminator.compute_dtype == policy.removeprefix("mixed_")
    before = [variable.numpy() for variable in gan.trainable_variables]
    history = gan.fit(variant.batches(), epochs=3, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())
    assert all(variable.dtype == "float32" for variable in gan.trainable_variables)
    assert any(not np.array_equal(old, new) for old, new in zip(before, gan.trainable_variables, strict=True))
    for name, value in gan.values(variant.batch(), training=True).items():
        assert all(part.dtype == tf.float32 for part in tf.nest.flatten(value)), name
    assert gan.sample(2, labels=1 if variant.conditional else None).dtype == np.float32


@both
def test_trap_10_float16_scales_each_players_loss_and_saves_it(variant, policy, tmp_path):
    gan = variant.create()
    gan.fit(variant.batches(), verbose=0)
    pair = [gan.generator_optimizer, gan.discriminator_optimizer]
    scaled = [isinstance(optimizer, keras.optimizers.LossScaleOptimizer) for optimizer in pair]
    assert scaled == [policy == "mixed_float16"] * 2
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    if scaled[0]:
        assert pair[0].dynamic_scale is not pair[1].dynamic_scale
        pair[0].dynamic_scale.assign(8.0)
        gan.save(tmp_path / "gan.keras")
        loaded = ganzoo.load(tmp_path / "gan.keras")
        assert loaded.generator_optimizer.dynamic_scale.numpy() == 8
        assert loaded.discriminator_optimizer.dynamic_scale.numpy() == pair[1].dynamic_scale.numpy()
    for model in (gan, loaded):
        model.fit(variant.batches(), verbose=0)
    for left, right in zip(gan.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy(), err_msg=left.path)
