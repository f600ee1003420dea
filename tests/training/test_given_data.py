"""`fit` and `evaluate` take examples of ganzoo.data, and refuse datasets without an end."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from ganzoo import data

DIGITS, TEST = data.examples("digits"), data.examples("digits", "test")
BY_NAME = {row.name: row for row in VARIANTS}


def small(**settings):
    return ganzoo.create("lsgan", (2,), width=4, latent_dim=2, seed=0, **settings)


@pytest.fixture(scope="module")
def gan():
    """A model that all tests train which do not mind where it is."""
    gan = small()
    gan.run_eagerly = True
    return gan


@pytest.fixture(scope="module")
def untouched():
    """A model that no test comes to train."""
    return small()


@pytest.fixture(scope="module")
def of_five():
    """One whose batches are divided by 5."""
    gan = small(discriminator_steps=5)
    gan.run_eagerly = True
    return gan


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize(
    "name", ["cdcgan", *(pytest.param(name, marks=pytest.mark.exhaustive) for name in ("nsgan", "improved_gan"))]
)
def test_examples_are_batches_of_100_or_of_another_size(name):
    """Of images, or of images and labels where the variant takes them."""
    row, few, test = BY_NAME[name], DIGITS.head(250), TEST.head(150)
    with_labels = row.num_classes is not None
    logs = []
    for given in (few, data.batches(few, 100, labels=with_labels)):
        tests = (
            test if given is few else data.batches(test, 100, labels=with_labels, shuffle=False, drop_remainder=False)
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


@pytest.mark.thorough
@pytest.mark.usefixtures("eagerly")
def test_fewer_examples_are_one_batch_and_pairs_are_pairs():
    gan = BY_NAME["nsgan"].create()
    gan.fit(DIGITS.head(30), verbose=0)
    assert gan.step == 1
    translation = BY_NAME["cyclegan"].create()
    translation.fit(data.ImagePairs(DIGITS.head(24), TEST), batch_size=60, steps_per_epoch=1, verbose=0)
    assert translation.step == 1


def test_what_a_variant_lacks_is_told(untrained):
    with pytest.raises(ValueError, match="There are no labels in 'examples'"):
        untrained("cdcgan").fit(data.Examples(DIGITS.images), verbose=0)
    with pytest.raises(ValueError, match=r"made for data_shape=\(8, 8, 1\), but the data has shape \(100, 2\)"):
        untrained("nsgan").fit(data.examples("ring"), verbose=0)


@pytest.mark.cases(5)
@pytest.mark.parametrize("call", ["fit", "validation", "evaluate", "predict"])
@pytest.mark.parametrize("endless", ["repeat", "batches", "generator"])
def test_data_without_an_end_need_a_number_of_steps(call, endless, gan):
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
        (None, "take an array, a dataset or examples of ganzoo.data.*got nothing"),
        ([np.zeros((8, 2))], "got a list"),
        ((np.zeros((8, 2)), np.zeros(8)), "got a tuple"),
        ("ring", "got a str"),
        ({"x": np.zeros((8, 2), "float32")}, "The data must be dense arrays or tensors .*; got a dict"),
        (tf.data.Dataset.from_tensor_slices(tf.zeros((8, 2))), r"yields single examples \(2,\): batch it"),
        (np.zeros((2,), "float32"), r"yields single examples \(2,\): batch it"),
    ],
)
def test_what_is_no_data_gets_one_sentence(given, message, untouched):
    with pytest.raises(ValueError, match=message):
        untouched.fit(given, verbose=0)
    assert untouched.step == 0


@pytest.mark.cases(1)
@pytest.mark.parametrize("traced", [False, True])
def test_a_step_may_be_called_by_itself(traced):
    gan = small()
    step = tf.function(gan.train_step, autograph=False) if traced else gan.train_step
    logs = step(tf.zeros((16, 2)))
    again = step(tf.zeros((16, 2)))
    assert logs.keys() == again.keys() >= {"loss", "generator_loss"} and gan.step == 2
    assert np.isfinite(gan.test_step(tf.zeros((16, 2)))["loss"])


def test_a_player_is_exported_not_the_game(gan):
    with pytest.raises(ValueError, match=r"Export a player's network, such as generator.export\(path\)"):
        gan.export("somewhere")


POINTS = np.random.default_rng(0).uniform(-1, 1, (96, 2)).astype("float32")


def dataset(values=POINTS):
    return tf.data.Dataset.from_tensor_slices(values)


class Sequence(keras.utils.PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, place):
        return POINTS[16 * place : 16 * place + 16]


@pytest.mark.parametrize(
    "given, arguments",
    [
        (POINTS, {"batch_size": 10}),
        (tf.constant(POINTS), {"batch_size": np.int64(10)}),
        (POINTS[:80], {"batch_size": 10, "validation_split": 0.2}),
        (POINTS[:66], {}),
        (dataset().batch(10), {}),
        (dataset().shuffle(96).batch(10).map(lambda x: x).prefetch(1), {}),
    ],
)
def test_a_last_batch_known_to_be_indivisible_is_refused_before_training(given, arguments, of_five):
    before = int(of_five.step)
    with pytest.raises(ValueError, match="^The last batch, of [246] examples, is not divisible by 5"):
        of_five.fit(given, verbose=0, **arguments)
    assert of_five.step == before


@pytest.mark.cases(2)
@pytest.mark.parametrize(
    "given, arguments",
    [
        (dataset(POINTS[:26]).batch(10).take(2), {}),
        (dataset(POINTS[:26]).batch(10, drop_remainder=True), {}),
        (POINTS[:26], {"batch_size": 10, "steps_per_epoch": 2}),
        (POINTS[:30], {"batch_size": 20}),
    ],
)
def test_batches_that_divide_are_taken(given, arguments, of_five):
    before = int(of_five.step)
    of_five.fit(given, verbose=0, **arguments)
    assert of_five.step == before + 2


@pytest.mark.cases(1)
@pytest.mark.parametrize("arrays", [False, True], ids=["tuples", "arrays"])
def test_python_generators_and_sequences_are_data(arrays, gan):
    def batches():
        return (POINTS[i : i + 16] if arrays else (POINTS[i : i + 16],) for i in range(0, 48, 16))

    before = int(gan.step)
    gan.fit(batches(), validation_data=batches(), verbose=0)
    gan.fit(Sequence(), verbose=0)
    assert gan.step == before + 6 and np.isfinite(gan.evaluate(batches(), verbose=0)["loss"])


@pytest.mark.parametrize(
    "given, message",
    [
        (None, "take an array, a dataset or examples"),
        ([], "take an array, a dataset or examples"),
        ({}, "The data must be dense arrays .*; got a dict"),
        (POINTS.astype(object), "got Python objects: convert them to one NumPy array of floats"),
        (np.array([[1.0], [1.0, 2.0]], dtype=object), "got Python objects"),
        (tf.ragged.constant([[1.0], [1.0, 2.0]]), "got a RaggedTensor"),
        (tf.sparse.from_dense(POINTS), "got a SparseTensor"),
        (POINTS[:, 0], r"made for data_shape=\(2,\), but the data has shape \(96,\)"),
        (POINTS * np.nan, "holds NaN"),
    ],
)
@pytest.mark.parametrize("use", ["fit", "validation_data", "evaluate"])
def test_arrays_are_checked_before_anything_runs(use, given, message, untouched):
    if use == "validation_data" and not isinstance(given, (np.ndarray, dict)):
        return  # without any, there is no validation
    with pytest.raises(ValueError, match=message):
        if use == "validation_data":
            untouched.fit(POINTS, validation_data=given, verbose=0)
        else:
            getattr(untouched, use)(given, verbose=0)
    assert untouched.step == 0


@pytest.mark.parametrize("given", [None, [], {}, "latents", np.zeros((0, 2))], ids=str)
def test_predict_of_nothing(given, gan):
    with pytest.raises(ValueError, match="`predict` takes what the model maps to examples, such as gan.prior.sample"):
        gan.predict(given, verbose=0)


@pytest.mark.parametrize(
    "name, value",
    [
        *((name, value) for name in ("batch_size", "steps_per_epoch", "validation_steps") for value in (0, -1, 2.5)),
        ("batch_size", "8"),
        ("epochs", -1),
        ("epochs", 1.5),
        ("batch_size", True),
    ],
)
def test_counts_of_fit_are_integers_in_their_range(name, value, untouched):
    with pytest.raises(ValueError, match=f"{name} must be an integer of at least [01]; got {value!r}"):
        untouched.fit(POINTS, verbose=0, **{name: value})
    assert untouched.step == 0
