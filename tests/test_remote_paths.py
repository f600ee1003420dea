"""Paths on TensorFlow's file systems work as local ones do: names, folders, files written whole, errors, models."""

import pathlib
import sys
import types

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganzoo
from ganzoo import images, latent, metrics
from ganzoo.callbacks import Checkpoints, HistoryPlot, SampleGrid, history_plot, latest
from ganzoo.data.examples import Examples
from ganzoo.files import append_line, as_path, atomic_write, is_whole_zip, local_copy, read_json, write_json
from ganzoo.remote_paths import RemotePath
from remote import fail_in_the_middle, files, names, new_folder
from small_gan import fit, small


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A new folder on ram://. In the local folder where the test runs, nothing such as `ram:` must appear."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    yield new_folder()
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize("path", ["runs/first", pathlib.Path("runs"), "/tmp/x", "~/runs", "stacked:digits", "a:b", ""])
def test_other_paths_are_those_of_pathlib(path):
    assert as_path(path) == pathlib.Path(path) and isinstance(as_path(path), pathlib.Path)


def test_a_file_scheme_names_a_local_path():
    assert as_path("file:///tmp/run") == pathlib.Path("/tmp/run")


def test_remote_paths_have_the_names_of_pathlib():
    path, local = as_path("ram://bucket/run//step.tar.gz/"), pathlib.PurePath("bucket/run/step.tar.gz")
    assert str(path) == "ram://bucket/run/step.tar.gz" and as_path(path) is path and as_path(str(path)) == path
    assert (path.name, path.stem, path.suffix) == (local.name, local.stem, local.suffix)
    assert path.parent / "a" / "b" == as_path("ram://bucket/run/a/b") and path.parent / "a" != local.parent / "a"
    assert path.with_name("x.png") == path.parent / "x.png" and path.with_suffix(".npy").name == "step.tar.npy"
    assert sorted([path, path.parent]) == [path.parent, path] and len({path, as_path(str(path))}) == 1
    assert [str(one) for one in path.parents] == ["ram://bucket/run", "ram://bucket", "ram://"]
    assert (path / "a" / "b").relative_to(path) == pathlib.PurePosixPath("a/b")
    assert path.expanduser() == path and str(as_path("ram:///a") / "b") == "ram:///a/b"


@pytest.mark.parametrize("path", ["nowhere://bucket/run", "S3X://bucket", "https-://host/run"])
def test_an_unknown_file_system_is_refused_at_once(path):
    with pytest.raises(ValueError, match=r"does not know here, as it knows only .*ram://: install its plugin for \w+"):
        as_path(path)


def test_a_plugin_is_looked_for(monkeypatch):
    schemes = ["ram", ""]
    monkeypatch.setattr(tf.io.gfile, "get_registered_schemes", lambda: schemes)
    monkeypatch.setitem(sys.modules, "tensorflow_io", None)  # not installed
    with pytest.raises(ValueError, match="it knows only ram://: install its plugin for s3://"):
        as_path("s3://bucket/run")
    schemes.append("s3")
    assert as_path("s3://bucket/run").scheme == "s3"


@pytest.mark.parametrize("path", ["gs://", "ram:///"])
def test_a_scheme_alone_is_refused(path):
    with pytest.raises(ValueError, match=f"'{path}' names no file or folder: give one, such as"):
        as_path(path)


def test_folders_are_made_listed_and_searched(folder):
    assert not folder.exists() and not folder.is_dir() and list(folder.glob("*")) == []
    with pytest.raises(FileNotFoundError):
        folder.iterdir()
    (folder / "inner").mkdir(parents=True)
    (folder / "inner").mkdir(exist_ok=True)
    with pytest.raises(FileExistsError):
        (folder / "inner").mkdir()
    for name in ("step-2.keras", "step-10.keras", "[x].txt", "inner/y.txt"):
        (folder / name).write_text(name)
    assert names(folder) == ["[x].txt", "inner", "step-10.keras", "step-2.keras"]
    assert {path.name for path in folder.glob("step-*.keras")} == {"step-2.keras", "step-10.keras"}
    assert {path.name for path in folder.rglob("*.txt")} == {"[x].txt", "y.txt"}
    assert (folder / "inner").is_dir() and not (folder / "inner").is_file() and (folder / "[x].txt").is_file()


def test_files_are_read_replaced_and_deleted(folder):
    path, other = folder / "a.txt", folder / "b.txt"
    folder.mkdir()
    path.write_text("longer than what follows")
    path.write_text("ä\r\nb")
    assert path.read_bytes() == b"\xc3\xa4\r\nb" and path.read_text() == "ä\nb"
    with path.open(newline="") as text, path.open("rb") as content:
        assert text.read() == "ä\r\nb" and content.read() == path.read_bytes()
    with pytest.raises(ValueError, match="can only be opened to read it: write it by `ganzoo.files.atomic_write`"):
        path.open("w")
    other.write_text("other")
    other.replace(path)
    assert path.read_text() == "other" and not other.exists()
    other.unlink(missing_ok=True)
    for use in (other.unlink, other.read_bytes, lambda: other.replace(path), lambda: local_copy(other).__enter__()):
        with pytest.raises(FileNotFoundError, match=f"No such file or directory: '{other}'"):
            use()


def test_lines_are_appended_also_after_one_that_was_cut(folder, tmp_path):
    for path in (folder / "lines", tmp_path / "lines"):
        append_line(path, "one")
        append_line(path, "two")
        path.write_text(path.read_text() + "cut")
        append_line(path, "three")
        assert path.read_text() == "one\ntwo\ncut\nthree\n"
    assert names(folder) == ["lines"]


@pytest.mark.parametrize("error", [tf.errors.UnavailableError(None, None, "lost\nat once"), KeyboardInterrupt()])
def test_a_write_that_breaks_off_leaves_the_old_file_alone(folder, monkeypatch, error):
    path = folder / "config.json"
    write_json(path, {"seed": 3})
    before = files(folder)
    with monkeypatch.context() as broken:
        fail_in_the_middle(broken, error)
        with pytest.raises((OSError, KeyboardInterrupt)) as caught:
            write_json(path, {"seed": 4})
    assert files(folder) == before and names(folder) == ["config.json"]
    if isinstance(caught.value, OSError):
        assert "does not do this (lost at once): check the name, the network" in str(caught.value)
    with pytest.raises(ZeroDivisionError), atomic_write(path) as part:
        part.write_text("half")
        raise ZeroDivisionError
    assert files(folder) == before
    with pytest.raises(FileExistsError, match="It exists and is not to be overwritten"):
        small().save(atomic_write(folder / "config.json", overwrite=False).__enter__())
    assert read_json(path, "restore it") == {"seed": 3}


def test_what_killed_processes_left_behind_is_deleted(folder):
    host = __import__("socket").gethostname()
    (folder / f".{2**22 + 1}-{host}-config.json").write_text("half")  # Linux gives no such number to a process
    (folder / f".1-{host}-config.json").write_text("of a living process")
    write_json(folder / "config.json", {})
    assert names(folder) == [f".1-{host}-config.json", "config.json"]


def test_what_is_in_the_way_is_named(folder):
    write_json(folder / "file", {})
    with pytest.raises(NotADirectoryError, match=f"It cannot be a folder, as a file is in the way.*{folder}/file"):
        write_json(folder / "file" / "config.json", {})
    with pytest.raises(NotADirectoryError, match="It cannot be a folder"):
        write_json(folder / "file" / "inner" / "config.json", {})
    with pytest.raises(IsADirectoryError, match="It is a folder: choose another name"):
        write_json(folder, {})
    assert read_json(folder / "file", "restore it") == {}


def test_a_lack_of_permission_is_one_sentence(folder, monkeypatch):
    write_json(folder / "config.json", {})

    def refuse(*_, **__):
        raise tf.errors.PermissionDeniedError(None, None, "403:\n no storage.objects.get access")

    sentence = (
        r"refuses this \(403: no storage.objects.get access\): check your credentials and their permissions: 'ram"
    )
    for function, use in {
        "stat": lambda: ganzoo.load(folder),
        "copy": lambda: write_json(folder / "config.json", {"seed": 3}),
        "makedirs": lambda: write_json(folder / "new" / "config.json", {}),
        "listdir": lambda: latest(folder),
    }.items():
        with monkeypatch.context() as refusing, pytest.raises(PermissionError, match=sentence):
            refusing.setattr(tf.io.gfile, function, refuse)
            use()
    assert files(folder) == {"config.json": b"{}\n"}


def test_models_are_saved_and_loaded(folder, tmp_path):
    gan = small()
    gan.save(folder / "gan.keras")
    gan.save(str(folder / "gan.keras"))
    assert is_whole_zip(folder / "gan.keras") and names(folder) == ["gan.keras"]
    with pytest.raises(FileExistsError, match="is not to be overwritten"):
        gan.save(folder / "gan.keras", overwrite=False)
    for path in (folder / "gan.keras", str(folder / "gan.keras")):
        np.testing.assert_array_equal(ganzoo.load(path).sample(4, seed=0), gan.sample(4, seed=0))
    with pytest.raises(FileNotFoundError, match="There is no checkpoint at ram://"):
        ganzoo.load(folder / "none.keras")
    (folder / "half.keras").write_bytes((folder / "gan.keras").read_bytes()[:-100])
    with pytest.raises(ValueError, match=f"{folder}/half.keras is not a complete .keras file"):
        ganzoo.load(folder / "half.keras")


def test_latest_skips_an_incomplete_checkpoint(folder):
    gan = small()
    for step in (1, 2):
        gan.save(folder / "checkpoints" / f"step-{step:08d}.keras")
    newest = folder / "checkpoints" / "step-00000002.keras"
    assert latest(folder / "checkpoints") == newest and latest(folder) is None
    newest.write_bytes(newest.read_bytes()[:-100])
    with pytest.warns(UserWarning, match=f"{newest} is incomplete .* skipped"):
        assert latest(folder / "checkpoints").name == "step-00000001.keras"
    with pytest.warns(UserWarning, match="is incomplete"):
        assert ganzoo.load(folder).built


@pytest.mark.thorough
def test_callbacks_write_the_same_files_as_on_a_disk(folder, tmp_path, eagerly):
    for place in (folder, tmp_path / "local"):
        gan = small()
        for begin, end in ((0, 2), (1, 3)):  # the second fit repeats an epoch, as a resumed run may do
            gan.step.assign(4 * begin)
            board = keras.callbacks.TensorBoard(place / "keras", write_graph=False)
            grid = SampleGrid(place, count=4, tensorboard=place / "logs")
            fit(gan, HistoryPlot(place), Checkpoints(place), grid, board, initial_epoch=begin, epochs=end)
    remote = files(folder)
    local = {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}
    events = [{name.rpartition("/")[0] for name in found if "tfevents" in name} for found in (remote, local)]
    assert events[0] == events[1] == {"logs", "keras/train"}
    names_of = [{name for name in found if "tfevents" not in name} for found in (remote, local)]
    assert names_of[0] == names_of[1] > {"step-00000012.keras", "history.csv", "curves.png", "epoch-0003.png"}
    for name in ("samples.gif", *(f"epoch-{epoch:04d}.png" for epoch in range(4))):
        assert remote[name] == local[name]
    rows = [history_plot.read(one / "history.csv") for one in (folder, place)]
    assert [row["epoch"] for row in rows[0]] == [0, 1, 2]
    assert [row | {"seconds": 0} for row in rows[0]] == [row | {"seconds": 0} for row in rows[1]]


def test_pictures_masks_and_caches_may_be_remote(folder, monkeypatch):
    drawing = np.zeros((8, 8, 1), "uint8")
    drawing[:4] = 255
    assert images.save_png(str(folder / "mask.png"), drawing) == folder / "mask.png"
    np.testing.assert_array_equal(latent.mask(str(folder / "mask.png"), (8, 8, 1)), drawing > 0)
    points = Examples(np.random.default_rng(0).normal(size=(100, 2)).astype("float32"))
    suites = [metrics.Suite("sliced_wasserstein_pixels_50", points, points, str(folder)) for _ in range(2)]
    (cached,) = folder.glob("real-*.npz")
    model = types.SimpleNamespace(data_shape=(2,), is_conditional=False, sample=lambda n, **_: points.images[:n] + 1)
    assert suites[0](model) == suites[1](model)
    monkeypatch.setattr(metrics.Suite, "_computed", lambda *_: pytest.fail("the cache was not read"))
    metrics.Suite("sliced_wasserstein_pixels_50", points, points, folder)
    assert isinstance(cached, RemotePath)
