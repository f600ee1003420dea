"""Packs and augmented images against NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from descriptors import real
from ganzoo.networks.input_transforms import DiffAugment, Pack, with_input_transforms


@pytest.mark.parametrize("shape", [(2,), (4, 3, 2)])
def test_a_pack_holds_neighbours_side_by_side_in_its_channels(shape):
    examples = np.random.default_rng(0).normal(size=(6, *shape)).astype("float32")
    packs = Pack(3)(examples).numpy()
    assert packs.shape == (2, *shape[:-1], 3 * shape[-1])
    for index in range(6):
        channels = slice(index % 3 * shape[-1], (index % 3 + 1) * shape[-1])
        np.testing.assert_array_equal(packs[index // 3][..., channels], examples[index])


def test_the_last_pack_is_filled_with_the_first_examples():
    examples = np.arange(10, dtype="float32").reshape(5, 2)
    np.testing.assert_array_equal(Pack(3)(examples)[1], [6, 7, 8, 9, 0, 1])
    assert Pack(4)(examples[:1]).numpy().tolist() == [[0, 1] * 4]
    assert Pack(3)(examples[:0]).shape == (0, 6)


@pytest.mark.thorough
def test_any_number_of_examples_is_judged_and_a_bad_packing_refused():
    gan = ganzoo.create("pacgan", (8, 8, 1), width=4, packing=3, seed=0)
    gan.fit(real((8, 8, 1), 40), batch_size=20, verbose=0)
    assert gan.discriminator.predict(real((8, 8, 1), 9), verbose=0).shape == (3, 1)
    for packing in (0, 1.5):
        with pytest.raises(ValueError, match="at least 1; got"):
            ganzoo.create("pacgan", (8, 8, 1), packing=packing)


def images(count=2000, side=8, channels=3):
    random = np.random.default_rng(0)
    return random.uniform(-1, 1, (count, side, side, channels)).astype("float32")


def test_augmentation_is_for_training_alone_and_its_gradient_reaches_the_images():
    layer, some = DiffAugment(), tf.constant(images(8))
    np.testing.assert_array_equal(layer(some, training=False), some)
    with tf.GradientTape() as tape:
        tape.watch(some)
        changed = layer(some, training=True)
        total = tf.reduce_sum(changed**2)
    assert not np.array_equal(changed, some)
    gradient = tape.gradient(total, some).numpy()
    assert np.isfinite(gradient).all() and (np.abs(gradient).sum(axis=(1, 2, 3)) > 0).all()


def test_translation_shifts_each_image_by_up_to_an_eighth_and_leaves_zeros():
    plain = np.abs(images(400)) + 0.1
    moved = DiffAugment("translation")(plain, training=True).numpy()
    shifts = set()
    for image, other in zip(plain, moved, strict=True):
        padded = np.pad(image, ((1, 1), (1, 1), (0, 0)))
        cuts = {(y, x): padded[y : y + 8, x : x + 8] for y in range(3) for x in range(3)}
        found = [place for place, cut in cuts.items() if np.array_equal(cut, other)]
        assert len(found) == 1
        shifts |= set(found)
    assert len(shifts) == 9


def test_cutout_zeroes_a_box_of_half_the_sides():
    holes = DiffAugment("cutout")(np.ones((2000, 8, 8, 1), "float32"), training=True).numpy() == 0
    assert holes.any(axis=(1, 2, 3)).all()
    assert holes.any(axis=(2, 3)).sum(axis=1).max() == 4 and holes.any(axis=(1, 3)).sum(axis=1).max() == 4
    assert holes.any(axis=(0, 3)).all()


def cuts(side):
    """The boxes of zeros, along one side, in the authors' code (rand_cutout of DiffAugment_pytorch.py, ratio .5)."""
    size = int(side * 0.5 + 0.5)
    offsets = range(side + (1 - size % 2))
    return [tuple(sorted(set(np.clip(np.arange(size) + offset - size // 2, 0, side - 1)))) for offset in offsets]


@pytest.mark.cases(6)
@pytest.mark.parametrize("side", [*range(1, 15), 17, 30, 32])
def test_cutout_is_that_of_the_authors_for_every_side(side):
    count = 200 * (side + 1)
    holes = DiffAugment("cutout")(np.ones((count, side, 6, 1), "float32"), training=True).numpy()[..., 0] == 0
    assert (holes == holes.any(axis=2)[:, :, None] & holes.any(axis=1)[:, None]).all()
    for axis, length in ((2, side), (1, 6)):
        found = [tuple(np.flatnonzero(row)) for row in holes.any(axis=axis)]
        expected = cuts(length)
        assert set(found) == set(expected)
        share = count / len(expected)
        counts = [found.count(one) for one in set(expected)]
        np.testing.assert_allclose(counts, share, atol=6 * np.sqrt(share))


@pytest.mark.parametrize("side", [1, 3, 4, 7, 11, 12, 20, 30])
def test_translation_is_that_of_the_authors_for_every_side(side):
    """Their translation is from -reach to reach, inclusive, with zeros outside, where reach = int(side / 8 + .5)."""
    reach, plain = int(side * 0.125 + 0.5), np.arange(1, side + 1, dtype="float32")
    expected = {tuple(np.pad(plain, reach)[reach - shift :][:side]) for shift in range(-reach, reach + 1)}
    rows = np.broadcast_to(plain[None, :, None, None], (300, side, 1, 1))
    found = DiffAugment("translation")(rows, training=True).numpy()[..., 0, 0]
    assert {tuple(row) for row in found} == expected
    columns = DiffAugment("translation")(rows.transpose(0, 2, 1, 3), training=True).numpy()[:, 0, :, 0]
    assert {tuple(row) for row in columns} == expected


def test_color_changes_brightness_saturation_and_contrast_by_the_papers_ranges():
    grey = np.zeros((4000, 4, 4, 3), "float32")
    shift = DiffAugment("color")(grey, training=True).numpy()
    levels = shift[:, 0, 0, 0]
    np.testing.assert_allclose(shift, np.broadcast_to(levels[:, None, None, None], shift.shape), atol=1e-6)
    assert -0.5 <= levels.min() < -0.49 and 0.49 < levels.max() <= 0.5
    some = images(4000, 4)
    changed = DiffAugment("color")(some, training=True).numpy()
    chroma, others = (part - part.mean(axis=3, keepdims=True) for part in (some, changed))
    ratio = others.std(axis=(1, 2, 3)) / chroma.std(axis=(1, 2, 3))
    assert 0 <= ratio.min() < 0.05 and 2.8 < ratio.max() <= 3.001  # saturation up to 2, times contrast up to 1.5
    luma, others = (part.mean(axis=3) - part.mean(axis=(1, 2, 3))[:, None, None] for part in (some, changed))
    ratio = others.std(axis=(1, 2)) / luma.std(axis=(1, 2))
    assert 0.499 <= ratio.min() < 0.51 and 1.49 < ratio.max() <= 1.501


def test_an_unknown_augmentation_is_named():
    with pytest.raises(ValueError, match="Unknown augmentation 'colour'. Known: color, translation, cutout"):
        ganzoo.create("dcgan", (8, 8, 1), augment="colour")


def test_both_round_trip(tmp_path):
    inner = keras.Sequential([keras.Input((4, 4, 6)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model = with_input_transforms(lambda shape: inner, (4, 4, 3), packing=2, augment="color")
    model.save(tmp_path / "model.keras")
    some = images(6, 4)
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras")(some), model(some))


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_augmentation_in_16_bits(precision):
    images = tf.constant(real((8, 8, 1))[:8])
    changed = DiffAugment("color,translation,cutout", dtype=precision)(images, training=True)
    assert changed.dtype == precision.removeprefix("mixed_") and np.isfinite(np.float32(changed)).all()


def test_vectors_cannot_be_augmented():
    with pytest.raises(ValueError, match=r"augment is for images .* not for vectors \(2,\): leave it out"):
        ganzoo.create("dcgan", (2,), augment="color")
