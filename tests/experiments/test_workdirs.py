"""Tests that a folder belongs to one process and one run, and that damage in it is found and named."""

import contextlib
import pathlib
import shutil
import subprocess
import sys
import time

import programs
import pytest

import ganzoo
from ganzoo import data
from ganzoo.commands.support import run
from ganzoo.commands.support.cached_runs import load_or_run
from ganzoo.commands.support.config import Config, versions
from ganzoo.commands.support.locks import hold
from ganzoo.commands.support.workdir import check_checkpoint
from ganzoo.files import read_json, write_json

ROOT = pathlib.Path(__file__).parent.parent.parent
TINY = {"units": 16, "maxout_units": 8, "pieces": 2}
CONFIG = Config(epochs=1, batch_size=1500, seed=3, settings=TINY)
HOLD = """
import contextlib, sys, time
from ganzoo.commands.support.locks import hold
with contextlib.ExitStack() as stack:
    for folder in sys.argv[1:]:
        stack.enter_context(hold(folder, "train", "trains"))
    print("held", flush=True)
    time.sleep(60)
"""
DAMAGED = {
    "empty": b"",
    "cut": b'{"variant": "nsg',
    "a list": b"[1, 2]",
    "null": b"null",
    "a text": b'"nsgan"',
    "not text": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "finished"
    run.run(CONFIG, folder)
    return folder


@contextlib.contextmanager
def another_process(*folders):
    """Holds the folders in a process of its own, which is then killed with SIGKILL."""
    command = [sys.executable, "-c", HOLD, *folders]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout.readline() == "held\n"
            yield process.pid
        finally:
            process.kill()


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.thorough
def test_folders_in_which_another_process_trains_are_refused(finished, tmp_path):
    new, resumed = tmp_path / "new", shutil.copytree(finished, tmp_path / "resumed")
    with another_process(new, resumed) as number:
        for folder in (new, resumed):
            before = files(folder)
            with pytest.raises(
                ValueError, match=rf"Another process trains in {folder} \(process {number} on .*\): wait"
            ):
                run.run(CONFIG, folder, resume=folder == resumed)
            assert files(folder) == before
    for folder in (new, resumed):
        with hold(folder, "train", "trains"):  # killed processes hold nothing
            assert (folder / ".train.lock").exists()
        assert not (folder / ".train.lock").exists()


def test_locks_are_of_a_folder_and_a_script(tmp_path):
    with hold(tmp_path / "one", "train"), hold(tmp_path / "one", "inpaint"), hold(tmp_path / "other", "train"):
        (tmp_path / "one" / "file").write_text("")
        with pytest.raises(ValueError, match="Another process works in"), hold(tmp_path / "one", "inpaint"):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["one"]  # the other was empty
    with contextlib.suppress(ZeroDivisionError), hold(tmp_path / "one", "train"):
        raise ZeroDivisionError
    with hold(tmp_path / "one", "train"):
        pass


@pytest.mark.thorough
def test_of_two_runs_that_start_at_once_in_one_folder_one_trains(tmp_path):
    command = ["-m", "experiments.train", f"--workdir={tmp_path / 'run'}", "--epochs=300"]
    both = [programs.start([*command, f"--seed={seed}"], cwd=ROOT) for seed in (1, 2)]
    try:
        while all(process.poll() is None for process in both):
            time.sleep(0.1)
        ended = next(process for process in both if process.poll() is not None)
        assert ended.returncode == 1
        assert f"Error: Another process trains in {tmp_path / 'run'} (process " in ended.communicate()[1]
    finally:
        for process in both:
            process.kill()
            process.communicate()


@pytest.mark.thorough
@pytest.mark.cases(2)
@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("nsgan", {"seed": 4}, "differ in .*seed"),
        ("gan", {"seed": 3}, "differ in variant"),
        ("nsgan", {"seed": 3, "units": 24}, "differ in generator"),
        ("nsgan", {"seed": 3, "dropout": (0, 0)}, "differ in discriminator"),
        ("nsgan", {"seed": 3, "objective": "hinge"}, "differ in objective"),
        ("nsgan", {"seed": 3, "generator_ema": 0.9}, "differ in generator_ema"),
        ("nsgan", {"seed": 3, "adam": 1e-3}, "differ in discriminator_optimizer, generator_optimizer"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(name, settings, message, finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "run")
    ganzoo.create(name, (8, 8, 1), **TINY | settings).save(folder / "checkpoints" / "step-00000009.keras")
    before = files(folder)
    with pytest.raises(ValueError, match=rf"step-00000009.keras is of another run than .*config.json.* {message}"):
        run.run(Config(**vars(CONFIG) | {"epochs": 2}), folder, resume=True)
    assert files(folder) == before


@pytest.mark.kinds("cyclegan", "stylegan2")
def test_a_checkpoint_of_the_same_run_is_accepted(variant, tmp_path):
    shape = data.examples(variant.dataset).shape
    new, same = (ganzoo.create(variant.name, shape, seed=3, **variant.settings) for _ in range(2))
    same.save(tmp_path / "step-00000001.keras")
    write_json(tmp_path / "config.json", {"versions": versions()})
    saved = ganzoo.load(tmp_path / "step-00000001.keras")
    check_checkpoint(tmp_path / "step-00000001.keras", saved, new, tmp_path)
    same.seed = 4
    with pytest.raises(ValueError, match="differ in seed"):
        check_checkpoint(tmp_path / "step-00000001.keras", same, new, tmp_path)


def test_defaults_of_other_code_may_differ(tmp_path):
    """A run that an earlier version began goes on, though the defaults of its variant have changed since."""
    new, old = (ganzoo.create("nsgan", (8, 8, 1), seed=3, dropout=rates, **TINY) for rates in ((0, 0), (0.5, 0.5)))
    write_json(tmp_path / "config.json", {"versions": versions() | {"commit": "earlier"}})
    check_checkpoint(tmp_path / "step-00000001.keras", old, new, tmp_path)


def test_damage_is_named(tmp_path):
    cure = "restore it from a copy, or choose another --workdir"
    for name, content in DAMAGED.items():
        path = tmp_path / name / "config.json"
        path.parent.mkdir()
        path.write_bytes(content)
        with pytest.raises(ValueError, match=f"config.json is damaged: {cure}"):
            run.run(CONFIG, path.parent, resume=True)
        with pytest.raises(ValueError, match="config.json is damaged: mend it"):
            read_json(path, "mend it")


@pytest.mark.thorough
@pytest.mark.parametrize(
    "name", ["cut", *(pytest.param(name, marks=pytest.mark.exhaustive) for name in DAMAGED if name != "cut")]
)
def test_damaged_metrics_are_named(name, finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "run")
    (folder / "metrics.json").write_bytes(DAMAGED[name])
    with pytest.raises(ValueError, match="metrics.json is damaged: delete it, and resume"):
        run.run(CONFIG, folder, resume=True)


@pytest.mark.parametrize("content", [*DAMAGED.values(), b'{"asked": {}}', b'{"asked": {}, "figures": [1]}'])
def test_damaged_results_are_made_again(content, tmp_path, capsys):
    (tmp_path / "entry.json").write_bytes(content)
    assert load_or_run(tmp_path, {}, lambda: {"found": 1}) == {"found": 1}
    assert load_or_run(tmp_path, {}, lambda: {"found": 2}) == {"found": 1}
