"""Tests the script that completes images."""

import json

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio

import ganzoo
from ganzoo import data, images, latent, metrics
from ganzoo.commands import inpaint
from ganzoo.commands.support import checkpoint_generators


class Judge:
    """Assigns an image to the class of the nearest training image."""

    def __init__(self, train):
        self.nearest, self.labels = images.floats(train.images).reshape(len(train), -1), train.labels

    def classes(self, pictures):
        distances = ((np.reshape(pictures, (len(pictures), 1, -1)) - self.nearest) ** 2).sum(axis=-1)
        return self.labels[distances.argmin(axis=1)]


@pytest.fixture
def judged(monkeypatch):
    monkeypatch.setattr(metrics, "classifier", lambda train, test, cache: Judge(train))


def saved(folder, variant="gan", **settings):
    settings = settings or {"units": 8, "maxout_units": 4}
    gan = ganzoo.create(variant, (8, 8, 1), latent_dim=4, seed=0, **settings)
    gan.save(folder / "gan.keras")
    return gan


@pytest.mark.thorough
def test_numbers_are_those_of_the_completed_images(tmp_path, judged):
    gan = saved(tmp_path)
    half = np.full((8, 8), 255, "uint8")
    half[4:] = 0
    Image.fromarray(half).save(tmp_path / "half.png")
    names = ["random", str(tmp_path / "half.png")]
    result = inpaint.measure(tmp_path / "gan.keras", masks=names, count=5, steps=3, restarts=2, seed=1)
    assert json.loads((tmp_path / "inpaint.json").read_text()) == result
    train, test = (data.examples("digits", split) for split in ("train", "test"))
    images, mean = np.float32(test.images[:5] / 127.5 - 1), (train.images / 127.5 - 1).mean(axis=0)
    judge = Judge(train)
    np.testing.assert_allclose(result["real"]["accuracy"], (judge.classes(images) == test.labels[:5]).mean())
    for name in names:
        mask, found = latent.mask(name, (8, 8, 1), seed=1), result["masks"][name]
        np.testing.assert_allclose(found["missing"], 1 - mask.mean())
        bare = latent.inpaint(
            checkpoint_generators.generator(gan),
            gan.prior,
            images,
            mask,
            checkpoint_generators.realism(gan),
            steps=3,
            restarts=2,
            seed=1,
            blend=False,
            verbose=False,
        )
        expected = {
            "grey": np.where(mask, images, 0),
            "mean": np.where(mask, images, mean),
            "biharmonic": latent.biharmonic(images, mask),
            "unblended": bare.completed,
            "blended": latent.blend(bare.generated, images, mask),
        }
        assert list(found) == ["missing", *expected]
        for way, completed in expected.items():
            figures = {"accuracy": (judge.classes(completed) == test.labels[:5]).mean()}
            for key, where in (("psnr_missing", ~mask[..., 0]), ("psnr_whole", slice(None))):
                pairs = zip(np.float64(images + 1) / 2, np.float64(completed + 1) / 2, strict=True)
                values = [peak_signal_noise_ratio(one[where], other[where], data_range=1) for one, other in pairs]
                figures |= {key: np.mean(values), f"{key}_bar": 1.96 * np.std(values, ddof=1) / np.sqrt(5)}
            assert found[way].keys() == figures.keys()
            for key, value in figures.items():
                np.testing.assert_allclose(found[way][key], value, rtol=1e-4, err_msg=f"{name} {way} {key}")
    for name in ("random", "half"):
        picture = np.asarray(Image.open(tmp_path / f"inpaint-{name}.png"))
        assert picture.shape == (6 * 50 + 2, 5 * 50 + 2)
    lines = inpaint.format_table(result).splitlines()
    assert len(lines) == 2 * 6 + 1 and lines[0].startswith("random, 80% missing")


def test_a_perfect_completion_counts_as_half_a_grey_level_off():
    images = np.zeros((1, 4, 4, 1), "float32")
    found = inpaint.psnr(images, images, latent.mask("left", (4, 4, 1)))
    level = 20 * np.log10(255 / 0.5)
    np.testing.assert_allclose([found["psnr_missing"], found["psnr_whole"]], level)
    assert found["psnr_missing_bar"] is None


@pytest.mark.thorough
def test_without_labels_there_is_no_accuracy(tmp_path):
    saved(tmp_path)
    for split in ("train", "test"):
        (tmp_path / "data" / split).mkdir(parents=True)
        for number in range(3):
            noise = np.random.default_rng(number).integers(256, size=(8, 8), dtype="uint8")
            Image.fromarray(noise).save(tmp_path / "data" / split / f"{number}.png")
    out = tmp_path / "out"
    result = inpaint.measure(tmp_path / "gan.keras", str(tmp_path / "data"), ["left"], 1, 2, 1, out=out)
    assert "real" not in result and "accuracy" not in result["masks"]["left"]["blended"]
    assert (out / "inpaint-left.png").exists() and (out / "inpaint.json").exists()
    assert "accuracy " not in inpaint.format_table(result).splitlines()[-1]


@pytest.mark.thorough
def test_a_conditional_variant_tries_each_class(tmp_path, judged):
    gan = saved(tmp_path, "cdcgan", num_classes=10, width=4)
    search = inpaint.search_arguments(gan, count=3, restarts=2)
    assert search["restarts"] == 20
    latents = gan.prior.sample(60, seed=0)
    labels = [restart % 10 for restart in range(20) for _ in range(3)]
    expected = gan.synthesize(latents, gan.sample_context(60, labels), training=False)
    np.testing.assert_allclose(search["generate"](latents), expected, rtol=1e-6)
    judged = gan.discriminate(expected, gan.sample_context(60, labels), training=False)
    np.testing.assert_allclose(search["realism"](expected), np.logaddexp(0, judged), rtol=1e-5)
    result = inpaint.measure(tmp_path / "gan.keras", masks=["center"], count=2, steps=2, restarts=1)
    assert result["restarts"] == 10 and np.isfinite(result["masks"]["center"]["blended"]["psnr_missing"])


def test_bad_input_is_refused(tmp_path, judged):
    saved(tmp_path)
    with pytest.raises(ValueError, match="Unknown mask 'lefd'; did you mean 'left'?"):
        inpaint.measure(tmp_path / "gan.keras", masks=["lefd"])
    with pytest.raises(ValueError, match="choose 1 to"):
        inpaint.measure(tmp_path / "gan.keras", count=100000)


def test_each_image_of_a_pack_gets_the_score_of_the_pack():
    gan = ganzoo.create("pacgan", (8, 8, 1), latent_dim=4, width=4, packing=3, seed=0)
    found = checkpoint_generators.realism(gan)(gan.sample(6, seed=0)).numpy()
    assert found.shape == (6, 1) and len(set(found[:3, 0])) == len(set(found[3:, 0])) == 1 and found[0] != found[3]
