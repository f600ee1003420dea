"""Sums of latents, what can be measured of images, and the picture of DCGAN's figure 7."""

import json

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

import ganzoo
from ganzoo import data, images, latent, metrics, priors
from ganzoo.commands import arithmetic
from ganzoo.commands.support import sample_groups
from small_gan import read_picture

CODES = priors.Codes(priors.Uniform(2), categories=[3], continuous=1)


def test_means_are_added_and_taken_away():
    a, b, c = np.random.default_rng(0).normal(size=(3, 4, 5)).astype("float32")
    expected = a.mean(axis=0) - b.mean(axis=0) + c.mean(axis=0)
    np.testing.assert_allclose(latent.combine(priors.Normal(5), a, b, c), expected, rtol=1e-5)
    np.testing.assert_allclose(latent.combine(priors.Uniform(5), a, b, c), np.clip(expected, -1, 1), rtol=1e-5)
    np.testing.assert_allclose(latent.mean(priors.Uniform(5), 3 * a), np.clip(3 * a.mean(axis=0), -1, 1), rtol=1e-5)


def test_sums_of_threes_have_the_variance_of_the_prior():
    prior = priors.Normal(5000)
    combined = latent.combine(prior, *(prior.sample(3, seed) for seed in range(3)))
    assert scipy.stats.kstest(combined, "norm").pvalue > 1e-3


def test_sums_of_codes_are_codes_that_can_be_drawn():
    parts = [CODES.sample(3, seed) for seed in range(3)]
    found = latent.combine(CODES, *parts), latent.mean(CODES, parts[0])
    assert np.isfinite(CODES.log_density(tf.stack(found))).all()
    assert np.isfinite(CODES.log_density(latent.around(CODES, found[0]))).all()


def test_noise_is_uniform_and_stays_in_the_prior():
    point = tf.constant(np.linspace(-1, 1, 500, dtype="float32"))
    noise = (latent.around(priors.Normal(500), point, 20, seed=3) - point).numpy()
    assert scipy.stats.kstest(noise.ravel(), scipy.stats.uniform(-0.25, 0.5).cdf).pvalue > 1e-3
    expected = np.clip(point + noise, -1, 1)
    np.testing.assert_allclose(latent.around(priors.Uniform(500), point, 20, seed=3), expected, atol=1e-6)
    assert latent.around(priors.Normal(500), point).shape == (8, 500)


def stroke(columns, side=12):
    """White pixels on black, one in each row from the second on, in these columns."""
    image = np.full((side, side, 1), -1, "float32")
    image[np.arange(len(columns)) + 1, columns] = 1
    return image


def test_ink_and_slant_of_strokes():
    strokes = [[5, 5, 5, 5], [2, 3, 4, 5], [9, 8, 7, 6], [1, 3, 5, 7], [6]]
    pictures = np.stack([stroke(columns) for columns in strokes])
    np.testing.assert_allclose(latent.slant(pictures), [0, -1, 1, -2, 0], atol=1e-6)
    np.testing.assert_allclose(latent.ink(pictures), np.array([4, 4, 4, 4, 1]) / 144, rtol=1e-5)
    np.testing.assert_allclose(latent.slant(np.roll(pictures, (2, -1), axis=(1, 2))), latent.slant(pictures), atol=1e-6)
    np.testing.assert_array_equal(latent.slant(np.full((1, 4, 4, 1), -1.0)), [0])


def test_the_slant_of_digits_is_a_regression_of_columns_on_rows():
    pictures = images.from_uint8(data.examples("digits").images[:20])
    rows, columns = np.indices((8, 8)).reshape(2, -1)
    expected = [-np.polyfit(rows, columns, 1, w=np.sqrt(picture.ravel() + 1))[0] for picture in pictures]
    np.testing.assert_allclose(latent.slant(pictures), expected, atol=1e-5)


def test_exemplars_are_the_first_that_are_wanted():
    shades = np.float32([-0.9, 0.4, 0.2, 0.9, -0.8, 0.8, 0.7, -0.5, 0.6, 0.5])
    pictures = np.broadcast_to(shades[:, None, None, None], (10, 2, 2, 1))
    probabilities = np.full((10, 2), 0.5)
    probabilities[[1, 2, 4, 5, 7, 8], 1] = 0.9, 0.95, 1, 0.9, 0.91, 0.89
    np.testing.assert_array_equal(latent.exemplars(pictures), [0, 1, 2])
    np.testing.assert_array_equal(latent.exemplars(pictures, 1, (), probabilities), [1, 2, 4])
    np.testing.assert_array_equal(latent.exemplars(pictures, 1, (), probabilities, apart_from=[2, 1]), [4, 5, 7])
    np.testing.assert_array_equal(latent.exemplars(pictures, None, ["thick"], count=2), [3, 5])
    np.testing.assert_array_equal(latent.exemplars(pictures, None, ["thin"], count=2), [0, 4])
    np.testing.assert_array_equal(latent.exemplars(pictures, 1, ["thick"], probabilities, count=1), [5])
    np.testing.assert_array_equal(latent.exemplars(pictures, 1, ["thin"], probabilities, count=1), [4])
    with pytest.raises(ValueError, match="Only 1 of 10 samples are class 1 and thin and not in another group, but 3"):
        latent.exemplars(pictures, 1, ["thin"], probabilities)
    with pytest.raises(ValueError, match="Only 0 of 10 samples are class 0 and thick"):
        latent.exemplars(pictures, 0, ["thick"], probabilities)
    with pytest.raises(ValueError, match="no class 2: choose one from 0 to 1"):
        latent.exemplars(pictures, 2, (), probabilities)
    with pytest.raises(ValueError, match="Unknown attribute fat. Known attributes: thick, thin"):
        latent.exemplars(pictures, None, ["fat"])


def test_left_and_right_lean_so():
    pictures = np.stack([stroke(columns) for columns in ([5, 5, 5], [3, 4, 5], [7, 6, 5], [4, 5, 5], [6, 5, 5])])
    np.testing.assert_array_equal(latent.exemplars(pictures, None, ["left"], count=1), [1])
    np.testing.assert_array_equal(latent.exemplars(pictures, None, ["right"], count=1), [2])


@pytest.mark.parametrize(
    ("text", "label", "attributes", "indices"),
    [
        ("class:7", 7, (), ()),
        ("class:12+thick+left", 12, ("thick", "left"), ()),
        ("thin", None, ("thin",), ()),
        ("3,17,20", None, (), (3, 17, 20)),
        ("class:7 + 4", 7, (), (4,)),
    ],
)
def test_groups_are_read(text, label, attributes, indices):
    assert sample_groups.parse(text) == sample_groups.Group(text, label, attributes, indices)


@pytest.mark.parametrize("text", ["", "class:", "class:1+class:2", "1,2+3", "thick+3", "3,", "bold", "class:-1"])
def test_groups_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match="A group is class:7"):
        sample_groups.parse(text)


class Judge:
    """Finds class 1 in images with much ink, class 0 in others, and is always sure."""

    def __init__(self, middle):
        self.middle = middle

    def probabilities(self, pictures):
        return np.eye(3)[(latent.ink(pictures) > self.middle).astype(int)]


@pytest.fixture(scope="module")
def unconditional(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unconditional")
    gan = ganzoo.create("dcgan", (8, 8, 1), width=4, latent_dim=6, seed=0)
    gan.save(folder / "gan.keras")
    return folder, gan


def column(picture, number):
    """The exemplars and the mean of one group, 8x8 each, taken out of the figure."""
    cells = picture[48:, 20 + 136 * number :][:, :116, :1]
    tops = [2 + 114 * row for row in range(3)] + [3 * 114 + 2 + 12 + 2]
    return np.stack([cells[top : top + 112, 2:114][7::14, 7::14] for top in tops])


@pytest.mark.thorough
def test_the_script_adds_what_it_says(unconditional, monkeypatch):
    folder, gan = unconditional
    samples, latents = gan.sample(100, seed=4), gan.prior.sample(100, seed=4).numpy()
    ink = latent.ink(samples)
    monkeypatch.setattr(metrics, "classifier", lambda train, test, cache: Judge(np.median(ink)))
    flags = {"dataset": "digits", "draws": 100, "seed": 4, "verbose": False}
    found = arithmetic.calculate(folder / "gan.keras", "class:1", "3,5,8,9", "class:0+thin", **flags)
    assert json.loads((folder / "arithmetic.json").read_text()) == found
    much, little = ink > np.median(ink), ink <= np.median(ink)
    chosen = {"a": np.flatnonzero(much)[:3].tolist(), "b": [3, 5, 8, 9]}
    thin = np.flatnonzero(little & (ink <= np.quantile(ink[little], 0.2)))
    chosen["c"] = [index for index in thin if index not in chosen["a"] + chosen["b"]][:3]
    means = {name: latents[indices].mean(axis=0) for name, indices in chosen.items()}
    for name, indices in chosen.items():
        assert found[name]["indices"] == indices
        np.testing.assert_allclose(found[name]["ink"], ink[indices].mean(), rtol=1e-4)
        np.testing.assert_allclose(found[name]["slant"], latent.slant(samples[indices]).mean(), atol=1e-4)
        mean = gan.predict(means[name][None], verbose=0)
        np.testing.assert_allclose(found[name]["mean"]["ink"], latent.ink(mean)[0], rtol=1e-4)
    result = gan.predict(np.clip(means["a"] - means["b"] + means["c"], -1, 1)[None], verbose=0)
    value = latent.ink(result)[0]
    np.testing.assert_allclose(found["result"]["ink"], value, rtol=1e-4)
    assert found["result"]["class"] == int(value > np.median(ink)) and found["result"]["probability"] == 1
    alike = ink[much if value > np.median(ink) else little]
    np.testing.assert_allclose(found["result"]["ranks"]["ink"], (alike < value).mean(), atol=0.011)
    assert len(found["classes_round_it"]) == 8


@pytest.mark.thorough
def test_the_figure_has_exemplars_means_and_the_result(unconditional):
    folder, gan = unconditional
    arithmetic.calculate(folder / "gan.keras", "3,17,20", "1,2,5", "8,4,6", draws=30, verbose=False)
    picture, samples = read_picture(folder / "arithmetic.png"), gan.sample(30, seed=0)
    latents = gan.prior.sample(30, seed=0).numpy()
    for number, indices in enumerate(([3, 17, 20], [1, 2, 5], [8, 4, 6])):
        mean = gan.predict(latents[indices].mean(axis=0)[None], verbose=0)
        expected = images.to_uint8(np.concatenate([samples[indices], mean]))
        np.testing.assert_allclose(column(picture, number).astype(int), expected, atol=1)
    parts = [latents[list(indices)].mean(axis=0) for indices in ((3, 17, 20), (1, 2, 5), (8, 4, 6))]
    result = gan.predict((parts[0] - parts[1] + parts[2]).clip(-1, 1)[None], verbose=0)
    square = picture[48:392, 20 + 3 * 136 :][:, :344, :1]
    middle = square[116:228, 116:228][7::14, 7::14]
    np.testing.assert_allclose(middle.astype(int), images.to_uint8(result[0]), atol=1)


def test_groups_have_no_sample_in_common(unconditional, tmp_path):
    checkpoint, flags = unconditional[0] / "gan.keras", {"draws": 60, "out": tmp_path, "verbose": False}
    found = arithmetic.calculate(checkpoint, "thick", "thick", "thick", **flags)
    thick = np.argsort(latent.ink(unconditional[1].sample(60, seed=0)))[-12:]
    assert sum((found[name]["indices"] for name in "abc"), []) == sorted(thick)[:9]


@pytest.mark.thorough
def test_a_conditional_variant_adds_labels_too(tmp_path):
    gan = ganzoo.create("cdcgan", (8, 8, 1), num_classes=3, width=4, latent_dim=6, seed=0)
    gan.save(tmp_path / "gan.keras")
    flags = {"draws": 60, "verbose": False}
    found = arithmetic.calculate(tmp_path / "gan.keras", "class:2+thick", "class:2+thin", "class:1+4,5,6", **flags)
    ink = latent.ink(gan.sample(60, labels=2, seed=0))
    thick = np.flatnonzero(ink >= np.quantile(ink, 0.8))[:3].tolist()
    assert found["a"]["indices"] == thick and found["c"]["indices"] == [4, 5, 6]
    assert [found[name]["label"] for name in ("a", "b", "c", "result")] == [2, 2, 1, 1]
    samples = gan.sample(60, labels=1, seed=0)
    np.testing.assert_allclose(found["c"]["ink"], latent.ink(samples[[4, 5, 6]]).mean(), rtol=1e-4)
    latents = gan.prior.sample(60, seed=0).numpy()
    a, b, c = (latents[found[name]["indices"]].mean(axis=0) for name in "abc")
    result = gan.synthesize(tf.constant((a - b + c).clip(-1, 1)[None]), [1], training=False)
    np.testing.assert_allclose(found["result"]["ink"], latent.ink(result)[0], rtol=1e-4)
    found = arithmetic.calculate(tmp_path / "gan.keras", "class:2", "class:1", "class:1", **flags)
    assert found["result"]["label"] == 2
    with pytest.raises(ValueError, match="is conditional: give each group a label"):
        arithmetic.calculate(tmp_path / "gan.keras", "class:2", "thin", "class:1", **flags)
    with pytest.raises(ValueError, match="must leave one: choose for b the class of a or of c"):
        arithmetic.calculate(tmp_path / "gan.keras", "class:2", "class:0", "class:1", **flags)


def test_what_cannot_be_chosen_is_refused(unconditional):
    for texts, message in (
        (("class:1", "2", "3"), "give a --dataset with labels"),
        (("class:1+2,3", "2", "3"), "is unconditional, so its samples have no class"),
        (("30", "2", "3"), "There is no sample 30 among the 30"),
    ):
        with pytest.raises(ValueError, match=message):
            arithmetic.calculate(unconditional[0] / "gan.keras", *texts, draws=30, verbose=False)
