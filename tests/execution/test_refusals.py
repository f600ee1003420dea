"""Examples that a game cannot use are refused in whichever batch they come, in one sentence, and none is trained on."""

import functools

import numpy as np
import pytest
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from descriptors import assert_same_state, real, state_of

BY_NAME = {row.name: row for row in VARIANTS}
IMAGES = real((8, 8, 1))
MORE = ("infogan", "vaegan", "pacgan", "cyclegan")
LABELS = np.repeat([1, 2, 5], 16)
"""Sorted by class, and counted from 1: of five classes, the last would get a condition of zeros."""


def batches(data, drop_remainder=False):
    return tf.data.Dataset.from_tensor_slices(data).batch(16, drop_remainder)


def conditional(**how):
    gan = ganzoo.create("cdcgan", (8, 8, 1), num_classes=5, width=4, latent_dim=4, seed=0, generator_ema=0.9)
    gan.compile(**how)
    return gan


@pytest.mark.parametrize(
    "how, drop_remainder, steps",
    [
        ({}, True, 0),  # a block of all batches
        ({"run_eagerly": True}, False, 2),
        pytest.param({"steps_per_execution": 3}, False, 2, marks=pytest.mark.exhaustive),
        pytest.param({"steps_per_execution": 1}, True, 2, marks=pytest.mark.exhaustive),
        pytest.param({"jit_compile": True}, True, 0, marks=pytest.mark.exhaustive),
        pytest.param({"jit_compile": True}, False, 2, marks=pytest.mark.thorough),
    ],
    ids=str,
)
def test_a_label_past_the_last_class_is_refused_and_nothing_moves(how, drop_remainder, steps):
    gan, twin = conditional(**how), conditional(**how)
    message = (
        "^16 of (16|48) labels in later batches are not from 0 to 4: count the classes from 0, or create the model"
    )
    with pytest.raises(ValueError, match=message) as raised:
        gan.fit(batches((IMAGES, LABELS), drop_remainder), verbose=0)
    assert len(str(raised.value)) < 200 and gan.step == steps
    if steps:
        twin.fit(batches((IMAGES, LABELS), drop_remainder).take(steps), verbose=0)
    assert_same_state(state_of(gan), state_of(twin))


@pytest.mark.parametrize("use", ["evaluate", pytest.param("validation_data", marks=pytest.mark.thorough)])
def test_nor_is_it_evaluated(use):
    gan = conditional()
    good, bad = batches((IMAGES, LABELS - 1)), batches((IMAGES, LABELS))
    with pytest.raises(ValueError, match="16 of 16 labels in later batches"):
        if use == "validation_data":
            gan.fit(good, validation_data=bad, verbose=0)
        else:
            gan.evaluate(bad, verbose=0)


@pytest.mark.thorough
@pytest.mark.cases(2)
@pytest.mark.parametrize("lowest", [-1, -2])
@pytest.mark.parametrize("name", ["cgan", "acgan", "sgan", "catgan"])
def test_labels_below_the_lowest(name, lowest):
    """-1 means no label where a variant takes few labels, and is an error elsewhere."""
    gan = BY_NAME[name].create()
    data = batches((IMAGES, np.repeat([0, 1, lowest], 16)))
    if lowest == -1 and name in ("sgan", "catgan"):
        gan.evaluate(data, verbose=0)
        return
    with pytest.raises(ValueError, match="^16 of 16 labels in later batches are not from (-1|0) to 9"):
        gan.evaluate(data, verbose=0)


@functools.cache
def of_images(name):
    """A model that is never trained."""
    return ganzoo.create(name, (8, 8, 1), seed=0, width=4, latent_dim=4) if name == "lsgan" else BY_NAME[name].create()


@pytest.mark.cases(3)
@pytest.mark.parametrize("value", [np.nan, np.inf, -1.5])
@pytest.mark.parametrize(
    "name",
    [
        "lsgan",
        "catgan",
        "pix2pix",
        *(pytest.param(name, marks=pytest.mark.thorough) for name in MORE),
    ],
)
def test_images_with_nan_or_out_of_range(name, value):
    row, gan = BY_NAME[name], of_images(name)
    images = IMAGES.copy()
    images[40, ..., 0] = images[47, 3, 3, 0] = value
    data = {"a": IMAGES, "b": images} if row.pairs else images
    kind = "images of b" if row.pairs else "examples"
    with pytest.raises(ValueError, match=rf"^2 of 16 {kind} in later batches hold NaN or values outside of \[-1, 1\]"):
        gan.evaluate(batches(data), verbose=0)


@pytest.mark.thorough
def test_vectors_have_any_range_but_are_finite():
    gan = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0)
    points = 100 * real((2,))
    gan.fit(batches(points, True), verbose=0)
    points[47, 1] = np.inf
    with pytest.raises(ValueError, match="^1 of 48 examples in later batches hold NaN or infinite values: remove"):
        gan.fit(batches(points, True), verbose=0)
    assert gan.step == 3


@pytest.mark.thorough
def test_on_replicas_none_moves(mirrored):
    """Only the first replica's part of the last batch has wrong labels."""
    with mirrored.scope():
        gan, twin = conditional(), conditional()
    labels = np.repeat([1, 2, 5, 0], [16, 16, 8, 8])
    with pytest.raises(ValueError, match="^8 of 16 labels in later batches are not from 0 to 4"):
        gan.fit(batches((IMAGES, labels)), verbose=0)
    twin.fit(batches((IMAGES[:32], labels[:32])), verbose=0)
    assert gan.step.numpy() == 2
    assert_same_state(state_of(gan), state_of(twin))


@pytest.mark.thorough
def test_a_game_may_find_faults_of_its_own():
    class Positive(ganzoo.GAN):
        def find_faults(self, data):
            return super().find_faults(data) | {"{} of {} points are negative: take others.": data[:, 0] < 0}

    parts = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0)
    gan, points = Positive(parts.generator, parts.discriminator, parts.prior, seed=0), np.abs(real((2,)))
    gan.compile()
    points[40:43] *= -1
    with pytest.raises(ValueError, match="^3 of 48 points are negative: take others"):
        gan.fit(batches(points, True), verbose=0)
