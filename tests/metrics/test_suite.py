import shutil

import keras
import numpy as np
import pytest

import ganzoo
from ganzoo import data, metrics
from ganzoo.data.stacked import stack
from ganzoo.metrics import features, reference_classifier
from small_gan import SMALL

TRAIN, TEST = data.examples("digits"), data.examples("digits", "test")
REAL = np.float32(TEST.images / 127.5 - 1)
NAMES = [
    "frechet_classifier_300",
    "kernel_classifier_300",
    "score_classifier_300",
    "precision_recall_classifier_300",
    "density_coverage_pixels_200",
    "two_sample_pixels_300",
    "sliced_wasserstein_pixels_300",
    "parzen_pixels_300",
]


@pytest.fixture(scope="module")
def cache(judges, tmp_path_factory):
    return shutil.copytree(judges, tmp_path_factory.mktemp("cache") / "own")


@pytest.fixture(scope="module")
def suite(cache):
    return metrics.Suite(NAMES, TRAIN, TEST, cache, seed=3)


class Copies:
    """A model that returns given examples as its samples."""

    is_conditional = False

    def __init__(self, images):
        self.images, self.data_shape, self.made = images, images.shape[1:], 0

    def sample(self, count, labels=None, seed=0):
        self.made += count
        return np.resize(self.images[self.made - count :], (count, *self.data_shape))


def test_results_are_those_of_the_formulas(suite, cache):
    gan = ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=0, **SMALL)
    found = suite(gan)
    samples = gan.sample(300, seed=3)
    judge = metrics.classifier(TRAIN, TEST, cache)
    expected = metrics.frechet_distance(judge.features(REAL), judge.features(samples))
    np.testing.assert_allclose(found["frechet_classifier_300"], expected, rtol=1e-3)
    real, generated = (np.reshape(images, (-1, 64)) / 2 + 0.5 for images in (REAL, samples))
    validation = np.reshape(TRAIN.images[-250:], (-1, 64)) / 255
    parzen = metrics.parzen(real, generated, validation)
    np.testing.assert_allclose(found["parzen_pixels_300"], parzen["log_likelihood"], rtol=1e-4)
    assert found["parzen_sigma_pixels_300"] == parzen["sigma"]
    coverage = metrics.density_coverage(real[:200], generated[:200])
    np.testing.assert_allclose(found["coverage_pixels_200"], coverage["coverage"], atol=0.01)
    np.testing.assert_allclose(
        found["score_classifier_300"], metrics.classifier_score(judge.probabilities(samples))[0], rtol=1e-3
    )
    assert {"precision_classifier_300", "recall_classifier_300", "kernel_sd_classifier_300"} < found.keys()
    assert suite(gan) == found  # the same seed, the same samples


@pytest.mark.thorough
def test_real_data_have_the_best_results(suite):
    found = suite(Copies(np.concatenate([REAL, REAL[:3]])))
    assert found["precision_classifier_300"] == found["recall_classifier_300"] == 1
    assert found["frechet_classifier_300"] < 0.1 and found["two_sample_pixels_300"] < 0.05
    noise = suite(Copies(np.random.default_rng(0).uniform(-1, 1, (300, 8, 8, 1)).astype("float32")))
    assert noise["frechet_classifier_300"] > 10 and noise["two_sample_pixels_300"] > 0.95
    assert noise["parzen_pixels_300"] < found["parzen_pixels_300"]


def test_samples_are_generated_in_batches(cache):
    sizes = []

    class Counting(Copies):
        def sample(self, count, labels=None, seed=0):
            sizes.append(count)
            return super().sample(count)

    metrics.Suite(["sliced_wasserstein_pixels_1100"], TRAIN, TEST, cache)(Counting(np.tile(REAL, (4, 1, 1, 1))))
    assert sizes == [500, 500, 100]


def test_real_features_are_computed_once(judges, tmp_path, monkeypatch):
    cache = shutil.copytree(judges, tmp_path / "own")
    gan, names = Copies(np.concatenate([REAL, REAL[:3]])), ["frechet_classifier_300", "sliced_wasserstein_pixels_300"]
    before = metrics.Suite(names, TRAIN, TEST, cache)(gan)
    monkeypatch.setattr(metrics.Suite, "_computed", None)  # would fail if it were called
    assert metrics.Suite(names, TRAIN, TEST, cache)(Copies(gan.images)) == before
    monkeypatch.undo()
    (path,) = cache.glob("real-pixels-*.npz")
    path.write_bytes(path.read_bytes()[:100])
    assert metrics.Suite(names, TRAIN, TEST, cache)(Copies(gan.images)) == before


def test_conditional_variants_generate_every_class(cache):
    gan = ganzoo.create("cgan", data_shape=(8, 8, 1), num_classes=10, latent_dim=4, seed=0)
    asked = []
    monkey = gan.sample
    gan.sample = lambda count, labels, seed: asked.extend(labels) or monkey(count, labels=labels, seed=seed)
    found = metrics.Suite(["neighbour_error_pixels_60"], TRAIN, TEST, cache)(gan)
    assert np.bincount(asked).tolist() == [6] * 10 and 0 <= found["neighbour_error_pixels_60"] <= 1


@pytest.mark.thorough
def test_modes_of_stacked_digits(cache):
    """Copies of a few kinds of images are found to be of these kinds, but for the classifier's errors."""
    train, test = (stack(data.examples("digits", split), 1500) for split in ("train", "test"))
    suite = metrics.Suite(["modes_stacked_400"], train, test, cache)
    classes = suite.extractors["stacked"].extract(np.float32(test.images / 127.5 - 1))[1].argmax(axis=1)
    assert (classes == test.labels).mean() > 0.7
    found = suite(Copies(np.float32(test.images / 127.5 - 1)[np.isin(classes, classes[:5])]))
    assert found["modes_stacked_400"] == len(set(classes[:5]))
    assert found["reverse_kl_stacked_400"] >= np.log(1000 / 5) - 1e-6
    with pytest.raises(ValueError, match="is for stacked images such as stacked_digits"):
        metrics.Suite(["modes_stacked_500"], data.examples("digits"), data.examples("digits", "test"), cache)


def test_modes_of_a_mixture(cache):
    train, test = data.examples("ring"), data.examples("ring", "test")
    found = metrics.Suite(["modes_pixels_2500"], train, test, cache)(Copies(test.images))
    assert found["modes_pixels_2500"] == 8 and 0.98 < found["high_quality_pixels_2500"] < 0.995


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("frechett_classifier_10k", "Unknown formula 'frechett'; did you mean 'frechet'"),
        ("frechet_inception_10k", "Unknown extractor 'inception'; did you mean 'inception299'"),
        ("frechet", "name is FORMULA_EXTRACTOR_COUNT, for instance frechet_classifier_10k; got 'frechet'"),
    ],
)
def test_unknown_names_are_refused_before_anything_is_computed(name, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        metrics.Suite([name], TRAIN, TEST, tmp_path)
    with pytest.raises(ValueError, match="at least one metric"):
        metrics.Suite([], TRAIN, TEST, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("score_pixels_20", "needs class probabilities: use the extractor `classifier`"),
        ("neighbour_error_pixels_20", "needs samples with labels: use a conditional variant"),
        ("modes_pixels_20", "Modes are those of a mixture"),
        ("precision_recall_pixels_2", "Each set needs at least 4 examples, got 2 and 2: use more"),
    ],
)
def test_formulas_say_what_they_lack(name, message, cache):
    with pytest.raises(ValueError, match=message):
        metrics.Suite([name], TRAIN, TEST, cache)(Copies(REAL))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_counts_in_thousands_are_thousands(cache, count):
    (found,) = metrics.Suite([f"frechet_pixels_{count}k"], TRAIN, TEST, cache)(
        Copies(np.tile(REAL, (11, 1, 1, 1)))
    ).values()
    assert 0 <= found < 1


def test_one_name_may_come_alone(cache):
    assert list(metrics.Suite("frechet_pixels_20", TRAIN, TEST, cache)(Copies(REAL))) == ["frechet_pixels_20"]


@pytest.mark.parametrize("name", ["frechet_pixels_1", "frechet_pixels_0", "frechet_pixels_0k"])
def test_a_single_sample_is_too_few(name, cache):
    with pytest.raises(ValueError, match=f"at least two samples, got '{name}'; choose frechet_pixels_10k"):
        metrics.Suite([name], TRAIN, TEST, cache)


@pytest.mark.parametrize(("name", "count"), [("frechet_pixels_1k", 1), ("precision_recall_pixels_1k", 3)])
def test_the_error_for_few_test_examples_names_the_data(name, count, cache):
    with pytest.raises(
        ValueError, match=f"{name} cannot be computed of 'digits', which has {count} test examples: .*use more"
    ):
        metrics.Suite([name], TRAIN, TEST.head(count), cache)


def test_data_of_two_shapes_are_refused(cache):
    with pytest.raises(
        ValueError, match=r"'digits' have shape \(8, 8, 1\), but the test examples 'digits' have \(4, 4, 1\)"
    ):
        metrics.Suite(["frechet_pixels_20"], TRAIN, data.resize(TEST, (4, 4, 1)), cache)


def test_what_the_data_lack_is_reported_before_any_training(cache):
    for name in ("score_pixels_20", "modes_pixels_20", "frechet_pixels_0", "precision_recall_pixels_2"):
        with pytest.raises(ValueError):
            metrics.Suite([name], TRAIN, TEST, cache)


def test_other_data_or_labels_have_their_own_cached_features(tmp_path):
    def files(train, test):
        metrics.Suite(["frechet_pixels_20"], train, test, tmp_path)
        return len(list(tmp_path.glob("real-*.npz")))

    def cut(at, labels=None):
        parts = (slice(at), slice(at, None))
        return [data.Examples(TRAIN.images[part], None if labels is None else labels[part]) for part in parts]

    assert [files(*cut(200)), files(*cut(190)), files(*cut(190))] == [1, 2, 2]
    assert [files(*cut(190, TRAIN.labels)), files(*cut(190, TRAIN.labels[::-1]))] == [3, 4]
    next(tmp_path.glob("real-*.npz")).write_bytes(b"")
    assert [files(*cut(200)), files(*cut(190))] == [4, 4]


@pytest.mark.thorough
@pytest.mark.parametrize("precision", [pytest.param("mixed_bfloat16", marks=pytest.mark.thorough), "mixed_float16"])
def test_the_precision_of_a_game_does_not_affect_the_classifier(precision, cache, judges, tmp_path):
    names = ["frechet_classifier_100", "score_classifier_100"]
    known = metrics.Suite(names, TRAIN, TEST, cache)(Copies(REAL))
    keras.config.set_dtype_policy(precision)
    try:
        network = reference_classifier.network((8, 8, 1), 10)
        assert {layer.dtype_policy.name for layer in network.layers} == {"float32"}
        mixed = shutil.copytree(judges, tmp_path / "mixed")
        found = metrics.Suite(names, TRAIN, TEST, mixed)(Copies(REAL))
        assert keras.config.dtype_policy().name == precision
    finally:
        keras.config.set_dtype_policy("float32")
    np.testing.assert_allclose(list(found.values()), list(known.values()), rtol=1e-3)


def test_models_of_another_shape_and_diverged_models_are_refused(suite):
    with pytest.raises(ValueError, match=r"makes examples of shape \(4, 4, 1\), but the data have \(8, 8, 1\)"):
        suite(Copies(REAL[:, :4, :4]))
    with pytest.raises(ValueError, match="the generator has diverged: use an earlier checkpoint"):
        suite(Copies(np.full((300, 8, 8, 1), np.nan, "float32")))


def test_inception_offline_names_the_cure(monkeypatch, cache):
    def offline(weights):
        raise Exception("URL fetch failure on the weights: Name or service not known")

    monkeypatch.setattr(keras.applications, "InceptionV3", offline)
    with pytest.raises(ConnectionError, match="cannot be downloaded .* use the extractor `classifier`"):
        features.get("inception299", TRAIN, TEST, cache)


@pytest.mark.thorough
def test_inception_features_of_grey_images(monkeypatch, cache):
    """The network is untrained, because its weights must be downloaded, but its layers and sizes are the real ones."""
    real = keras.applications.InceptionV3
    monkeypatch.setattr(keras.applications, "InceptionV3", lambda weights: real(weights=None))
    found, probabilities = features.get("inception299", TRAIN, TEST, cache).extract(REAL[:2])
    assert found.shape == (2, 2048) and probabilities.shape == (2, 1000)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-4)
