"""Each player's optimizer moves as that of the authors' code does, whose rules are written here in NumPy."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from ganzoo.keras_internals import replace_schedules
from ganzoo.schedules import counting

SCALES = (1e-2, 1e-3, 1e-4, 1e-5)
STEPS = 50


def torch_rmsprop(rate, rho=0.99, epsilon=1e-8):
    """PyTorch's, whose epsilon is outside the root; deeppy's, with rho = .9, is the same."""

    def rule(gradients):
        square = np.zeros(gradients.shape[1:])
        for gradient in gradients:
            square = rho * square + (1 - rho) * gradient**2
            yield -rate * gradient / (np.sqrt(square) + epsilon)

    return rule


def adam_of(rate, beta_1=0.5, beta_2=0.999, epsilon=1e-8, form="hat"):
    """Adam with the epsilon where a framework has it.

    "corrected" adds it to the root of the corrected moment, as PyTorch and the code of DCGAN do; "hat" to the root of
    the moment before its correction, as TensorFlow 1, Chainer and Torch 7 do; "under the root" is improved_gan's.
    """

    def rule(gradients):
        mean, square = np.zeros(gradients.shape[1:]), np.zeros(gradients.shape[1:])
        for step, gradient in enumerate(gradients, 1):
            mean = beta_1 * mean + (1 - beta_1) * gradient
            square = beta_2 * square + (1 - beta_2) * gradient**2
            corrected = square / (1 - beta_2**step)
            root = {
                "corrected": np.sqrt(corrected) + epsilon,
                "hat": np.sqrt(corrected) + epsilon / np.sqrt(1 - beta_2**step),
                "under the root": np.sqrt(corrected + epsilon),
            }[form]
            yield -rate * mean / (1 - beta_1**step) / root

    return rule


def pylearn2_sgd(rate, divisor):
    """SGD with pylearn2's decay, and momentum, which rises from .5 to .7 over 250 epochs of 500 steps."""

    def rule(gradients):
        velocity = np.zeros(gradients.shape[1:])
        for step, gradient in enumerate(gradients):
            momentum = 0.5 + 0.2 * step / (250 * 500)
            velocity = momentum * velocity - rate / divisor**step * gradient
            yield velocity

    return rule


DCGAN = adam_of(2e-4, form="corrected")  # Theano
TORCH = adam_of(2e-4, form="corrected")
AUTHORS = {
    "gan": (pylearn2_sgd(0.1, 1.000004), pylearn2_sgd(0.05, 1.000004)),  # D's loss is halved in the code
    "nsgan": (pylearn2_sgd(0.1, 1.000004), pylearn2_sgd(0.05, 1.000004)),
    "cgan": (pylearn2_sgd(0.1, 1.00004), pylearn2_sgd(0.05, 1.00004)),
    "dcgan": DCGAN,
    "cdcgan": DCGAN,
    "pacgan": adam_of(2e-4),  # TensorFlow, for images
    "lsgan": DCGAN,  # this and the next two are the games with dcgan's settings
    "hinge": DCGAN,
    "fgan": DCGAN,
    "ragan": TORCH,
    "wgan": torch_rmsprop(5e-5),
    "wgan_gp": adam_of(1e-4, 0, 0.9),
    "dragan": adam_of(1e-4, 0.5, 0.9),
    "r1": torch_rmsprop(1e-4),
    "sngan": adam_of(2e-4),  # Chainer
    "projection": adam_of(2e-4, 0, 0.9),  # Chainer
    "sagan": (adam_of(1e-4, 0, 0.9), adam_of(4e-4, 0, 0.9)),
    "biggan": TORCH,
    "r3gan": adam_of(2e-4, 0, 0.9, form="corrected"),  # before its schedules begin to move
    "stylegan2": adam_of(2.5e-3, 0, 0.99, form="corrected"),
    "acgan": adam_of(2e-4),
    "infogan": (adam_of(1e-3), adam_of(2e-4)),
    "sgan": adam_of(1e-3),  # there is no code of this paper, nor of the three below: these are TensorFlow's Adam
    "catgan": adam_of(1e-3),
    "ebgan": adam_of(1e-3),
    "began": adam_of(1e-4),
    "improved_gan": adam_of(3e-3, form="under the root"),
    "vaegan": torch_rmsprop(3e-4, 0.9),
    "fastgan": TORCH,
    "cyclegan": TORCH,
    "pix2pix": adam_of(2e-4),  # Torch 7
}
"""{variant: the rule of all players, or those of generators and of discriminators}."""


def movement(optimizer, gradients):
    """The distances that a copy of the optimizer moves variables with these gradients (steps, variables)."""
    optimizer = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    replace_schedules(optimizer, functools.partial(counting, images_seen=keras.Variable(0, dtype="int64")))
    variable, path = keras.Variable(np.zeros(gradients.shape[1:])), []
    for gradient in gradients:
        optimizer.apply([tf.constant(gradient, tf.float32)], [variable])
        path.append(variable.numpy())
    return np.abs(np.diff(path, axis=0, prepend=0)).sum(axis=0)


def gradients_of_each_scale():
    """Gradients (steps, 2, scales), constant ones and noisy ones."""
    noise = np.random.default_rng(0).normal(size=(STEPS, len(SCALES)))
    return np.stack([np.ones_like(noise), noise], axis=1) * SCALES


def ratios(variant, gan):
    """{player: how far its optimizer moves, as a multiple of how far the authors' does (2, scales)}."""
    rules, gradients = AUTHORS[variant.name], gradients_of_each_scale()
    rules = rules if isinstance(rules, tuple) else (rules, rules)
    found = {}
    for player in gan.players:
        rule = rules[player.startswith("discriminator")]
        theirs = np.abs(np.stack(list(rule(gradients)))).sum(axis=0)
        found[player] = movement(gan.optimizer_of(player), gradients) / theirs
    return found


def test_every_variant_is_compared():
    assert sorted(AUTHORS) == ganzoo.names()


@pytest.mark.quick("nsgan", "lsgan", "wgan", "improved_gan")
def test_optimizers_move_as_the_authors_do_with_large_and_small_gradients(variant, untrained):
    for player, found in ratios(variant, untrained(variant.name)).items():
        np.testing.assert_allclose(found, 1, atol=0.02, err_msg=player)


def _apply(optimizer, variable, gradient):
    optimizer.apply([gradient], [variable])


@pytest.mark.thorough
@pytest.mark.cases(2)
@pytest.mark.parametrize(
    "policy", ["float32", "mixed_float16", pytest.param("mixed_bfloat16", marks=pytest.mark.exhaustive)]
)
@pytest.mark.parametrize("name", ["wgan", "improved_gan"])
def test_vanishing_gradients_are_safe(name, policy):
    """Gradients of 0, and so small that their squares are 0 in float32, move nothing far, and make no NaN."""
    keras.config.set_dtype_policy(policy)
    try:
        gan = ganzoo.create(name, (2,), **({"num_classes": 2} if name == "improved_gan" else {}))
    finally:
        keras.config.set_dtype_policy("float32")
    config = keras.optimizers.serialize(getattr(gan.generator_optimizer, "inner_optimizer", gan.generator_optimizer))
    gradients = np.array([0.0, 1e-30, 1e-12, 1e-8])
    for jit_compile in (False, True):
        optimizer, variable = keras.optimizers.deserialize(config), keras.Variable(np.zeros(4))
        optimizer.build([variable])
        apply = functools.partial(_apply, optimizer, variable)
        step = tf.function(apply, jit_compile=jit_compile, autograph=False)
        for _ in range(STEPS):
            step(tf.constant(gradients, tf.float32))
        values = variable.numpy()
        assert values[0] == 0 and np.isfinite(values).all() and np.abs(values).max() < 0.5


RATE, DISCRIMINATORS_RATE = 3e-3, 7e-4


def rates(gan, step=0):
    """{player: its learning rate at a step}, of float."""
    found = {}
    for player in gan.players:
        optimizer = gan.optimizer_of(player)
        optimizer.iterations.assign(step)
        found[player] = float(optimizer.learning_rate)
    return found


@pytest.mark.thorough
@pytest.mark.quick("nsgan", "lsgan", "wgan", "cyclegan")
@pytest.mark.kinds("vaegan", "stylegan2")
def test_learning_rates_arrive_at_their_players(variant):
    share = 0.5 if variant.name in ("gan", "nsgan", "cgan") else 1
    for player, rate in rates(variant.create(learning_rate=RATE, discriminator_learning_rate=None)).items():
        assert rate == pytest.approx(RATE * share if player.startswith("discriminator") else RATE)
    gan = variant.create(learning_rate=RATE, discriminator_learning_rate=DISCRIMINATORS_RATE)
    assert len(rates(gan)) >= 2
    for player, rate in rates(gan).items():
        assert rate == pytest.approx(DISCRIMINATORS_RATE if player.startswith("discriminator") else RATE)


@pytest.mark.quick("nsgan", "lsgan")
@pytest.mark.kinds("cyclegan", "stylegan2")
def test_schedules_are_learning_rates_too(variant, tmp_path):
    schedule = keras.optimizers.schedules.ExponentialDecay(RATE, 10, 0.5)
    share = 0.5 if variant.name in ("gan", "nsgan", "cgan") else 1
    gan = variant.create(learning_rate=schedule, discriminator_learning_rate=None)
    for player, rate in rates(gan, 10).items():
        assert rate == pytest.approx(RATE / 2 * (share if player.startswith("discriminator") else 1))
    if share < 1:
        gan.save(tmp_path / "gan.keras")
        assert rates(ganzoo.load(tmp_path / "gan.keras"), 20) == pytest.approx(rates(gan, 20))


def test_adam_of_gan_and_the_former_name_of_infogans_rates():
    small = {"units": 4, "maxout_units": 2, "pieces": 2}
    for given, expected in (({}, RATE), ({"discriminator_learning_rate": DISCRIMINATORS_RATE}, DISCRIMINATORS_RATE)):
        found = rates(ganzoo.create("gan", (2,), adam=RATE, **given, **small))
        assert found == pytest.approx({"generator": RATE, "discriminator": expected})
    found = rates(ganzoo.create("infogan", (2,), learning_rates=(RATE, DISCRIMINATORS_RATE)))
    assert found == pytest.approx({"generator": RATE, "discriminator": DISCRIMINATORS_RATE})
    found = rates(ganzoo.create("infogan", (2,)))
    assert found == pytest.approx({"generator": 1e-3, "discriminator": 2e-4})


def test_a_game_of_ones_own_has_the_same_adam():
    parts = VARIANTS[0].create()
    gan = ganzoo.GAN(parts.generator, parts.discriminator, parts.prior)
    gan.compile()
    gradients = gradients_of_each_scale()
    theirs = np.abs(np.stack(list(DCGAN(gradients)))).sum(axis=0)
    np.testing.assert_allclose(movement(gan.generator_optimizer, gradients) / theirs, 1, atol=0.02)
