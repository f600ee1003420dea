import dataclasses
import json
import pathlib

import keras
import numpy as np
import pytest

from experiments.support.random_tensors import example_images, inception
from ganzoo import data, metrics
from ganzoo.metrics import features, inception2015, weight_files

NUMBERS = json.loads((pathlib.Path(__file__).parent / "pytorch_numbers.json").read_text())
"""The first four features and logits that torch-fidelity 0.4, and pytorch-fid 0.3 behind clean-fid's resizing, compute.

`experiments.metric_agreement` makes them, with the same random weights, of the same images of each side.
"""


@pytest.fixture(scope="module")
def tensors():
    return inception()


@pytest.fixture(scope="module")
def weights(tensors, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "weights.npz"
    np.savez(path, **tensors)
    return path


@pytest.fixture(scope="module")
def net(weights):
    return inception2015.load(weights)


def floats(images):
    return images / np.float32(127.5) - 1


@pytest.mark.cases(1)
@pytest.mark.parametrize("side", [32, 64, 299, 400])
def test_features_and_logits_are_those_of_pytorchs_packages(net, side):
    expected = NUMBERS[str(side)]
    images = floats(example_images(side))
    found = net.features_and_logits(images)
    for name, array in zip(("features", "logits"), found, strict=True):
        scale = np.abs(expected[name]).max()
        np.testing.assert_allclose(array[:, :4], expected[name], rtol=1e-4, atol=1e-4 * scale, err_msg=name)
    clean = net.features_and_logits(images, clean=True)[0][:, :4]
    scale = np.abs(expected["clean_features"]).max()
    np.testing.assert_allclose(clean, expected["clean_features"], rtol=1e-4, atol=1e-4 * scale)


def test_resizing_is_that_of_tensorflow_1():
    """Pixel i of n lies at i / n of the side; beyond the last one, its value is repeated."""
    row = np.random.default_rng(0).integers(0, 256, 7)
    images = np.tile(row.astype("uint8")[None, None, :, None], (1, 5, 1, 1))
    expected = np.interp(np.arange(299) * 7 / 299, np.arange(7), row)
    found = inception2015.resize_like_tensorflow1(images)
    assert found.shape == (1, 299, 299, 3)
    np.testing.assert_allclose(found[0, 17, :, 2], expected, atol=1e-3)


@pytest.mark.thorough
def test_grey_images_have_three_equal_channels(net):
    grey = floats(example_images(32)[..., :1])
    np.testing.assert_array_equal(
        net.features_and_logits(grey)[0], net.features_and_logits(np.repeat(grey, 3, axis=-1))[0]
    )


@pytest.mark.thorough
def test_batches_do_not_matter(net):
    images = floats(example_images(32))
    found, one_by_one = (net.features_and_probabilities(images, batch_size=size) for size in (50, 1))
    for whole, parts in zip(found, one_by_one, strict=True):
        np.testing.assert_allclose(whole, parts, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found[1].sum(axis=1), 1, rtol=1e-5)


@pytest.mark.thorough
def test_the_precision_of_a_gan_does_not_matter(net, weights):
    images = floats(example_images(32))
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        other = inception2015.Inception2015(weights)
        np.testing.assert_array_equal(other.features_and_logits(images)[0], net.features_and_logits(images)[0])
    finally:
        keras.config.set_dtype_policy("float32")


def test_a_suite_finds_the_weights_in_the_environment(net, weights, monkeypatch, tmp_path):
    monkeypatch.setenv("GANZOO_INCEPTION_WEIGHTS", str(weights))
    images = np.concatenate([example_images(16)] * 4)
    examples = data.from_arrays(images)

    class Copies:
        is_conditional, data_shape = False, (16, 16, 3)

        def sample(self, count, labels=None, seed=None):
            return floats(images[:count])

    names = ["frechet_inception2015_12", "frechet_inception2015clean_6", "inception_score_12"]
    suite = metrics.Suite(names, examples, examples, tmp_path)
    found = suite(Copies())
    assert list(found) == suite.keys == [*names, "inception_score_sd_12"]
    assert max(found[name] for name in names[:2]) < 1e-3 and found["inception_score_12"] >= 1
    abouts = {extractor.about for extractor in suite.extractors.values()}
    assert len(abouts) == 2 and all(net.digest in about for about in abouts)


def without(tensors, name):
    return {key: array for key, array in tensors.items() if key != name}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            lambda tensors: without(tensors, "Mixed_6c.branch7x7_2.bn.bias"),
            "lacks 'Mixed_6c.branch7x7_2.bn.bias'",
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            lambda tensors: tensors | {"fc.weight": tensors["fc.weight"][:1000]},
            "has other shapes",
            marks=pytest.mark.exhaustive,
        ),
        (lambda tensors: {"a": np.zeros(3)}, "does not hold the weights of Inception .* Get them from https://"),
    ],
)
def test_weights_of_another_network_are_refused(tensors, tmp_path, change, message):
    np.savez(tmp_path / "other.npz", **change(tensors))
    with pytest.raises(ValueError, match=message):
        inception2015.Inception2015(tmp_path / "other.npz")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file '.*none\.pth' with the weights of Inception"):
        inception2015.Inception2015(tmp_path / "none.pth")


def test_without_a_network_one_sentence_says_where_to_get_them(monkeypatch, tmp_path):
    monkeypatch.delenv("GANZOO_INCEPTION_WEIGHTS", raising=False)
    monkeypatch.setattr(weight_files, "CACHE", tmp_path)
    file = dataclasses.replace(inception2015.FILE, origin="http://127.0.0.1:9/weights.pth")
    monkeypatch.setattr(inception2015, "FILE", file)
    examples = data.examples("digits", "test")
    with pytest.raises(ConnectionError, match="cannot be downloaded .* get http.* --inception_weights or the environm"):
        features.get("inception2015", examples, examples, tmp_path)


@pytest.mark.parametrize("name", ["inception2015", "inception2015clean", "convolutions"])
def test_vectors_are_refused(name, tmp_path):
    ring = data.examples("ring")
    with pytest.raises(ValueError, match=f"The extractor `{name}` is for images, but 'ring' holds vectors"):
        features.get(name, ring, ring, tmp_path)
