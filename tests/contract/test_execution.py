"""How steps are executed changes nothing of what they compute."""

import numpy as np
import pytest


def weights_after(gan, batches, epochs=2):
    gan.fit(batches, epochs=epochs, verbose=0)
    return [variable.numpy() for variable in gan.weights]


@pytest.mark.property("steps_per_execution")
@pytest.mark.parametrize("steps", [2, 3, 7])
def test_several_steps_per_execution_end_with_the_same_weights(variant, steps):
    """Whether the epoch's 3 steps divide by it or not."""
    one, several = variant.create(), variant.create()
    several.steps_per_execution = steps
    for left, right in zip(*(weights_after(gan, variant.batches()) for gan in (one, several)), strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.mark.property("XLA")
def test_xla_compiles_the_step(variant):
    """From the same latents; only the random numbers of layers, of dropout say, are others."""
    gan, plain = variant.awake(), variant.awake()
    before = [variable.numpy() for variable in gan.trainable_variables]
    gan.jit_compile, plain.jit_compile = True, False
    history = gan.fit(variant.batches(), epochs=2, verbose=0).history
    assert gan.step.numpy() == 6 and all(np.isfinite(values).all() for values in history.values())
    if not any(variable.name == "seed_generator_state" for variable in gan.variables):
        plain.fit(variant.batches(), epochs=2, verbose=0)
        for left, right in zip(gan.trainable_variables, plain.trainable_variables, strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-5, err_msg=left.path)
    moved = [not np.array_equal(old, new.numpy()) for old, new in zip(before, gan.trainable_variables, strict=True)]
    assert all(moved[:-1] if variant.relative else moved)  # the last is D's last bias


def test_eager_steps_equal_compiled_ones(variant):
    compiled, eager = variant.awake(), variant.awake()
    eager.run_eagerly = True
    for left, right in zip(*(weights_after(gan, variant.batches(), 1) for gan in (compiled, eager)), strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-5)
