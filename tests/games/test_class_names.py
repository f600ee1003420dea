"""Classes by name: as a setting of all variants with classes, in their files, and as labels of samples."""

import dataclasses
import functools
import json
import zipfile

import numpy as np
import pytest
from variant_table import VARIANTS

import ganzoo
from ganzoo.games.class_names import numbered
from ganzoo.zoo import variants

OPTIONAL = [row for row in VARIANTS if not row.num_classes and "num_classes" in variants.settings_of(row.name)]
WITH_CLASSES = [row for row in VARIANTS if row.num_classes]
WITH_CLASSES += [
    dataclasses.replace(row, settings=row.settings | {"num_classes": 10}, num_classes=10, conditional=True)
    for row in OPTIONAL
]
WAYS = [row for row in WITH_CLASSES if row.name in ("cdcgan", "improved_gan", "biggan", "fastgan")]
"""Rows for each way in which a recipe comes to its classes and their names."""
CONDITIONAL = [row for row in WAYS if row.conditional]


def of_each(rows):
    """A parameter for each row; the networks of some take long to build."""
    slow = [pytest.mark.thorough]
    return [pytest.param(row, marks=slow if row.name in ("biggan", "fastgan") else [], id=str(row)) for row in rows]


NAMES = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "two words", "a, b")


def named(row, names=NAMES, **settings):
    """A small model that gets the number of its classes from their names alone."""
    settings = {name: value for name, value in (row.settings | settings).items() if name != "num_classes"}
    return ganzoo.create(row.name, row.data_shape, seed=0, class_names=names, **settings)


def test_all_variants_with_classes_are_tried():
    rows = {row.name for row in WITH_CLASSES}
    for name in ganzoo.names():
        settings = variants.settings_of(name)
        assert ("class_names" in settings) == ("num_classes" in settings) == (name in rows)


@pytest.mark.cases(1)
@pytest.mark.parametrize("row", of_each(WAYS))
def test_names_are_kept_in_the_file(row, tmp_path):
    gan = named(row, list(NAMES))
    assert gan.class_names == NAMES and gan.num_classes == 10
    assert type(gan).from_config(gan.get_config()).class_names == NAMES
    gan.save(tmp_path / "gan.keras")
    loaded = ganzoo.load(tmp_path / "gan.keras")
    assert loaded.class_names == NAMES and loaded.num_classes == 10
    assert loaded.get_config().keys() == gan.get_config().keys()
    assert row.create().class_names is None


@pytest.mark.cases(1)
@pytest.mark.parametrize("row", of_each(WAYS))
def test_a_file_from_before_there_were_names_gets_them_later(row, tmp_path):
    row.create().save(tmp_path / "new.keras")
    with zipfile.ZipFile(tmp_path / "new.keras") as source, zipfile.ZipFile(tmp_path / "old.keras", "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "config.json":
                model = json.loads(content)
                del model["config"]["class_names"]
                content = json.dumps(model)
            target.writestr(name, content)
    gan = ganzoo.load(tmp_path / "old.keras")
    assert gan.class_names is None
    gan.class_names = NAMES
    gan.save(tmp_path / "named.keras")
    assert ganzoo.load(tmp_path / "named.keras").class_names == NAMES


BAD = [
    (("cat", "dog"), 3, "There are 2 class_names for num_classes=3: give one for each class"),
    (("cat", "dog", "eel"), 2, "There are 3 class_names for num_classes=2: give one for each class"),
    (("cat", "dog", "cat"), None, "2 class_names are 'cat': give each class a name of its own"),
    (("cat", "cat"), 3, "2 class_names are 'cat'"),
    (("cat", ""), None, r"class_names are texts, one for each class, such as \('cat', 'dog'\); got \('cat', ''\)"),
    (("cat", 3), None, "class_names are texts"),
    (("cat", None), 2, "class_names are texts"),
    (("cat", b"dog"), None, "class_names are texts"),
    ([["cat"], "dog"], None, "class_names are texts"),
    (np.arange(3), 3, "class_names are texts"),
    (np.array("cat"), None, "class_names are texts"),
    ((), None, r"class_names are texts, .*; got \(\)"),
    ((), 2, "class_names are texts"),
    ("cat", 3, "class_names are texts, .*; got 'cat'"),
    ({"cat"}, None, "class_names are texts"),
    ({"cat": 0, "dog": 1}, None, "class_names are texts"),
    (2, None, "class_names are texts, .*; got 2"),
    (("cat",), None, "num_classes is the number of classes, an int of at least 2 .*; got 1"),
    (("cat", "dog"), 2.0, "num_classes is the number of classes, an int .*; got 2.0"),
]


@pytest.mark.parametrize(("names", "num_classes", "message"), BAD, ids=repr)
def test_names_that_do_not_fit_are_refused(names, num_classes, message):
    for row in WITH_CLASSES[::2]:
        given = row.settings | {"num_classes": num_classes, "class_names": names}
        with pytest.raises(ValueError, match=message):
            ganzoo.create(row.name, row.data_shape, **given)


def test_names_that_do_not_fit_change_nothing():
    gan = named(CONDITIONAL[0])
    for names in (("cat", "dog"), ("cat",) * 10, "cat"):
        with pytest.raises(ValueError, match="class_names"):
            gan.class_names = names
        assert gan.class_names == NAMES
    gan.class_names = np.array([name.upper() for name in NAMES])
    assert gan.class_names[1] == "EINS" and type(gan.class_names[1]) is str


@pytest.mark.parametrize("row", of_each(CONDITIONAL))
def test_a_label_is_a_number_or_a_name(row):
    gan = named(row)
    expected = gan.sample(3, labels=[1, 9, 4], seed=1)
    for labels in (["eins", "a, b", "vier"], ("eins", 9, "vier"), np.array(["eins", "a, b", "vier"])):
        np.testing.assert_array_equal(gan.sample(3, labels=labels, seed=1), expected)
        np.testing.assert_array_equal(gan.sample(labels=labels, seed=1), expected)  # as many as there are labels
    np.testing.assert_array_equal(gan.sample(4, labels="fünf", seed=1), gan.sample(4, labels=5, seed=1))
    np.testing.assert_array_equal(gan.sample(labels="fünf", seed=1), gan.sample(1, labels=5, seed=1))


def test_names_that_are_numbers_are_names():
    gan = named(CONDITIONAL[0], [str(9 - number) for number in range(10)])
    np.testing.assert_array_equal(gan.sample(2, labels="7", seed=1), gan.sample(2, labels=2, seed=1))


@pytest.mark.parametrize("row", of_each(CONDITIONAL))
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("siben", "^Unknown class 'siben'; did you mean 'sieben'[?] Known classes: a, b, drei, .*, zwei[.]$"),
        (["eins", "xyz"], "^Unknown class 'xyz'[.] Known classes: "),
        (["eins", "1"], "^Unknown class '1'"),
        ("", "^Unknown class ''[.]"),
        (["eins", 10], "Labels must be from 0 to 9"),
        (["eins", 0.5], "Labels must be 2 integers"),
        (["eins", None], "Labels must be 2 integers"),
        (["eins", b"vier"], "Labels must be 2 integers"),
        (["eins", "vier", "fünf"], "Labels must be 2 integers"),
        ([["eins"], ["vier"]], "Labels must be 2 integers"),
        ([], "Labels must be 2 integers"),
    ],
)
def test_unknown_names_and_other_labels_are_refused(row, labels, message):
    with pytest.raises(ValueError, match=message):
        named_once(row.name).sample(2, labels=labels)


@functools.cache
def named_once(name):
    """A model that no test changes."""
    return named(next(row for row in CONDITIONAL if row.name == name))


def test_of_many_names_an_error_lists_few():
    names = tuple(f"kind {number}" for number in range(1000))
    with pytest.raises(ValueError, match="did you mean 'kind 77'[?] Known classes: .{60,120} and 990 more[.]$"):
        numbered(["kind 3", "kin 77"], names)


@pytest.mark.parametrize("row", of_each(WAYS))
def test_models_without_names_and_without_labels_say_so(row):
    message = "names of the classes are unknown, so labels are integers: give those, or set the model's class_names"
    with pytest.raises(ValueError, match=message if row.conditional else "is unconditional: sample takes no labels"):
        row.create().sample(2, labels="eins")


def test_without_a_count_there_must_be_labels():
    with pytest.raises(ValueError, match="`count` must be an integer of at least 1; got None"):
        named(CONDITIONAL[0]).sample()


@pytest.mark.thorough
def test_a_plot_shows_the_names_unless_they_are_the_numbers():
    row = next(row for row in CONDITIONAL if row.name == "cdcgan")
    plain, numbers = row.create(seed=0).plot(30, seed=0), named(row, tuple("0123456789")).plot(30, seed=0)
    np.testing.assert_array_equal(plain, numbers)
    gan = named(row)
    shown, few = np.asarray(gan.plot(30, seed=0)), np.asarray(gan.plot(labels=["vier", 1], seed=0))
    assert shown.shape[0] == 10 * 50 + 2 and shown.shape[1] > 3 * 50 + 2  # a row of three for each class
    assert few.shape[0] == 2 * 50 + 2
