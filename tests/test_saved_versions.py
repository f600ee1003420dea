"""A saved model records the version of ganzoo, and a file of version 0.1 is refused by name."""

import json
import zipfile

import pytest

import ganzoo


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "gan.keras"
    ganzoo.create("nsgan", (2,), units=4).save(path)
    return path


def edited(file, path, change):
    """A copy of the file with another config.json."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "config.json":
                model = json.loads(content)
                change(model)
                content = json.dumps(model)
            target.writestr(name, content)
    return path


def test_a_saved_model_records_the_version(file):
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("config.json"))["config"]["ganzoo_version"] == ganzoo.__version__
    assert ganzoo.load(file).get_config()["ganzoo_version"] == ganzoo.__version__


def of_the_zoo(model):
    model |= {"module": "ganzoo.models.gan", "registered_name": "ganzoo.models.gan>GAN"}
    del model["config"]["ganzoo_version"], model["config"]["simultaneous"]
    model["config"]["reuse_fakes"] = False


def of_a_user(model):
    of_the_zoo(model)
    model |= {"module": "mine", "class_name": "Mine", "registered_name": "mine>Mine"}


@pytest.mark.parametrize("change", [of_the_zoo, of_a_user])
def test_a_file_of_version_0_1_is_refused(file, tmp_path, change):
    with pytest.raises(ValueError, match=r"saved by ganzoo 0\.1, .*load it with ganzoo 0\.1, or train the model again"):
        ganzoo.load(edited(file, tmp_path / "old.keras", change))


def test_a_file_of_another_version_with_the_same_settings_is_loaded(file, tmp_path):
    newer = edited(file, tmp_path / "newer.keras", lambda model: model["config"].update(ganzoo_version="0.3.1"))
    assert ganzoo.load(newer).get_config()["ganzoo_version"] == ganzoo.__version__
