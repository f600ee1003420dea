"""Names of classes go from a folder into the run's model, and name labels on the command line."""

import json

import numpy as np
import pytest
from PIL import Image

import ganzoo
from ganzoo import callbacks, data
from ganzoo.commands import interpolate, sample
from ganzoo.commands.support import checkpoint_generators, labels, run, run_data, run_model, sample_groups
from ganzoo.commands.support.config import Config

ANIMALS = ("cat", "dog", "eel")
SMALL = {"width": 4, "latent_dim": 4}


@pytest.fixture(scope="module")
def animals(tmp_path_factory):
    """A folder of ten noisy images of each class."""
    root, random = tmp_path_factory.mktemp("animals"), np.random.default_rng(0)
    for name in ANIMALS:
        (root / name).mkdir()
        for number in range(10):
            Image.fromarray(random.integers(0, 256, (8, 8), dtype="uint8")).save(root / name / f"{number}.png")
    return root


def config(folder, **changes):
    given = {"variant": "cdcgan", "dataset": str(folder), "epochs": 1, "batch_size": 15, "settings": SMALL}
    return Config(**given | changes)


@pytest.fixture(scope="module")
def trained(animals, tmp_path_factory):
    workdir = tmp_path_factory.mktemp("runs") / "animals"
    run.run(config(animals), workdir)
    return workdir


@pytest.mark.thorough
def test_a_run_keeps_the_names_of_its_data_and_shows_them(trained, animals):
    gan = ganzoo.load(callbacks.latest(trained / "checkpoints"))
    assert gan.class_names == ANIMALS and gan.num_classes == 3
    assert json.loads((trained / "config.json").read_text())["settings"] == SMALL
    width, height = Image.open(trained / "samples" / "epoch-0001.png").size
    assert height == 3 * 50 + 2 and width > 10 * 50 + 2
    assert run.run(config(animals, epochs=2), trained, resume=True)["resumed_at"] == 2
    assert ganzoo.load(callbacks.latest(trained / "checkpoints")).class_names == ANIMALS


@pytest.mark.cases(1)
@pytest.mark.parametrize("name", ["acgan", "sgan", "cgan"])
def test_every_model_of_labelled_data_gets_their_names(animals, name):
    small = {"latent_dim": 4} | ({} if name == "cgan" else {"width": 4})
    examples = data.examples(str(animals))
    assert run_model.create(config(animals, variant=name, settings=small), examples).class_names == ANIMALS
    more = run_model.create(config(animals, variant=name, settings=small | {"num_classes": 5}), examples)
    assert more.num_classes == 5 and more.class_names is None
    own = small | {"class_names": ("a", "b", "c")}
    assert run_model.create(config(animals, variant=name, settings=own), examples).class_names == ("a", "b", "c")
    with pytest.raises(ValueError, match="There are 2 class_names for num_classes=3"):
        run_model.create(config(animals, variant=name, settings=small | {"class_names": ("a", "b")}), examples)


@pytest.mark.thorough
def test_classes_on_request_are_those_that_the_settings_name(animals):
    examples, plain = data.examples(str(animals)), config(animals, variant="fastgan")
    assert not run_data.takes_labels(plain) and not run_model.create(plain, examples).is_conditional
    for of_classes in ({"num_classes": 3}, {"class_names": ANIMALS}):
        labelled = config(animals, variant="fastgan", settings=SMALL | of_classes)
        gan = run_model.create(labelled, examples)
        assert run_data.takes_labels(labelled) and gan.is_conditional and gan.class_names == ANIMALS


def test_models_without_classes_and_data_without_names_have_none(animals):
    assert not hasattr(
        run_model.create(config(animals, variant="dcgan", settings=SMALL), data.examples(str(animals))), "class_names"
    )
    images = data.from_arrays(np.zeros((4, 8, 8, 1), "uint8"), [0, 1, 2, 0])
    assert run_model.create(config(animals), images).class_names is None


@pytest.mark.thorough
def test_samples_are_asked_for_by_name(trained, tmp_path, animals):
    gan = ganzoo.load(callbacks.latest(trained / "checkpoints"))
    for given, wanted in ((["eel"], [2] * 64), (["eel", "0", "dog"], [2, 0, 1]), ("cat", [0] * 64), (None, None)):
        npz, png = sample.draw(trained, labels=given, out=tmp_path / "drawn")
        expected = gan.sample(64 if wanted is None else len(wanted), labels=wanted, seed=0)
        np.testing.assert_array_equal(np.load(npz)["images"], expected)
        assert Image.open(png).size[0] > 60
    with pytest.raises(ValueError, match="Unknown class 'dogs'; did you mean 'dog'[?] Known classes: cat, dog, eel[.]"):
        sample.draw(trained, labels=["cat", "dogs"])
    with pytest.raises(ValueError, match="Labels must be from 0 to 2"):
        sample.draw(trained, labels=["3"])


@pytest.mark.thorough
def test_labels_of_a_model_without_names_are_numbers(tmp_path):
    ganzoo.create("cdcgan", (8, 8, 1), num_classes=3, seed=0, **SMALL).save(tmp_path / "gan.keras")
    paths = [sample.draw(tmp_path / "gan.keras", 2, labels=given, out=tmp_path / str(given)) for given in (["1"], 1)]
    assert paths[0][1].read_bytes() == paths[1][1].read_bytes()
    with pytest.raises(ValueError, match="names of the classes are unknown, so labels are integers"):
        sample.draw(tmp_path / "gan.keras", labels=["cat"])


@pytest.mark.parametrize(
    ("given", "names", "expected"),
    [
        (None, ANIMALS, None),
        (2, None, 2),
        (["2"], None, 2),
        (["0", "1"], None, [0, 1]),
        (["-1"], None, -1),
        (["cat", "2"], ANIMALS, ["cat", 2]),
        (["20", "2"], ("10", "20", "5"), ["20", 2]),
        (["x"], None, "x"),
        (["1.5"], None, "1.5"),
    ],
)
def test_texts_are_names_before_they_are_numbers(given, names, expected):
    assert labels.parse_list(given, names) == expected


@pytest.mark.thorough
def test_paths_between_samples_have_labels_by_name(trained, tmp_path):
    gan = checkpoint_generators.load(trained)
    made = interpolate.interpolate(trained, 4, 1, labels=["eel", "cat"], out=tmp_path / "names", verbose=False)
    same = interpolate.interpolate(trained, 4, 1, labels=[2, 0], out=tmp_path / "numbers", verbose=False)
    assert made["labels"] == ["eel", "cat"] and same["labels"] == [2, 0]
    for name in ("interpolation.png", "classes.png", "interpolation.gif"):
        assert (tmp_path / "names" / name).read_bytes() == (tmp_path / "numbers" / name).read_bytes()
    assert Image.open(tmp_path / "names" / "interpolation.png").size[0] > 2 * 50 + 2
    with pytest.raises(ValueError, match="Unknown class 'cot'; did you mean 'cat'"):
        checkpoint_generators.generator(gan, ["cot"])


def test_groups_of_samples_have_classes_by_name():
    group = sample_groups.parse("class:two words+thick", ("cat", "two words"))
    assert group == sample_groups.Group("class:two words+thick", 1, ("thick",), ())
    assert sample_groups.parse("class:1", ("cat", "dog")).label == 1
    assert sample_groups.parse("class:5", ("5", "7")).label == 0
    with pytest.raises(ValueError, match="Unknown class 'dgo'; did you mean 'dog'"):
        sample_groups.parse("class:dgo", ("cat", "dog"))
    with pytest.raises(ValueError, match="A group is class:7"):
        sample_groups.parse("class:dog")
