"""What is special to CycleGAN: its losses, the images that it keeps, and translations."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from ganzoo.games.cycle_round import CycleRound

VARIANT = next(row for row in VARIANTS if row.name == "cyclegan")
PAIRS = VARIANT.data()
FEW = {domain: tf.constant(images[:4]) for domain, images in PAIRS.items()}
SEED = tf.constant([3, 5], tf.int64)


def played(gan, training=False):
    return CycleRound(gan, FEW, None, SEED, training)


def reference(gan, pairs):
    """The losses of the papers' code, {player: {name: scalar}}, by hand.

    lambda_A = lambda_B = 10, lambda_identity = .5, mean squared errors, halved for D; an average over images.
    """
    to_a, to_b, judge_a, judge_b = gan.generator_a, gan.generator_b, gan.discriminator_a, gan.discriminator_b
    a, b = pairs["a"], pairs["b"]
    fake_a, fake_b = to_a(b), to_b(a)

    def square(scores, target):
        return tf.reduce_mean((scores - target) ** 2)

    def distance(images, target):
        return tf.reduce_mean(tf.abs(images - target))

    cycles = {"cycle_a": 10 * distance(to_a(fake_b), a), "cycle_b": 10 * distance(to_b(fake_a), b)}
    return {
        "generator_a": cycles
        | {
            "generator_a_adversarial": square(judge_a(fake_a), 1),
            "identity_a": 10 * 0.5 * distance(to_a(a), a),
        },
        "generator_b": cycles
        | {
            "generator_b_adversarial": square(judge_b(fake_b), 1),
            "identity_b": 10 * 0.5 * distance(to_b(b), b),
        },
        "discriminator_a": {"discriminator_a_adversarial": (square(judge_a(a), 1) + square(judge_a(fake_a), 0)) * 0.5},
        "discriminator_b": {"discriminator_b_adversarial": (square(judge_b(b), 1) + square(judge_b(fake_b), 0)) * 0.5},
    }


def test_losses_are_those_of_the_papers_code():
    gan = VARIANT.awake(noise=0)
    play = played(gan)
    for player, expected in reference(gan, FEW).items():
        found = getattr(gan, f"{player}_terms")(play)
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            np.testing.assert_allclose(found[name], value, rtol=1e-4, err_msg=name)


@pytest.mark.parametrize("simultaneous", [False, pytest.param(True, marks=pytest.mark.thorough)])
def test_a_step_is_that_of_the_papers_code(simultaneous):
    """Gradients of one loss of both generators, by hand, and of each discriminator's own."""
    gan, twin = (VARIANT.awake(noise=0, history_size=0, simultaneous=simultaneous) for _ in range(2))
    gan.compile(*(keras.optimizers.SGD(0.1) for _ in range(4)), run_eagerly=True)
    logs = gan.fit(PAIRS, batch_size=48, verbose=0).history
    turns = [("discriminator_a", "discriminator_b"), ("generator_a", "generator_b")]
    for players in [sum(turns, ())] if simultaneous else turns:
        variables = {player: twin.players[player].trainable_variables for player in players}
        values = {player: [variable.value for variable in own] for player, own in variables.items()}
        with tf.GradientTape(persistent=True) as tape:
            losses = reference(twin, PAIRS)
            of_generators = tf.add_n(list((losses["generator_a"] | losses["generator_b"]).values()))
            of_players = {player: sum(terms.values()) for player, terms in losses.items()}
        gradients = {
            player: tape.gradient(of_generators if "generator" in player else of_players[player], values[player])
            for player in players
        }
        for player in players:
            for variable, gradient in zip(variables[player], gradients[player], strict=True):
                variable.assign_sub(0.1 * gradient)
            np.testing.assert_allclose(logs[f"{player}_loss"], [of_players[player]], rtol=1e-4)
    for found, expected in zip(gan.trainable_variables, twin.trainable_variables, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5, err_msg=found.path)


@keras.saving.register_keras_serializable("cyclegan_tests")
def norm(synthesize, latents, fake, seed):
    np.testing.assert_allclose(synthesize(latents), fake, rtol=1e-5)
    return tf.reduce_mean(tf.square(fake))


@pytest.mark.thorough
def test_weights_of_0_leave_terms_out_and_penalties_stay():
    gan = VARIANT.create(identity=0)
    assert gan.generator_a_terms(played(gan)).keys() == {"generator_a_adversarial", "cycle_a", "cycle_b"}
    gan = VARIANT.create(cycle=0, penalties=[ganzoo.penalties.R1(1.0)], generator_penalties=[norm])
    assert gan.generator_b_terms(played(gan)).keys() == {"generator_b_adversarial", "norm_b"}
    assert gan.discriminator_a_terms(played(gan)).keys() == {"discriminator_a_adversarial", "r1_a"}


@pytest.mark.thorough
def test_the_settings_are_saved(tmp_path):
    settings = {"adversarial": 1.5, "cycle": 2.5, "identity": 0.25, "noise": 0.125, "history_size": 3}
    settings |= {
        "kept_images": 5,
        "discriminator_steps": 2,
        "generator_ema": 0.9,
        "penalties": [ganzoo.penalties.R1(2.0)],
    }
    gan = VARIANT.create(**settings)
    gan.save(tmp_path / "gan.keras")
    twin = ganzoo.load(tmp_path / "gan.keras")
    for name, value in settings.items():
        assert getattr(twin, name) == getattr(gan, name) and (name == "penalties" or getattr(twin, name) == value)
    assert twin.averages.keys() == {"generator_a", "generator_b"} and twin.turns == gan.turns
    assert not hasattr(type(gan).from_config(VARIANT.create(history_size=0).get_config()), "history_a")
    kept = {
        gan.history_a.images.path,
        gan.history_b.images.path,
        gan.examples_a.images.path,
        gan.examples_b.images.path,
    }
    assert len(kept) == 4 and kept <= {weight.path for weight in gan.weights}


@pytest.mark.thorough
def test_the_images_to_translate_are_the_real_ones_with_a_little_noise():
    grey = {domain: tf.zeros((500, 8, 8, 1)) for domain in "ab"}
    inputs = CycleRound(VARIANT.create(), grey, None, SEED, training=True).inputs
    for domain in "ab":
        np.testing.assert_allclose(np.std(inputs[domain]), 2 / 255, rtol=0.02)
        np.testing.assert_array_equal(played(VARIANT.create(noise=0)).inputs[domain], FEW[domain])
    assert abs(np.corrcoef(np.ravel(inputs["a"]), np.ravel(inputs["b"]))[0, 1]) < 0.03


# The images that are kept.


def test_each_discriminator_is_shown_what_its_history_gives():
    gan = VARIANT.awake(history_size=4)
    for domain, first in (("a", 10), ("b", 20)):
        history = getattr(gan, f"history_{domain}")
        history.images.assign(PAIRS[domain][first : first + 4])
        history.count.assign(4)
    play = played(gan, training=True)
    for domain, first in (("a", 10), ("b", 20)):
        known = PAIRS[domain][first : first + 4]
        old = [any(np.array_equal(image, one) for one in known) for image in play.shown[domain].numpy()]
        new = [
            np.array_equal(*pair) for pair in zip(play.shown[domain].numpy(), play.fake[domain].numpy(), strict=True)
        ]
        assert any(old) and np.array_equal(np.logical_not(old), new)
        judge = gan.players[f"discriminator_{domain}"]
        np.testing.assert_allclose(play.shown_scores[domain], judge(play.shown[domain]), rtol=1e-5)
        np.testing.assert_allclose(play.fake_scores[domain], judge(play.fake[domain]), rtol=1e-5)
    evaluated = played(gan)
    assert evaluated.shown is evaluated.fake


def kept(gan):
    return [weight.numpy() for weight in gan.weights if weight.name in ("images", "count")]


def test_only_training_changes_the_model():
    """Neither evaluation, nor samples, nor values of a round in training mode do."""
    gan = VARIANT.create()
    gan.compile(run_eagerly=True)
    gan.history_a.count.assign(gan.history_size)
    before, weights = kept(gan), gan.get_weights()
    gan.evaluate(PAIRS, verbose=0)
    gan.sample(3)
    gan.translate(PAIRS["a"])
    gan.values(FEW, training=True)
    for old, new in zip(weights, gan.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    gan.history_a.count.assign(0)
    gan.fit(PAIRS, batch_size=48, verbose=0)
    assert len(before) == 8
    assert all(not np.array_equal(old, new) for old, new in zip(before[:2], kept(gan)[:2], strict=True))
    assert [weight.numpy() for weight in (gan.history_a.count, gan.examples_b.count)] == [48, 8]


@pytest.mark.thorough
def test_replicas_keep_the_same_images_and_train_as_one(mirrored):
    """With histories that are full after the first step, so that the others show old fakes."""

    def trained():
        gan = VARIANT.awake(history_size=6)
        gan.compile(*(keras.optimizers.SGD(0.01, momentum=0.5) for _ in range(4)), steps_per_execution=2)
        gan.fit(VARIANT.batches(), verbose=0)
        return gan

    one = trained()
    with mirrored.scope():
        two = trained()
    for left, right in zip(one.weights, two.weights, strict=True):
        np.testing.assert_allclose(right.numpy(), left.numpy(), rtol=1e-4, atol=1e-5, err_msg=left.path)
    for buffer in (two.history_a, two.history_b, two.examples_a, two.examples_b):
        np.testing.assert_array_equal(*mirrored.experimental_local_results(buffer.images.value))


# Translations.


def test_samples_are_translations_of_images_drawn_independently():
    gan = VARIANT.awake(kept_images=6)
    gan.examples_a.images.assign(PAIRS["a"][:6])
    gan.examples_b.images.assign(PAIRS["b"][:6])
    samples = gan.sample(12, seed=7)
    translated = {"a": gan.translate(PAIRS["b"][:6], to="a"), "b": gan.translate(PAIRS["a"][:6], to="b")}
    rows = {domain: nearest(samples[domain], translated[domain]) for domain in "ab"}
    assert rows["a"].tolist() != rows["b"].tolist()
    for domain in "ab":
        assert (np.bincount(rows[domain]) == 2).all()
        np.testing.assert_allclose(samples[domain], translated[domain][rows[domain]], rtol=1e-4, atol=1e-5)
    firsts = [
        tuple(nearest(gan.sample(1, seed=seed)[domain], translated[domain])[0] for domain in "ab") for seed in range(60)
    ]
    assert len(set(firsts)) > 15  # of 36 pairs


def nearest(images, known):
    return np.abs(images[:, None] - known).sum(axis=(2, 3, 4)).argmin(axis=1)


@pytest.mark.thorough
def test_translations_are_those_of_each_network():
    gan = VARIANT.awake()
    images = PAIRS["a"][:5]
    both = gan.predict(PAIRS, verbose=0)
    for to, other in (("a", "b"), ("b", "a")):
        network = gan.players[f"generator_{to}"]
        found = gan.translate(images, to=to, batch_size=2)
        np.testing.assert_allclose(found, network(images), rtol=1e-4, atol=1e-5)
        assert found.shape == (5, 8, 8, 1) and found.dtype == np.float32
        np.testing.assert_allclose(both[to], network(PAIRS[other]), rtol=1e-4, atol=1e-5)
    averaged = VARIANT.awake(generator_ema=0.999)
    averaged.averages["generator_b"].update()
    now = averaged.translate(images)
    averaged.generator_b.set_weights([np.zeros_like(weight) for weight in averaged.generator_b.get_weights()])
    np.testing.assert_array_equal(averaged.translate(images), now)


@pytest.mark.parametrize(
    ("images", "to", "message"),
    [
        (PAIRS["a"], "c", "cyclegan translates to a and b; got to='c'"),
        (PAIRS["a"][..., [0, 0]], "b", r"for data_shape=\(8, 8, 1\)"),
        (PAIRS["a"] * 127, "b", r"must be in \[-1, 1\]"),
    ],
)
def test_what_cannot_be_translated(images, to, message, untrained):
    with pytest.raises(ValueError, match=message):
        untrained("cyclegan").translate(images, to=to)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (PAIRS["a"], r'must be pairs {"a": images, "b": images}, but it has shape \(16, 8, 8, 1\): take batches'),
        ({"a": PAIRS["a"], "c": PAIRS["b"]}, r"has keys \['a', 'c'\]"),
        ((PAIRS["a"], PAIRS["b"]), "lambda a, b: "),
        ({"a": PAIRS["a"], "b": PAIRS["b"] * 2}, r"must be in \[-1, 1\]"),
        ({"a": PAIRS["a"], "b": PAIRS["b"][:, :4]}, r"for data_shape=\(8, 8, 1\)"),
    ],
)
def test_what_is_no_pair_of_images_is_refused_before_training(data, message, untrained):
    gan = untrained("cyclegan")
    with pytest.raises(ValueError, match=message):
        gan.fit(tf.data.Dataset.from_tensor_slices(data).batch(16), verbose=0)
    assert gan.step.numpy() == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"data_shape": (2,)}, "Translated images are"),
        (
            {"data_shape": (8, 8, 1), "simultaneous": True, "discriminator_steps": 2},
            "has one discriminator step, not 2",
        ),
    ],
)
def test_what_cannot_be_created(settings, message):
    with pytest.raises(ValueError, match=message):
        ganzoo.create("cyclegan", width=2, blocks=1, **settings)
