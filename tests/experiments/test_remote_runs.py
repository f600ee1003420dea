"""A run whose workdir is on a remote file system is killed, resumed, sampled and evaluated as a local one is."""

import numpy as np
import pytest
import tensorflow as tf
from command_line import flags_of

import ganzoo
from descriptors import assert_same_state, state_of
from ganzoo import callbacks
from ganzoo.callbacks import history_plot
from ganzoo.commands import evaluate, sample
from ganzoo.commands.support import run
from ganzoo.commands.support.cached_runs import load_array, load_or_run
from ganzoo.commands.support.config import Config
from ganzoo.commands.support.locks import hold
from ganzoo.files import atomic_write, local_copy, read_json
from ganzoo.remote_paths import RemotePath
from remote import files, names, new_folder

pytestmark = pytest.mark.thorough

TINY = {"units": 16, "maxout_units": 8, "pieces": 2}
CONFIG = Config(epochs=3, batch_size=500, save_every=1, seed=3, settings=TINY)  # of three steps each


class Killed(BaseException):
    """Ends a run at once, as the end of its process would."""


def killed_in_an_epoch(monkeypatch):
    """The run ends after the second batch of the second epoch."""
    count = callbacks.Progress.on_train_batch_end

    def end(progress, batch, logs=None):
        count(progress, batch, logs)
        if progress.step >= 5:
            raise Killed

    monkeypatch.setattr(callbacks.Progress, "on_train_batch_end", end)


def killed_while_saving(monkeypatch):
    """The run ends when half of its second checkpoint is written, and leaves its temporary file behind."""
    upload = RemotePath.upload

    def half(path, source):
        upload(path, source)
        if "step-00000006" in path.name:
            path.write_bytes(path.read_bytes()[:-1000])
            monkeypatch.setattr(RemotePath, "unlink", lambda *_, **__: None)
            raise Killed

    monkeypatch.setattr(RemotePath, "upload", half)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "whole"
    run.run(CONFIG, folder)
    return folder


@pytest.fixture(scope="module")
def resumed(tmp_path_factory):
    """A run on ram:// that was killed twice, and a word on each time; the local folder beside it stays empty."""
    folder, here, left = new_folder(), tmp_path_factory.mktemp("here"), []
    with pytest.MonkeyPatch.context() as place:
        place.chdir(here)
        for number, kill in enumerate((killed_in_an_epoch, killed_while_saving)):
            with pytest.MonkeyPatch.context() as monkeypatch, pytest.raises(Killed):
                kill(monkeypatch)
                run.run(CONFIG, str(folder), resume=number > 0)
            left.append(names(folder / "checkpoints"))
        assert run.run(CONFIG, str(folder), resume=True)["resumed_at"] == 3
    assert list(here.iterdir()) == []
    return folder, left


@pytest.mark.thorough
def test_a_killed_run_ends_with_the_weights_of_a_local_one_that_never_was(whole, resumed):
    folder, left = resumed
    assert left[0] == ["step-00000003.keras"]
    assert len(left[1]) == 2 and left[1][0].endswith("step-00000006.keras") and left[1][0].startswith(".")
    models = [ganzoo.load(place) for place in (whole, str(folder))]
    assert int(models[1].step.numpy()) == 9
    assert_same_state(*map(state_of, models))


def test_it_leaves_the_same_files_and_the_same_curves(whole, resumed):
    folder, _ = resumed
    local = {str(path.relative_to(whole)) for path in whole.rglob("*") if path.is_file()}
    kept, found = ({name for name in one if "tensorboard" not in name} for one in (local, files(folder)))
    assert kept == found and "checkpoints/step-00000009.keras" in found
    assert any(name.startswith("tensorboard/train/events") for name in files(folder))
    config = read_json(folder / "config.json", "")
    assert config == read_json(whole / "config.json", "")
    rows = [history_plot.read(place / "history.csv") for place in (whole, folder)]
    for one, other in zip(*rows, strict=True):
        np.testing.assert_allclose([one.pop("seconds") > 0, *one.values()], [other.pop("seconds") > 0, *other.values()])
    for name in ("epoch-0000.png", "epoch-0003.png", "samples.gif"):
        assert (folder / "samples" / name).read_bytes() == (whole / "samples" / name).read_bytes()


def test_a_run_that_ended_is_neither_repeated_nor_begun_again(resumed, capsys):
    folder, _ = resumed
    before = files(folder)
    assert run.run(CONFIG, str(folder), resume=True)["step"] == 9
    assert f"The run in {folder} ended after 3 epochs" in capsys.readouterr().out
    with pytest.raises(ValueError, match=f"{folder} already holds a run: add --resume"):
        run.run(CONFIG, folder)
    with pytest.raises(ValueError, match=f"There is no run to resume in {folder}-2"):
        run.run(CONFIG, f"{folder}-2", resume=True)
    assert files(folder) == before


def test_samples_are_those_of_a_local_run(whole, resumed, tmp_path, capsys):
    folder, _ = resumed
    for checkpoint, out in ((str(folder), None), (folder, f"{folder}-samples/nine"), (whole, tmp_path / "nine")):
        place = [f"--out={out}"] if out else []
        sample.main(flags_of(sample, f"--checkpoint={checkpoint}", "--count=9", "--seed=7", *place))
    places = [folder / "samples-seed7", folder.with_name(f"{folder.name}-samples") / "nine", tmp_path / "nine"]
    wanted = [str(place.with_name(place.name + ending)) for place in places for ending in (".npz", ".png")]
    assert capsys.readouterr().out.split() == wanted
    assert len({place.with_name(place.name + ".png").read_bytes() for place in places}) == 1
    drawn = []
    for place in places:
        with local_copy(place.with_name(place.name + ".npz")) as file, np.load(file) as arrays:
            drawn.append(arrays["images"])
    np.testing.assert_array_equal(drawn[0], drawn[2])
    np.testing.assert_array_equal(drawn[1], drawn[2])


def test_evaluations_add_lines_there(whole, resumed, tmp_path):
    folder, _ = resumed
    cache, lines = f"{folder}-cache", []
    for checkpoint, place in ((str(folder), cache), (str(folder), cache), (str(whole), str(tmp_path))):
        of_data = ["--dataset=digits", f"--cache_dir={tmp_path}", f"--metrics_cache={place}"]
        of_metrics = ["--metrics=sliced_wasserstein_pixels_50", "--seed=1"]
        evaluate.main(flags_of(evaluate, f"--checkpoint={checkpoint}", *of_data, *of_metrics))
    for one in (folder, whole):
        lines += (one / "metrics.jsonl").read_text().splitlines()
    assert len(lines) == 3 and len({line.split('"extractors"')[0] for line in lines}) == 1
    assert (folder / "nearest.png").read_bytes() == (whole / "nearest.png").read_bytes()
    assert len(names(folder.with_name(f"{folder.name}-cache"))) == 1


def test_results_of_tables_are_kept_there():
    folder, calls = new_folder(), []

    def work():
        calls.append(1)
        with atomic_write(folder / "one.npy") as path:
            np.save(path, np.arange(3))
        return {"found": len(calls)}

    for _ in range(2):
        with hold(folder, "table"), hold(str(folder), "table"):  # no lock can be held there
            assert load_or_run(str(folder), {"seed": 1}, work, ["one.npy"]) == {"found": 1}
    assert load_array(folder / "one.npy").tolist() == [0, 1, 2] and names(folder) == ["entry.json", "one.npy"]
    (folder / "one.npy").write_bytes(b"damaged")
    assert load_or_run(folder, {"seed": 1}, work, ["one.npy"]) == {"found": 2}


def test_a_place_that_refuses_is_one_sentence(monkeypatch):
    def refuse(*_):
        raise tf.errors.PermissionDeniedError(None, None, "403")

    monkeypatch.setattr(tf.io.gfile, "stat", refuse)
    with pytest.raises(PermissionError, match="refuses this .403.: check your credentials"):
        run.run(CONFIG, "ram://bucket/run")
