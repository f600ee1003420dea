"""`fit` and `evaluate` take examples of ganzoo.data, and refuse datasets without an end."""

import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from descriptors import VARIANTS
from ganzoo import data

DIGITS, TEST = data.examples("digits"), data.examples("digits", "test")
BY_NAME = {row.name: row for row in VARIANTS}


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("name", ["nsgan", "cdcgan", "improved_gan"])
def test_examples_are_batches_of_100_or_of_another_size(name):
    """Of images, or of images and labels where the variant takes them."""
    row, few = BY_NAME[name], DIGITS.head(250)
    with_labels = row.num_classes is not None
    logs = []
    for given in (few, data.batches(few, 100, labels=with_labels)):
        tests = (
            TEST if given is few else data.batches(TEST, 100, labels=with_labels, shuffle=False, drop_remainder=False)
        )
        gan = row.create()
        logs.append(gan.fit(given, validation_data=tests, verbose=0).history)
        assert gan.step == 2
        logs[-1]["evaluated"] = gan.evaluate(tests, verbose=0)["loss"]
    assert logs[0].keys() == logs[1].keys()
    for key, value in logs[0].items():
        np.testing.assert_allclose(value, logs[1][key], rtol=1e-4, err_msg=key)
    gan.fit(few, batch_size=50, verbose=0)
    assert gan.step == 2 + 5


@pytest.mark.usefixtures("eagerly")
def test_fewer_examples_are_one_batch_and_pairs_are_pairs():
    gan = BY_NAME["nsgan"].create()
    gan.fit(DIGITS.head(30), verbose=0)
    assert gan.step == 1
    translation = BY_NAME["cyclegan"].create()
    translation.fit(data.ImagePairs(DIGITS.head(24), TEST), batch_size=60, steps_per_epoch=2, verbose=0)
    assert translation.step == 2


def test_what_a_variant_lacks_is_told():
    with pytest.raises(ValueError, match="There are no labels in 'examples'"):
        BY_NAME["cdcgan"].create().fit(data.Examples(DIGITS.images), verbose=0)
    with pytest.raises(ValueError, match=r"made for data_shape=\(8, 8, 1\), but the data has shape \(100, 2\)"):
        BY_NAME["nsgan"].create().fit(data.examples("ring"), verbose=0)


@pytest.mark.parametrize("call", ["fit", "validation", "evaluate", "predict"])
@pytest.mark.parametrize("endless", ["repeat", "batches", "generator"])
def test_data_without_an_end_need_a_number_of_steps(call, endless):
    gan = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0)
    points = tf.zeros((64, 2))
    finite = tf.data.Dataset.from_tensor_slices(points).batch(16)
    given = {
        "repeat": finite.repeat(),
        "batches": data.batches(data.examples("ring"), 16, start=0),
        "generator": tf.data.Dataset.counter().map(lambda number: points[:16]),
    }[endless]
    calls = {
        "fit": (lambda **steps: gan.fit(given, verbose=0, **steps), "steps_per_epoch"),
        "validation": (lambda **steps: gan.fit(finite, validation_data=given, verbose=0, **steps), "validation_steps"),
        "evaluate": (lambda **steps: gan.evaluate(given, verbose=0, **steps), "steps"),
        "predict": (lambda **steps: gan.predict(given, verbose=0, **steps), "steps"),
    }
    run, argument = calls[call]
    with pytest.raises(ValueError, match=f"The dataset never ends: say with {argument} how many"):
        run()
    run(**{argument: 1})


@pytest.mark.parametrize(
    "given, message",
    [
        (None, "`fit` takes an array, a dataset or examples of ganzoo.data.*got nothing"),
        ([np.zeros((8, 2))], "got a list"),
        ((np.zeros((8, 2)), np.zeros(8)), "got a tuple"),
        ("ring", "got a str"),
        ({"x": np.zeros((8, 2), "float32")}, "The data must be arrays or tensors .*; got a dict"),
        (tf.data.Dataset.from_tensor_slices(tf.zeros((8, 2))), r"yields single examples \(2,\): batch it"),
        (np.zeros((2,), "float32"), r"yields single examples \(2,\): batch it"),
    ],
)
def test_what_is_no_data_gets_one_sentence(given, message):
    gan = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0)
    with pytest.raises(ValueError, match=message):
        gan.fit(given, verbose=0)
    assert gan.step == 0


@pytest.mark.parametrize("traced", [False, True])
def test_a_step_may_be_called_by_itself(traced):
    gan = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0)
    step = tf.function(gan.train_step, autograph=False) if traced else gan.train_step
    logs = step(tf.zeros((16, 2)))
    again = step(tf.zeros((16, 2)))
    assert logs.keys() == again.keys() >= {"loss", "generator_loss"} and gan.step == 2
    assert np.isfinite(gan.test_step(tf.zeros((16, 2)))["loss"])


def test_a_player_is_exported_not_the_game():
    gan = ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0)
    with pytest.raises(ValueError, match=r"Export a player's network, such as generator.export\(path\)"):
        gan.export("somewhere")
