"""How steps are executed changes nothing of what they compute."""

import keras
import numpy as np
import pytest

from descriptors import compile_all, weights_of

EPOCHS = 2


def weights_after(gan, variant, epochs=EPOCHS):
    gan.fit(variant.batches(), epochs=epochs, verbose=0)
    return weights_of(gan)


@pytest.fixture(scope="module")
def one_step_at_a_time(variant):
    """The weights before training, and after steps that TensorFlow compiles, one in each execution."""
    gan = variant.awake()
    gan.steps_per_execution, gan.jit_compile = 1, False
    before = weights_of(gan)
    return before, weights_after(gan, variant)


def assert_same_with(steps, variant, one_step_at_a_time):
    gan = variant.awake()
    gan.steps_per_execution = steps
    for left, right in zip(one_step_at_a_time[1], weights_after(gan, variant), strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("improved_gan")
@pytest.mark.property("steps_per_execution")
def test_several_steps_per_execution_end_with_the_same_weights(variant, one_step_at_a_time):
    """Two at once, of an epoch's three."""
    assert_same_with(2, variant, one_step_at_a_time)


@pytest.mark.thorough
@pytest.mark.quick("lsgan")
@pytest.mark.kinds("lsgan")
@pytest.mark.property("steps_per_execution")
@pytest.mark.parametrize("steps", [3, 7])
def test_so_do_as_many_as_an_epoch_has_and_more(variant, one_step_at_a_time, steps):
    assert_same_with(steps, variant, one_step_at_a_time)


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("wgan_gp")
@pytest.mark.property("XLA")
def test_xla_compiles_the_step(variant, one_step_at_a_time):
    """From the same latents; only the random numbers of layers, of dropout say, are others."""
    gan, (before, plain) = variant.awake(), one_step_at_a_time
    gan.jit_compile = True
    found = weights_after(gan, variant)
    assert gan.step.numpy() == 3 * EPOCHS and all(np.isfinite(weight).all() for weight in found)
    if not any(variable.name == "seed_generator_state" for variable in gan.variables):
        for left, right, variable in zip(found, plain, gan.weights, strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-5, err_msg=variable.path)
    moved = {variable.path: (old != new).any() for old, new, variable in zip(before, found, gan.weights, strict=True)}
    still = [variable.path for variable in gan.trainable_variables if not moved[variable.path]]
    assert len(still) <= variant.relative  # the last bias of D


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("improved_gan", "wgan_gp", "vaegan")
def test_eager_steps_equal_compiled_ones(variant):
    """With plain SGD, since Adam turns the rounding of gradients that are 0, as before batch norm, into whole steps."""
    found = []
    for how in ({"run_eagerly": True}, {"steps_per_execution": 1, "jit_compile": False}):
        gan = variant.awake()
        compile_all(gan, lambda: keras.optimizers.SGD(0.01), **how)
        found.append(weights_after(gan, variant, epochs=1))
    for left, right in zip(*found, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-5)
