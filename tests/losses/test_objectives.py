"""Values and gradients against NumPy in float64, at scores from -100 to 100."""

import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo.losses import objectives

SCORES = np.array([-100.0, -30.0, -3.0, -0.5, 0.0, 0.7, 4.0, 30.0, 100.0])
OTHERS = np.array([100.0, 2.0, -1.5, 0.0, -100.0, 30.0, -7.0, 0.3, 1.0])
N = len(SCORES)


def log_sigmoid(scores):
    return -np.logaddexp(0, -scores)


def sigmoid(scores):
    return np.exp(log_sigmoid(scores))


# name: generator loss and gradient; discriminator loss and its gradients in real and fake scores.
# log(1 - sigmoid(s)) = log_sigmoid(-s)
ORACLES = {
    "minimax": (
        lambda fake: (np.mean(log_sigmoid(-fake)), -sigmoid(fake) / N),
        lambda real, fake: (
            -np.mean(log_sigmoid(real)) - np.mean(log_sigmoid(-fake)),
            -sigmoid(-real) / N,
            sigmoid(fake) / N,
        ),
    ),
    "non_saturating": (
        lambda fake: (-np.mean(log_sigmoid(fake)), -sigmoid(-fake) / N),
        lambda real, fake: (
            -np.mean(log_sigmoid(real)) - np.mean(log_sigmoid(-fake)),
            -sigmoid(-real) / N,
            sigmoid(fake) / N,
        ),
    ),
    "least_squares": (
        lambda fake: (np.mean((fake - 1) ** 2) / 2, (fake - 1) / N),
        lambda real, fake: (np.mean((real - 1) ** 2) / 2 + np.mean(fake**2) / 2, (real - 1) / N, fake / N),
    ),
    "wasserstein": (
        lambda fake: (-np.mean(fake), np.full(N, -1 / N)),
        lambda real, fake: (np.mean(fake) - np.mean(real), np.full(N, -1 / N), np.full(N, 1 / N)),
    ),
    "hinge": (
        lambda fake: (-np.mean(fake), np.full(N, -1 / N)),
        lambda real, fake: (
            np.mean(np.maximum(0, 1 - real)) + np.mean(np.maximum(0, 1 + fake)),
            (real < 1) / -N,
            (fake > -1) / N,
        ),
    ),
}


# Of relativistic objectives both losses read both kinds of scores.
PAIRED = {
    "relativistic_pairing": (
        lambda real, fake: (-np.mean(log_sigmoid(fake - real)), sigmoid(real - fake) / N, -sigmoid(real - fake) / N),
        lambda real, fake: (-np.mean(log_sigmoid(real - fake)), -sigmoid(fake - real) / N, sigmoid(fake - real) / N),
    ),
}


def differentiate(function, *arguments):
    tensors = [tf.constant(argument) for argument in arguments]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        loss = function(*tensors)
    return [loss.numpy(), *(gradient.numpy() for gradient in tape.gradient(loss, tensors))]


def test_every_objective_has_an_oracle():
    """But for f-GAN's, which test_divergences.py tests."""
    assert sorted(ORACLES | PAIRED) == [name for name in objectives.names() if not name.startswith("fgan_")]


@pytest.mark.parametrize("name", sorted(ORACLES | PAIRED))
@pytest.mark.parametrize("shape", [(N,), (N, 1)])
def test_values_and_gradients(name, shape):
    objective, (generator, discriminator) = objectives.get(name), (ORACLES | PAIRED)[name]
    assert objective.relativistic == (name in PAIRED)
    real, fake = SCORES.reshape(shape), OTHERS.reshape(shape)
    first = (real, fake) if objective.relativistic else (fake,)
    for ours, oracle in (
        (differentiate(objective.generator, *first), generator(*map(np.ravel, first))),
        (differentiate(objective.discriminator, real, fake), discriminator(SCORES, OTHERS)),
    ):
        assert ours[0].dtype == np.float64 and ours[0].shape == ()
        for left, right in zip(ours, oracle, strict=True):
            np.testing.assert_allclose(np.reshape(left, np.shape(right)), right, rtol=1e-12, atol=1e-300)


def test_trap_16_minimax_saturates_and_non_saturating_does_not():
    scores = np.full(4, -100.0)
    saturating, weak = differentiate(objectives.get("minimax").generator, scores)
    strong_loss, strong = differentiate(objectives.get("non_saturating").generator, scores)
    np.testing.assert_allclose(strong, np.full(4, -1 / 4), rtol=1e-15)
    np.testing.assert_allclose(weak, np.full(4, -np.exp(-100) / 4), rtol=1e-12)
    np.testing.assert_allclose([saturating, strong_loss], [-np.exp(-100), 100.0], rtol=1e-12)


def test_trap_16_no_label_smoothing_and_no_half():
    """At zero scores D's loss is log 4; with certain and right scores it is 0."""
    for name in ("minimax", "non_saturating"):
        discriminator = objectives.get(name).discriminator
        np.testing.assert_allclose(discriminator(np.zeros(3), np.zeros(3)), np.log(4), rtol=1e-15)
        np.testing.assert_allclose(discriminator(np.full(3, 100.0), np.full(3, -100.0)), 0, atol=1e-40)


def test_trap_20_least_squares_is_a_mean_on_raw_scores():
    objective = objectives.get("least_squares")
    np.testing.assert_allclose(objective.generator(np.full(2, 3.0)), objective.generator(np.full(200, 3.0)), rtol=1e-15)
    np.testing.assert_allclose(objective.generator(np.full(2, 3.0)), 2.0)
    np.testing.assert_allclose(objective.readout(tf.constant(3.0)), 3.0)


def test_value_is_minus_log_4_where_the_discriminator_cannot_tell():
    for name in objectives.names():
        objective = objectives.get(name)
        if name in ("minimax", "non_saturating"):
            np.testing.assert_allclose(objective.value(np.zeros(5), np.zeros(5)), -np.log(4), rtol=1e-15)
            np.testing.assert_allclose(
                objective.readout(np.array([0.0, 2.0])), sigmoid(np.array([0.0, 2.0])), rtol=1e-12
            )
        else:
            assert objective.value is None


def test_unknown_and_own_objectives(tmp_path):
    with pytest.raises(ValueError, match="Unknown objective 'minmax'; did you mean 'minimax'"):
        objectives.get("minmax")
    mine = objectives.Objective("mine", objectives.negative_mean, objectives.wasserstein_critic)
    with pytest.raises(ValueError, match="'mine' could not be loaded.*pass it to ganzoo.objectives.register first"):
        ganzoo.create("dcgan", (2,), objective=mine)
    objectives.register(mine)
    try:
        gan = ganzoo.create("dcgan", (2,), objective=mine, seed=0)
        gan.save(tmp_path / "gan.keras")
        assert gan.objective is mine and ganzoo.load(tmp_path / "gan.keras").objective is mine
    finally:
        del objectives._objectives._values["mine"]


@pytest.mark.parametrize("name", ["dcgan", "ragan", "ebgan"])
def test_an_own_objective_that_is_named_like_another_is_refused(name):
    """A saved model holds its name alone, and would be loaded with the other one."""
    twin = objectives.Objective("minimax", objectives.negative_mean, objectives.wasserstein_critic)
    with pytest.raises(ValueError, match="A different objective is registered as 'minimax'.*rename yours"):
        ganzoo.create(name, (8, 8, 1), width=4, objective=twin)
    same = objectives.get("minimax")
    assert ganzoo.create(name, (8, 8, 1), width=4, objective=same).objective is same
