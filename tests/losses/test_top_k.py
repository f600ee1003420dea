"""The generator learns from the best fakes alone."""

import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo import objectives, schedules
from ganzoo.losses.top_k import loss_of_best


@pytest.mark.parametrize("objective", ["non_saturating", "least_squares", "hinge", "minimax"])
@pytest.mark.parametrize(("share", "kept"), [(1.0, 6), (0.5, 3), (0.34, 2), (0.0, 1)])
def test_it_is_the_loss_of_the_best(objective, share, kept):
    scores = np.float32([0.3, -2.0, 1.5, 0.2, -0.7, 4.0])
    loss = objectives.get(objective).generator
    variable = tf.Variable(scores[:, None])
    with tf.GradientTape() as tape:
        found = loss_of_best(loss, variable, share)
    best = np.sort(scores)[-kept:]
    np.testing.assert_allclose(found, loss(tf.constant(best[:, None])), rtol=1e-5)
    slopes = tape.gradient(found, variable).numpy()[:, 0]
    assert (slopes[scores < best.min()] == 0).all() and (slopes[scores >= best.min()] != 0).all()


def test_of_patches_the_mean_counts():
    scores = tf.constant([[[[5.0], [-9.0]]], [[[1.0], [2.0]]]])  # means -2 and 1.5
    np.testing.assert_allclose(loss_of_best(objectives.negative_mean, scores, 0.5), -1.5, rtol=1e-6)


def test_over_replicas_the_best_of_all_count(mirrored):
    scores = np.float32([[4.0], [3.0], [2.0], [1.0], [0.0], [-1.0], [-2.0], [-3.0]])

    def part(context):
        count = len(scores) // context.num_replicas_in_sync
        return tf.constant(scores[context.replica_id_in_sync_group * count :][:count])

    values = mirrored.experimental_distribute_values_from_function(part)
    losses = mirrored.run(lambda one: loss_of_best(objectives.non_saturating, one, 0.75), args=(values,))
    mean = np.mean([one.numpy() for one in mirrored.experimental_local_results(losses)])
    np.testing.assert_allclose(mean, objectives.non_saturating(tf.constant(scores[:6])), rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "settings", "sentence"),
    [
        ("dcgan", {"top_k": 1.5}, "from 0 to 1; got 1.5"),
        ("dcgan", {"top_k": "half"}, "from 0 to 1; got 'half'"),
        ("dcgan", {"top_k": 0.5, "objective": "relativistic_pairing"}, "ranks fakes alone"),
        ("ragan", {"top_k": 0.5}, "ranks fakes alone"),
    ],
)
def test_bad_shares_are_refused(name, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        ganzoo.create(name, (8, 8, 1), width=4, **settings)


def test_it_is_saved_with_the_model(tmp_path):
    for top_k in (0.5, schedules.Linear(1, 0.5, images=100)):
        ganzoo.create("dcgan", (8, 8, 1), width=4, top_k=top_k).save(tmp_path / "gan.keras")
        assert ganzoo.load(tmp_path / "gan.keras").top_k == top_k
