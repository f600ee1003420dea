"""Runs on folders of images: from memory or from a file, flipped, resumed, and with images held out of the training."""

import dataclasses
import json
import os
import shutil

import numpy as np
import pytest
from command_line import flags_of

from descriptors import assert_same_state, state_of
from ganzoo import callbacks, data, load
from ganzoo.commands import evaluate, prepare
from ganzoo.commands.support import data_flags, run, run_data
from ganzoo.commands.support.config import Config
from ganzoo.data import reading
from image_folders import save

TINY = {"units": 16, "maxout_units": 8, "pieces": 2}


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """A hundred images in two classes, without a split "test"."""
    root, random = tmp_path_factory.mktemp("data") / "photos", np.random.default_rng(0)
    for index in range(100):
        save(root / ("cat", "dog")[index % 2] / f"{index}.png", random.integers(256, size=(9, 12), dtype="uint8"))
    return root


@pytest.fixture
def config(photos, tmp_path):
    """Returns the `Config` of a run on the photos."""

    def make(**changes):
        usual = {
            "dataset": str(photos),
            "data_shape": (8, 8, 1),
            "settings": TINY,
            "cache_dir": str(tmp_path / "cache"),
        }
        return Config(**usual | {"epochs": 4, "batch_size": 20, "save_every": 1, "flip": True} | changes)

    return make


@pytest.fixture
def nothing_fits(monkeypatch):
    monkeypatch.setattr(reading, "IN_MEMORY", 0)


def trained(folder):
    return load(callbacks.latest(folder / "checkpoints"))


def assert_same_run(one, other):
    assert_same_state(state_of(trained(one)), state_of(trained(other)))


@pytest.mark.thorough
def test_from_a_file_a_run_ends_with_the_weights_of_one_in_memory(config, tmp_path, monkeypatch):
    run.run(config(), tmp_path / "memory")
    monkeypatch.setattr(reading, "IN_MEMORY", 0)
    run.run(config(), tmp_path / "file")
    assert len(list((tmp_path / "cache" / "prepared").glob("*/images.bin"))) == 1
    assert_same_run(tmp_path / "memory", tmp_path / "file")
    run.run(config(flip=False), tmp_path / "plain")
    weights = [trained(tmp_path / name).generator.get_weights()[0] for name in ("file", "plain")]
    assert (weights[0] != weights[1]).any()


class Killed(BaseException):
    pass


@pytest.mark.exhaustive
def test_a_flipped_run_from_a_file_that_was_killed_loses_nothing(config, nothing_fits, tmp_path, monkeypatch):
    run.run(config(), tmp_path / "whole")
    count = callbacks.Progress.on_train_batch_end

    def end(progress, batch, logs=None):
        count(progress, batch, logs)
        if progress.step >= 12:
            raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(callbacks.Progress, "on_train_batch_end", end)
        run.run(config(), tmp_path / "killed")
    assert run.run(config(), tmp_path / "killed", resume=True)["resumed_at"] == 10
    assert_same_run(tmp_path / "whole", tmp_path / "killed")


METRICS = ("frechet_pixels_10",)


def recorded(folder):
    return json.loads((folder / "config.json").read_text())["holdout"]


@pytest.mark.thorough
@pytest.mark.cases(1)
@pytest.mark.parametrize(("asked", "held"), [(None, 10), (25, 25)])
def test_without_a_split_test_images_are_held_out_and_never_trained_on(config, tmp_path, monkeypatch, asked, held):
    seen, batches = [], data.batches

    def watching(examples, *arguments, **options):
        seen.append(examples)
        return batches(examples, *arguments, **options)

    monkeypatch.setattr(data, "batches", watching)
    monkeypatch.setattr(data, "shared_batches", lambda strategy, *arguments, **options: watching(*arguments, **options))
    settings = config(holdout=asked, metrics=METRICS, test_every=2, epochs=2)
    run.run(settings, tmp_path / "run")
    assert recorded(tmp_path / "run") == held
    train, test = run_data.load_both(settings)
    assert (len(train), len(test)) == (100 - held, held)
    pixels = [{image.tobytes() for image in part.images} for part in (train, test)]
    assert not pixels[0] & pixels[1] and len(pixels[0] | pixels[1]) == 100
    used = [{image.tobytes() for image in examples.images} for examples in seen]
    assert all(found <= pixels[0] or found <= pixels[1] for found in used) and pixels[0] in used
    for again in (None, held):  # resumed with the same images held out
        run.run(config(holdout=again, metrics=METRICS, test_every=2, epochs=4), tmp_path / "run", resume=True)
    assert recorded(tmp_path / "run") == held
    with pytest.raises(ValueError, match=f"holdout was {held}, now 7"):
        run.run(config(holdout=7, epochs=6), tmp_path / "run", resume=True)


@pytest.mark.thorough
def test_what_was_trained_on_is_not_held_out_later(config, tmp_path):
    run.run(config(epochs=1), tmp_path / "run")
    assert recorded(tmp_path / "run") == 0
    with pytest.raises(ValueError, match="no split 'test' .* Or hold images out of the training from its start"):
        run.run(config(epochs=2, metrics=METRICS), tmp_path / "run", resume=True)


def test_an_own_split_test_comes_first(tmp_path):
    for dataset, held in (("digits", 0), (data_flags.Dataset("digits", holdout=200), 200)):
        train, test, holdout = data_flags.as_dataset(dataset).both()
        assert (len(train), len(test), holdout) == ((1500, 297, 0) if held == 0 else (1300, 200, 200))


def evaluation(config, checkpoint, **changes):
    """The flags of an evaluation on the data of a `Config`."""
    given = {name: getattr(config, name) for name in ("dataset", "crop", "holdout", "cache_dir")} | changes
    options = [f"--{name}={value}" for name, value in given.items() if value is not None]
    return flags_of(evaluate, f"--checkpoint={checkpoint}", f"--metrics={METRICS[0]}", *options)


@pytest.mark.thorough
def test_other_scripts_take_the_images_that_the_run_held_out(photos, config, tmp_path, capsys):
    run.run(config(holdout=30, crop=6, epochs=1), tmp_path / "run")
    for checkpoint in (tmp_path / "run", callbacks.latest(tmp_path / "run" / "checkpoints")):
        found = data_flags.chosen(evaluation(config(), checkpoint))
        assert (found.crop, found.holdout) == (6, 30)
        assert data_flags.chosen(evaluation(config(), checkpoint, holdout=5, crop=4)).holdout == 5
        assert data_flags.chosen(evaluation(config(dataset="digits"), checkpoint)).holdout is None
        for name in (f"{photos}/", os.path.relpath(photos), f"{photos}/../{photos.name}"):  # of the same folder
            assert data_flags.chosen(evaluation(config(dataset=name), checkpoint)).holdout == 30
    evaluate.main(evaluation(config(), tmp_path / "run", metrics_cache=tmp_path))
    assert "frechet_pixels_10" in capsys.readouterr().out


def test_a_run_whose_data_have_changed_is_not_resumed(photos, config, tmp_path):
    shutil.copytree(photos, tmp_path / "photos")
    changed = config(dataset=str(tmp_path / "photos"), holdout=10, epochs=1)
    run.run(changed, tmp_path / "run")
    save(tmp_path / "photos" / "cat" / "a.png", np.zeros((9, 12), "uint8"))
    with pytest.raises(ValueError, match="has 101 examples now, and had 100 when the run .* began: restore"):
        run.run(dataclasses.replace(changed, epochs=2), tmp_path / "run", resume=True)
    with pytest.warns(UserWarning, match="There were 100 images in .*, and there are 101 now"):
        data_flags.chosen(evaluation(changed, tmp_path / "run", holdout=None)).both((8, 8, 1))


def test_images_are_prepared_ahead_of_time(config, photos, tmp_path, capsys, monkeypatch):
    cache = f"--cache_dir={tmp_path / 'cache'}"
    command = flags_of(prepare, f"--dataset={photos}", cache, "--data_shape=8,8,1")
    prepare.main(command)
    assert "100 examples of 8 x 8 x 1, which are so small that each start reads" in capsys.readouterr().out
    monkeypatch.setattr(reading, "IN_MEMORY", 0)
    prepare.main(command)
    assert f"100 images of 8 x 8 x 1 in {tmp_path / 'cache' / 'prepared'}" in capsys.readouterr().out
    monkeypatch.setattr(reading, "open_picture", None)  # nothing is read again
    assert data.examples(photos, data_shape=(8, 8, 1), cache_dir=tmp_path / "cache").images[0].shape == (8, 8, 1)
    prepare.main(flags_of(prepare, "--dataset=recoloured_digits", cache))
    assert "pairs of 16 x 16 x 3" in capsys.readouterr().out
