"""Metrics work without their cache, and with a damaged one."""

import contextlib
import resource
import warnings

import numpy as np
import pytest

from ganzoo import data, metrics

TRAIN, TEST = data.examples("digits").head(300), data.examples("digits", "test").head(60)
REAL = np.float32(TEST.images / 127.5 - 1)


class Copies:
    """A model that returns the test images as its samples."""

    is_conditional, data_shape = False, (8, 8, 1)

    def sample(self, count, labels=None, seed=0):
        return np.resize(REAL, (count, 8, 8, 1))


def evaluated(cache, name="frechet_pixels_50"):
    return metrics.Suite([name], TRAIN, TEST, cache)(Copies())


@contextlib.contextmanager
def full_disk():
    """Lets no file grow beyond 1,000 bytes, for which writing fails as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.cases(2)
@pytest.mark.parametrize("kind", ["a file", "in a file", "impossible", "a full disk"])
def test_metrics_need_no_cache(tmp_path, kind):
    expected = evaluated(tmp_path / "good")
    (tmp_path / "file").touch()
    cache = {"a file": tmp_path / "file", "in a file": tmp_path / "file" / "x", "impossible": "/proc/none"}.get(kind)
    with pytest.warns(UserWarning, match="cache file .* cannot be written .*; give a cache folder") as said:
        with full_disk() if cache is None else contextlib.nullcontext():
            assert evaluated(cache or tmp_path / "full") == expected
    assert len(said) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert evaluated(tmp_path / "good") == expected


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(metrics.reference_classifier, "EPOCHS", 1)
    monkeypatch.setattr(metrics.reference_classifier, "UPDATES", 2)


@pytest.mark.thorough
@pytest.mark.usefixtures("quick")
def test_a_classifier_that_cannot_be_kept_is_used_all_the_same(tmp_path):
    with pytest.warns(UserWarning, match="cannot be written"), full_disk():
        lost = metrics.classifier(TRAIN, TEST, tmp_path, verbose=0)
    kept = metrics.classifier(TRAIN, TEST, tmp_path, verbose=0)
    np.testing.assert_allclose(lost.probabilities(REAL), kept.probabilities(REAL), atol=1e-5)
    assert len(list(tmp_path.glob("classifier-*"))) == 2


def replaced(content):
    return lambda path: path.write_bytes(content)


def cut(path):
    path.write_bytes(path.read_bytes()[:-200])


def flipped(path):
    content = bytearray(path.read_bytes())
    content[content.rfind(b"PK\1\2") + 10] ^= 255  # how the entry is compressed
    path.write_bytes(content)


def folder(path):
    path.unlink()
    path.mkdir()


FEATURES = {
    "others": {"features": np.zeros((60, 64)), "validation": np.zeros((5, 64)), "of_another_version": np.zeros(3)},
    "fewer": {"features": np.zeros((59, 64)), "validation": np.zeros((5, 64))},
    "rank 0": {"features": np.float64(0), "validation": np.zeros((5, 64))},
    "missing": {"validation": np.zeros((5, 64))},
}
DAMAGE = {"empty": replaced(b""), "text": replaced(b"no archive"), "cut": cut, "flipped": flipped, "a folder": folder}
DAMAGE |= {kind: lambda path, arrays=arrays: np.savez(path, **arrays) for kind, arrays in FEATURES.items()}


@pytest.mark.thorough
@pytest.mark.cases(2)
@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.filterwarnings("ignore:The cache file")
def test_damaged_features_are_computed_again(tmp_path, kind):
    expected = evaluated(tmp_path)
    (path,) = tmp_path.glob("real-*.npz")
    DAMAGE[kind](path)
    assert evaluated(tmp_path) == expected
    if kind != "a folder":
        with np.load(path) as file:
            assert file["features"].shape == (60, 64)


EXHAUSTIVE = pytest.mark.exhaustive
CLASSIFIERS = [
    pytest.param("keras", replaced(b""), marks=EXHAUSTIVE, id="an empty model"),
    pytest.param("keras", cut, marks=EXHAUSTIVE, id="half a model"),
    pytest.param("keras", flipped, id="a flipped byte"),
    pytest.param("keras", folder, marks=EXHAUSTIVE, id="a folder"),
    pytest.param(
        "keras",
        lambda path: metrics.reference_classifier.network((8, 8, 1), 7).save(path),
        marks=EXHAUSTIVE,
        id="other shapes",
    ),
    pytest.param("json", replaced(b"[1]"), marks=EXHAUSTIVE, id="a list"),
    pytest.param("json", replaced(b'{"accuracy": null}'), marks=EXHAUSTIVE, id="no accuracy"),
    pytest.param("json", replaced(b'{"accuracy": 7}'), marks=EXHAUSTIVE, id="an accuracy of 7"),
]


@pytest.mark.exhaustive
@pytest.mark.usefixtures("quick")
@pytest.mark.filterwarnings("ignore:The cache file")
@pytest.mark.parametrize(("suffix", "damage"), CLASSIFIERS)
def test_damaged_classifiers_are_trained_again(tmp_path, suffix, damage):
    first = metrics.classifier(TRAIN, TEST, tmp_path, verbose=0)
    (path,) = tmp_path.glob(f"*.{suffix}")
    damage(path)
    again = metrics.classifier(TRAIN, TEST, tmp_path, verbose=0)
    assert again.accuracy == pytest.approx(first.accuracy, abs=0.02)
    np.testing.assert_allclose(again.probabilities(REAL), first.probabilities(REAL), atol=1e-4)
