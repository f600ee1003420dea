"""Images of uint8 are the same to every game as floats in [-1, 1]."""

import numpy as np
import pytest
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from descriptors import weights_of
from ganzoo import data, images

OF_IMAGES = [row for row in VARIANTS if len(row.data_shape) == 3]
BY_NAME = {row.name: row for row in VARIANTS}


def as_bytes_and_floats(row):
    """The same batches twice."""
    parts = tf.nest.map_structure(lambda part: images.to_uint8(part) if part.ndim == 4 else part, row.data())
    back = tf.nest.map_structure(lambda part: images.from_uint8(part) if part.ndim == 4 else part, parts)
    return [tf.data.Dataset.from_tensor_slices(each).batch(16) for each in (parts, back)]


@pytest.mark.cases(7)
@pytest.mark.parametrize("row", OF_IMAGES, ids=str)
def test_every_game_takes_them(row, untrained):
    gan = untrained(row.name)
    one, other = (next(iter(batches)) for batches in as_bytes_and_floats(row))
    gan.check(one)
    assert not any(faulty.numpy().any() for faulty in gan.find_faults(one).values())
    found, expected = (tf.nest.flatten(gan.unpack(batch)) for batch in (one, other))
    for left, right in zip(found, expected, strict=True):
        assert (left is None) == (right is None)
        if left is not None:
            assert left.dtype == right.dtype and left.dtype != tf.uint8
            np.testing.assert_allclose(left, right, atol=1e-6)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "name", ["nsgan", *(pytest.param(name, marks=pytest.mark.exhaustive) for name in ("cdcgan", "cyclegan"))]
)
def test_they_train_alike(name):
    row, trained = BY_NAME[name], []
    for batches in as_bytes_and_floats(row):
        gan = row.awake()
        logs = gan.fit(batches, validation_data=batches, verbose=0).history
        trained.append(([value for values in logs.values() for value in values], *weights_of(gan)))
    for left, right in zip(*trained, strict=True):
        np.testing.assert_allclose(left, right, rtol=2e-3, atol=1e-4)


@pytest.mark.usefixtures("eagerly")
def test_so_they_do_as_arrays():
    pixels, trained = images.to_uint8(BY_NAME["nsgan"].data()), []
    for array in (pixels, images.from_uint8(pixels)):
        gan = BY_NAME["nsgan"].awake()
        gan.fit(array, batch_size=16, shuffle=False, verbose=0)
        trained.append(weights_of(gan))
    for left, right in zip(*trained, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-5)


def test_what_maps_images_takes_them(untrained):
    pixels = images.to_uint8(BY_NAME["vaegan"].data())
    for name, call in (("vaegan", "encode"), ("improved_gan", "classify"), ("cyclegan", "translate")):
        gan = untrained(name)
        one, other = (getattr(gan, call)(given) for given in (pixels, images.from_uint8(pixels)))
        np.testing.assert_allclose(one, other, atol=1e-5, err_msg=name)


@pytest.mark.cases(2)
@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("in_file", [False, True])
def test_batches_keep_them_if_asked_to(in_file, flip, tmp_path):
    digits = data.examples("digits")
    if in_file:
        np.save(tmp_path / "digits.npy", digits.images)
        digits = data.Examples(np.load(tmp_path / "digits.npy", mmap_mode="r"), digits.labels)
    pairs = data.ImagePairs(digits, data.examples("digits", "test"))
    for examples, labels in ((digits, True), (pairs, False)):
        kept, floats = (
            next(iter(data.batches(examples, 50, labels=labels, start=3, flip=flip, as_bytes=as_bytes)))
            for as_bytes in (True, False)
        )
        for left, right in zip(tf.nest.flatten(kept), tf.nest.flatten(floats), strict=True):
            if left.dtype == tf.uint8:
                assert right.dtype == tf.float32
                left = images.from_uint8(left)
            np.testing.assert_allclose(left, right, atol=1e-6)
    assert next(iter(data.batches(data.examples("ring"), 10, as_bytes=True))).dtype == tf.float32


def test_other_bytes_are_numbers(untrained):
    bits = np.uint8([[0, 1], [1, 0]])
    np.testing.assert_array_equal(untrained("lsgan").unpack(bits)[0], bits)


@pytest.mark.thorough
@pytest.mark.usefixtures("eagerly")
def test_a_model_that_was_trained_on_bytes_is_saved_and_loaded(tmp_path):
    gan = BY_NAME["nsgan"].create()
    gan.fit(images.to_uint8(BY_NAME["nsgan"].data()), batch_size=16, verbose=0)
    gan.save(tmp_path / "gan.keras")
    np.testing.assert_array_equal(ganzoo.load(tmp_path / "gan.keras").sample(4, seed=0), gan.sample(4, seed=0))
