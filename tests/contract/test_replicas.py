"""One, two and four replicas, on one machine or two, train the same model."""

import json
import os

import keras
import numpy as np
import pytest
import tensorflow as tf
from replicas import SCRIPT, cluster, run_together, trained

from descriptors import compile_all, real

ON_MACHINES = ("improved_gan", "wgan_gp", "ebgan", "vaegan", "stylegan2")
"""Kinds that span what replicas reduce and gather, as four replicas and two machines take long for each."""


@pytest.fixture(scope="session")
def elsewhere(request, tmp_path_factory):
    """A function of (how, variant): what replicas.py leaves in each of its processes, which train all kinds in turn."""
    folders = {}
    tests = [item for item in request.session.items if "elsewhere" in getattr(item, "fixturenames", ())]
    names = sorted({test.callspec.params["variant"].name for test in tests})
    path = os.pathsep.join([str(SCRIPT.parent), str(SCRIPT.parent.parent)])

    def load(how, variant):
        if how not in folders:
            folders[how] = tmp_path_factory.mktemp(how)
            on_machines = how == "multi_worker"
            command = [SCRIPT, how, folders[how], *names]
            machines = [{"TF_CONFIG": text} for text in cluster(2)] if on_machines else [{}]
            run_together([command] * len(machines), [machine | {"PYTHONPATH": path} for machine in machines])
        return [np.load(file) for file in sorted(folders[how].glob(f"{variant}-*.npz"))]

    return load


@pytest.fixture(scope="module")
def alone(variant):
    """The start of the variant, and what one replica makes of it: (start, weights, logs)."""
    start = [variable.numpy() for variable in variant.awake(**variant.plain).trainable_variables]
    gan, logs = trained(variant)
    return start, [variable.numpy() for variable in gan.trainable_variables], logs


def assert_one(found, logs, expected, record_property):
    """Weights within rounding of one replica's, measured by how far they came; and the same logs."""
    start, weights, one_logs = expected
    differences = [np.abs(left - right).max() for left, right in zip(weights, found, strict=True)]
    record_property("difference", float(max(differences)))
    for old, left, right in zip(start, weights, found, strict=True):
        np.testing.assert_allclose(right, left, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(right - old, left - old, rtol=1e-3, atol=1e-6)
    assert logs.keys() == one_logs.keys()
    for name, value in logs.items():
        np.testing.assert_allclose(value, one_logs[name], rtol=1e-3, atol=1e-5, err_msg=name)


@pytest.mark.quick("lsgan")
@pytest.mark.kinds("improved_gan", "wgan_gp", "ebgan", "vaegan", "stylegan2")
@pytest.mark.property("replicas")
def test_two_replicas_train_as_one(variant, mirrored, alone, record_property):
    """`fit` starts under a strategy, and losses are shared out, not multiplied."""
    with mirrored.scope():
        gan, logs = trained(variant)
    assert gan.distribute_strategy.num_replicas_in_sync == 2
    assert_one([variable.numpy() for variable in gan.trainable_variables], logs, alone, record_property)


@pytest.mark.thorough
@pytest.mark.only(*ON_MACHINES)
@pytest.mark.kinds("improved_gan")
@pytest.mark.property("replicas")
def test_four_replicas_train_as_one(variant, elsewhere, alone, record_property):
    """In a process of their own, as a second strategy would not work in this one."""
    (found,) = elsewhere("4", variant)
    assert found["replicas"] == 4
    weights = [found[str(index)] for index in range(len(found.files) - 2)]
    assert_one(weights, json.loads(str(found["logs"])), alone, record_property)


@pytest.mark.thorough
@pytest.mark.only(*ON_MACHINES)
@pytest.mark.kinds("improved_gan")
@pytest.mark.property("multi-worker")
def test_two_machines_train_as_one(variant, elsewhere, alone, record_property):
    """Two processes that talk over loopback; they end with equal weights and logs."""
    first, second = elsewhere("multi_worker", variant)
    assert first["replicas"] == 2 and first["logs"] == second["logs"]
    both = [[task[str(index)] for index in range(len(task.files) - 2)] for task in (first, second)]
    for left, right in zip(*both, strict=True):
        np.testing.assert_array_equal(left, right)
    assert_one(both[0], json.loads(str(first["logs"])), alone, record_property)


def distributed(mirrored, *parts):
    """A structure for each replica, as one that its strategy can take."""
    return tf.nest.map_structure(
        lambda *values: mirrored.experimental_distribute_values_from_function(
            lambda context: tf.constant(values[context.replica_id_in_sync_group])
        ),
        *parts,
    )


@pytest.mark.kinds("infogan", "vaegan", "stylegan2")
@pytest.mark.property("replicas")
def test_every_replica_has_its_own_noise(variant, mirrored):
    """The rows of two replicas are the halves of what one replica draws, and differ even beside equal examples."""
    gan = variant.create()
    if variant.deterministic or not hasattr(gan, "sample_latents"):
        pytest.skip("no latents are drawn")
    seed = tf.constant([1, 2], tf.int64)
    batch = real(variant.data_shape, 16)

    def drawn(*parts):
        latents = mirrored.run(lambda part: gan.sample_latents(part, None, seed), args=(distributed(mirrored, *parts),))
        return mirrored.experimental_local_results(latents)

    assert not np.array_equal(*drawn(batch[:8], batch[:8]))
    halves = drawn(batch[:8], batch[8:])
    np.testing.assert_array_equal(np.concatenate(halves), gan.sample_latents(batch, None, seed))


@pytest.mark.thorough
@pytest.mark.only("nsgan", "vaegan", "cyclegan")
@pytest.mark.kinds("nsgan")
def test_compiled_outside_the_scope_the_replicas_still_train_as_one(variant, mirrored):
    with mirrored.scope():
        gan = variant.awake(**variant.plain)
    for make in (None, lambda: keras.optimizers.Adam(0.01)):
        gan.compile(*(make() for _ in gan.players if make))
        gan.fit(variant.batches(), verbose=0)
        assert {gan.optimizer_of(player).iterations.numpy() // 3 for turn in gan.turns for player in turn.players} == {
            turn.times for turn in gan.turns
        }
        for variable in gan.trainable_variables:
            parts = mirrored.experimental_local_results(variable.value)
            np.testing.assert_array_equal(*(part.numpy() for part in parts), err_msg=variable.path)


@pytest.mark.thorough
@pytest.mark.only("improved_gan", "vaegan")
@pytest.mark.kinds("improved_gan")
@pytest.mark.property("steps_per_execution")
@pytest.mark.parametrize("steps", [2, pytest.param(3, marks=pytest.mark.exhaustive)])
def test_several_steps_per_execution_on_replicas(variant, mirrored, alone, record_property, steps):
    with mirrored.scope():
        gan = variant.awake(**variant.plain)
        compile_all(gan, lambda: keras.optimizers.SGD(0.01, momentum=0.5), steps_per_execution=steps)
    gan.fit(variant.batches(), epochs=1, verbose=0)
    assert gan.step.numpy() == 3
    for left, right in zip(alone[1], gan.trainable_variables, strict=True):
        np.testing.assert_allclose(right.numpy(), left, rtol=1e-4, atol=1e-6)


@pytest.mark.only("cdcgan", "vaegan")
@pytest.mark.thorough
@pytest.mark.kinds("cdcgan")
def test_batches_that_replicas_cannot_share_are_refused(variant, mirrored):
    """The first batch at once, with a ValueError; a later one leaves the weights alone; `evaluate` takes all."""
    with mirrored.scope():
        gan = variant.create(discriminator_steps=1)
    data = tf.data.Dataset.from_tensor_slices(variant.data(33)).filter(lambda *example: True)
    with pytest.raises(ValueError, match="A batch of 33 cannot be shared out evenly among the replicas: choose"):
        gan.fit(data.batch(33), verbose=0)
    assert gan.step.numpy() == 0
    seen = []
    note = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append([variable.numpy() for variable in gan.trainable_variables])
    )
    with pytest.raises(ValueError, match="^The last batch cannot be shared out evenly"):
        gan.fit(data.batch(16), verbose=0, callbacks=[note])
    assert len(seen) == 2
    for old, variable in zip(seen[-1], gan.trainable_variables, strict=True):
        np.testing.assert_array_equal(old, variable.numpy())
    logs = gan.evaluate(data.batch(16), verbose=0)
    one = variant.create(discriminator_steps=1)
    one.set_weights(gan.get_weights())
    one.run_eagerly = True
    expected = one.evaluate(data.batch(16), verbose=0)
    assert all(np.isfinite(value) for value in logs.values())
    np.testing.assert_allclose(logs["real_score"], expected["real_score"], rtol=1e-4)
