"""Reading small TFDS sets that the tests prepare from scikit-learn's digits in a temporary folder.

TFDS does not know these sets, so what is read can only be their files in TFDS_DATA_DIR.
"""

import time

import numpy as np
import pytest
import tensorflow_datasets
from sklearn.datasets import load_digits

from ganzoo.data import examples, load, reading
from ganzoo.data import prepared as prepared_sets
from ganzoo.data.mapped import MappedImages

DIGITS = load_digits()


class _Source(tensorflow_datasets.core.GeneratorBasedBuilder, skip_registration=True):
    VERSION = tensorflow_datasets.core.Version("1.0.0")

    def _info(self):
        features = tensorflow_datasets.features.FeaturesDict(self.features())
        return tensorflow_datasets.core.DatasetInfo(builder=self, features=features)

    def _split_generators(self, dl_manager):
        return {"train": self._generate_examples(range(20)), "test": self._generate_examples(range(20, 30))}


class GanzooLabelled(_Source, skip_registration=True):
    def features(self):
        return {
            "image": tensorflow_datasets.features.Image(shape=(8, 8, 1)),
            "label": tensorflow_datasets.features.ClassLabel(names=[f"digit {digit}" for digit in range(10)]),
        }

    def _generate_examples(self, rows):
        for row in rows:
            image = (DIGITS.images[row] * 15).astype("uint8")[..., np.newaxis]
            yield row, {"image": image, "label": int(DIGITS.target[row])}


class GanzooVarying(_Source, skip_registration=True):
    def features(self):
        return {"photo": tensorflow_datasets.features.Image(shape=(None, None, 3)), "note": np.str_}

    def _generate_examples(self, rows):
        for row in rows:
            yield row, {"photo": np.full((10 + row, 12, 3), row, "uint8"), "note": "none"}


class GanzooNumbers(_Source):
    def features(self):
        return {"number": np.int64}

    def _generate_examples(self, rows):
        for row in rows:
            yield row, {"number": row}


class GanzooCelebs(_Source, skip_registration=True):
    """The features of TFDS's celeb_a, in its shape: JPEG files, many attributes, and landmarks."""

    def features(self):
        kinds = tensorflow_datasets.features
        return {
            "image": kinds.Image(shape=(218, 178, 3), encoding_format="jpeg"),
            "landmarks": {name: np.int64 for name in ("lefteye_x", "lefteye_y", "nose_x", "nose_y")},
            "attributes": {name: np.bool_ for name in ("Bald", "Eyeglasses", "Smiling")},
        }

    def _generate_examples(self, rows):
        for row in rows:
            image = np.random.default_rng(row).integers(256, size=(7, 6, 3), dtype="uint8").repeat(32, 0).repeat(30, 1)
            yield (
                row,
                {
                    "image": image[:218, :178],
                    "landmarks": dict.fromkeys(("lefteye_x", "lefteye_y", "nose_x", "nose_y"), row),
                    "attributes": dict.fromkeys(("Bald", "Eyeglasses", "Smiling"), True),
                },
            )


class GanzooBedrooms(_Source, skip_registration=True):
    """The features of TFDS's lsun: JPEG files of several sizes and nothing else."""

    BUILDER_CONFIGS = [tensorflow_datasets.core.BuilderConfig(name=name) for name in ("bedroom", "church")]

    def features(self):
        return {"image": tensorflow_datasets.features.Image(encoding_format="jpeg")}

    def _generate_examples(self, rows):
        for row in rows:
            yield row, {"image": np.full((40 + row, 70 - row, 3), 8 * row, "uint8")}


class GanzooFaraway(GanzooLabelled):
    """A set on a host whose name never resolves, because its top-level domain is reserved."""

    def _split_generators(self, dl_manager):
        dl_manager.download("http://ganzoo.invalid/images.zip")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    place = tmp_path_factory.mktemp("tfds")
    for builder in (GanzooLabelled, GanzooVarying, GanzooCelebs):
        builder(data_dir=place).download_and_prepare()
    GanzooBedrooms(config="bedroom", data_dir=place).download_and_prepare()
    return place


@pytest.fixture
def data_dir(prepared, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(prepared))


def by_content(images):
    return images[np.lexsort(images.reshape(len(images), -1).T)]


def test_a_set_in_the_data_dir_is_read_with_its_labels(data_dir):
    read = examples("ganzoo_labelled")
    expected = (DIGITS.images[:20] * 15).astype("uint8")[..., np.newaxis]
    assert (read.name, read.num_classes) == ("ganzoo_labelled", 10)
    assert read.class_names == tuple(f"digit {digit}" for digit in range(10))
    np.testing.assert_array_equal(by_content(read.images), by_content(expected))
    for image, label in zip(read.images, read.labels, strict=True):
        (row,) = np.flatnonzero((expected == image).all(axis=(1, 2, 3)))
        assert label == DIGITS.target[row]


def test_splits_are_those_of_tfds(data_dir):
    assert len(examples("ganzoo_labelled", "test")) == 10
    assert len(examples("ganzoo_labelled", "train[:25%]")) == 5
    assert len(examples("ganzoo_labelled", "train+test")) == 30
    with pytest.raises(ValueError, match="no split 'trian' .* has the splits test, train"):
        examples("ganzoo_labelled", "trian")


def test_images_are_resized_and_grey_becomes_colour(data_dir):
    x, y = next(iter(load("ganzoo_labelled", 4, data_shape=(16, 16, 3), labels=True)))
    assert (x.shape, y.shape) == ((4, 16, 16, 3), (4,))
    np.testing.assert_allclose(x[..., 0], x[..., 2])


def test_images_of_several_sizes_need_a_shape(data_dir):
    with pytest.raises(ValueError, match=r"vary in size; give a data_shape=\(H, W, C\)"):
        examples("ganzoo_varying")
    read = examples("ganzoo_varying", data_shape=(4, 4, 1))
    assert read.labels is None
    np.testing.assert_array_equal(np.sort(read.images[:, 0, 0, 0]), np.arange(20))


@pytest.mark.cases(3)
@pytest.mark.parametrize(
    ("name", "data_shape", "crop"),
    [
        ("ganzoo_celebs", (16, 16, 3), None),
        ("ganzoo_celebs", (16, 16, 3), 108),
        ("ganzoo_celebs", (32, 24, 3), 178),
        ("ganzoo_celebs", None, 108),
        ("ganzoo_bedrooms/bedroom", (16, 16, 3), None),
        ("ganzoo_labelled", (12, 12, 1), None),
    ],
)
def test_a_set_that_does_not_fit_is_prepared_once(data_dir, tmp_path, monkeypatch, name, data_shape, crop):
    options = {"data_shape": data_shape, "crop": crop, "cache_dir": tmp_path}
    in_memory = examples(name, **options)
    monkeypatch.setattr(reading, "IN_MEMORY", 0)
    monkeypatch.setattr(reading, "GROUP", 3)
    monkeypatch.setattr(reading, "_number_of_cores", lambda: 1)
    monkeypatch.setattr(prepared_sets, "RECORD_EVERY", 0)
    opened, open_picture = [], reading.open_picture

    def counting(*arguments):
        opened.append(arguments)
        if len(opened) == 17:
            raise KeyboardInterrupt
        return open_picture(*arguments)

    monkeypatch.setattr(reading, "open_picture", counting)
    with pytest.raises(KeyboardInterrupt):
        examples(name, **options)
    in_file = examples(name, **options)
    assert len(opened) < 17 + 20  # it went on from the images that were done
    assert isinstance(in_file.images, MappedImages) and in_file.shape == (data_shape or (crop, crop, 3))
    np.testing.assert_array_equal(in_file.images, in_memory.images)
    assert (in_file.class_names, in_file.labels is None) == (in_memory.class_names, in_memory.labels is None)
    monkeypatch.setattr(reading, "open_picture", None)
    np.testing.assert_array_equal(examples(name, **options).images, in_memory.images)


def test_a_crop_of_a_set_is_its_centre(data_dir):
    whole, cropped = examples("ganzoo_celebs"), examples("ganzoo_celebs", crop=108)
    np.testing.assert_array_equal(cropped.images, whole.images[:, 55:163, 35:143])
    with pytest.raises(ValueError, match="crop=200 is larger than an image of 218 x 178 pixels; choose at most 178"):
        examples("ganzoo_celebs", crop=200)


def test_a_set_without_images_is_refused(data_dir):
    with pytest.raises(ValueError, match="'ganzoo_numbers' has number but no images; choose a set of images"):
        examples("ganzoo_numbers")


def test_without_a_network_the_error_is_quick_and_names_the_cure(data_dir, prepared):
    begin = time.monotonic()
    with pytest.raises(ConnectionError, match="'ganzoo_faraway' is not at .* set TFDS_DATA_DIR .* 'digits'") as caught:
        examples("ganzoo_faraway")
    assert str(prepared) in str(caught.value)
    assert time.monotonic() - begin < 30  # left alone, TFDS tries for more than three minutes
    assert caught.value.__suppress_context__


def test_errors_for_unknown_names_suggest_the_nearest_and_stay_short(data_dir):
    known = "digits, gaussian_1d, grid, outlined_digits, recoloured_digits, ring"
    with pytest.raises(ValueError, match=f"did you mean 'digits'.* Known datasets: {known}"):
        examples("digts")
    with pytest.raises(ValueError, match="did you mean 'fashion_mnist'") as caught:
        examples("fashon_mnist")
    assert len(str(caught.value)) < 300
    with pytest.raises(ValueError, match="Unknown dataset 'no/such/folder'.*an existing folder of images"):
        examples("no/such/folder")
