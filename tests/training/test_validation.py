"""Every user's error gets one clear sentence with the cure, before any training, and destroys nothing."""

import io
import pathlib
import zipfile

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from variant_table import VARIANTS

import ganzoo
from descriptors import real

VARIANT = VARIANTS[0]
SHAPE = VARIANT.data_shape
IMAGES = real(SHAPE)


def with_nan():
    images = IMAGES.copy()
    images[3, 0, 0, 0] = np.nan
    return images


BAD_DATA = {
    "0 to 255": (IMAGES * 127.5 + 127.5, r"must be in \[-1, 1\].*x / 127.5 - 1"),
    "int32": (np.int32(IMAGES * 127.5 + 127.5), r"is int32.*x / 127.5 - 1"),
    "shape": (np.zeros((48, 8, 9, 1), np.float32), r"data_shape=\(8, 8, 1\), but the data has shape \(\d+, 8, 9, 1\)"),
    "rank": (np.zeros((48, 8, 8), np.float32), r"data_shape=\(8, 8, 1\), but the data has shape \(\d+, 8, 8\)"),
    "NaN": (with_nan(), "holds NaN"),
    "empty": (IMAGES[:0], "The dataset is empty"),
}


@pytest.mark.parametrize("case", BAD_DATA)
@pytest.mark.parametrize("use", ["fit", "evaluate"])
@pytest.mark.parametrize("form", ["array", "dataset"])
def test_trap_22_bad_data_is_refused_on_the_first_batch(case, use, form, untrained):
    data, message = BAD_DATA[case]
    gan = untrained(VARIANT.name)
    before = [variable.numpy() for variable in gan.weights]
    if form == "dataset":
        data = tf.data.Dataset.from_tensor_slices(data).batch(16)
    arguments = {"batch_size": 16} if form == "array" else {}
    with pytest.raises(ValueError, match=message):
        getattr(gan, use)(data, verbose=0, **arguments)
    for old, new in zip(before, gan.weights, strict=True):
        np.testing.assert_array_equal(old, new.numpy())


@pytest.mark.usefixtures("eagerly")
def test_a_second_fit_looks_again():
    gan = VARIANT.create()
    gan.fit(IMAGES, batch_size=16, verbose=0)
    with pytest.raises(ValueError, match="must be in"):
        gan.fit(IMAGES * 100, batch_size=16, verbose=0)


def test_sample_weights_are_refused():
    gan, weights = VARIANT.create(), np.ones(len(IMAGES))
    triples = tf.data.Dataset.from_tensor_slices((IMAGES, weights, weights)).batch(16)
    for data, more in ((IMAGES, {"sample_weight": weights}), (IMAGES, {"class_weight": {0: 2}}), (triples, {})):
        with pytest.raises(ValueError, match="leave out sample_weight"):
            gan.fit(data, verbose=0, **more)
    assert int(gan.step.numpy()) == 0


@pytest.mark.usefixtures("eagerly")
def test_bytes_that_seem_to_be_in_0_to_1_are_taken_with_a_warning():
    gan = VARIANT.create()
    with pytest.warns(UserWarning, match=r"uint8 are in \[0, 255\], and these only in \[0, 1\].*2\.0 \* x - 1"):
        gan.fit(np.uint8(IMAGES > 0), batch_size=16, verbose=0)


def test_vectors_of_bytes_are_refused():
    gan = ganzoo.create("lsgan", (2,), width=4, latent_dim=2)
    with pytest.raises(ValueError, match="is uint8 but must be float"):
        gan.fit(np.zeros((16, 2), "uint8"), verbose=0)


@pytest.mark.usefixtures("eagerly")
def test_images_that_seem_to_be_in_0_to_1_are_taken_with_a_warning():
    gan = VARIANT.create()
    with pytest.warns(UserWarning, match=r"should be in \[-1, 1\].*2 \* x - 1"):
        gan.fit((IMAGES + 1) / 2, batch_size=16, verbose=0)


@pytest.mark.usefixtures("eagerly")
def test_vectors_are_free():
    gan = ganzoo.create("gan", (2,), seed=0, **VARIANT.settings)
    gan.fit(1000 * real((2,)), batch_size=16, verbose=0)
    assert gan.step.numpy() == 3


def test_labels_where_none_are_taken():
    gan = VARIANT.create()
    labels = np.zeros(48, np.int32)
    with pytest.raises(ValueError, match="takes no labels, but the dataset yields"):
        gan.fit(IMAGES, labels, batch_size=16, verbose=0)
    with pytest.raises(ValueError, match="is unconditional"):
        gan.sample(4, labels=3)


def test_compile_arguments_of_one_player():
    gan = VARIANT.create()
    with pytest.raises(TypeError, match="Each player has its own loss and optimizer.* no optimizer"):
        gan.compile(optimizer="adam")
    with pytest.raises(TypeError, match="must be a built Keras model"):
        ganzoo.GAN(keras.Sequential([keras.layers.Dense(2)]), gan.discriminator, gan.prior)


def saved(tmp_path):
    path = tmp_path / "gan.keras"
    VARIANT.create().save(path)
    return path


def test_missing_and_truncated_checkpoints(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no checkpoint at"):
        ganzoo.load(tmp_path / "none.keras")
    path = saved(tmp_path)
    whole = path.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match="not a complete .keras file"):
            ganzoo.load(path)


def test_a_flipped_byte_in_a_checkpoint(tmp_path):
    path = saved(tmp_path)
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 255
    path.write_bytes(damaged)
    with pytest.raises(ValueError, match="not a complete .keras file"):
        ganzoo.load(path)


def test_code_in_a_checkpoint_is_not_run(tmp_path):
    """A generator with a Lambda layer, whose code would leave a file behind."""
    parts, trace = VARIANT.create(), str(tmp_path / "trace")
    latents = keras.Input((6,))
    spoilt = keras.layers.Lambda(lambda x: (open(trace, "w").close(), x)[1], output_shape=(6,))(latents)
    generator = keras.Model(latents, parts.generator(spoilt))
    gan = ganzoo.GAN(generator, parts.discriminator, parts.prior)
    gan.compile()
    gan.save(tmp_path / "gan.keras")
    pathlib.Path(trace).unlink(missing_ok=True)
    with pytest.raises(ValueError, match="holds Python code .*never run"):
        ganzoo.load(tmp_path / "gan.keras")
    assert not pathlib.Path(trace).exists()


def test_other_models_and_unknown_classes(tmp_path):
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save(tmp_path / "dense.keras")
    with pytest.raises(ValueError, match="holds a Sequential, not a game"):
        ganzoo.load(tmp_path / "dense.keras")
    path = saved(tmp_path)
    renamed = tmp_path / "renamed.keras"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(renamed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "config.json":
                content = content.replace(b"Maxout", b"Minout")
            target.writestr(name, content)
    with pytest.raises(ValueError, match="class that is not registered: import the module"):
        ganzoo.load(renamed)


def test_saving_needs_the_keras_ending(tmp_path):
    with pytest.raises(ValueError, match="must end in .keras"):
        VARIANT.create().save(tmp_path / "gan.h5")


def test_the_reason_of_a_load_error_is_told_to_its_end(tmp_path):
    path, without = saved(tmp_path), tmp_path / "without.keras"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(without, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "model.weights.h5":
                weights = io.BytesIO(content)
                with h5py.File(weights, "r+") as file:
                    del file["generator/layers/dense/vars/1"]
                content = weights.getvalue()
            target.writestr(name, content)
    with pytest.raises(ValueError, match="lacks a part of the model's state.*dense.* expected 2 variables") as raised:
        ganzoo.load(without)
    assert "\n" not in str(raised.value)
