"""Tests the measurement of how fast folders are read: the files that are made, each program, and the tables."""

import dataclasses
import json
import sys
import time

import numpy as np
import pytest
from command_line import flags_of
from PIL import Image

from experiments import data_speed
from experiments.support import folder_readers, jpeg_folders, reading_table, watched_process

COUNT, STORED, SIZE, BATCH_SIZE = 48, 24, 16, 8


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("folders")
    jpeg_folders.make(root / f"jpeg{STORED}", STORED, COUNT, "digits")
    return root


def arguments(folders, workdir, **given):
    """The flags of a small measurement."""
    small = {"sizes": STORED, "counts": COUNT, "size": SIZE, "batch_size": BATCH_SIZE, "seconds": 0.05, "width": 2}
    chosen = {"readers": "ganzoo,pillow,keras,keras_cached,same_batch", "dataset": "digits", "repetitions": 1} | small
    of_files = {"folder": folders, "workdir": workdir}
    return flags_of(data_speed, *(f"--{name}={value}" for name, value in (chosen | of_files | given).items()))


def in_this_process(part, reader, settings, python, capsys):
    """Runs a program in this process, since each new one would import TensorFlow."""
    folder_readers.main(f"{part}:{reader}", json.dumps(settings | {"began": time.time()}))
    return json.loads(capsys.readouterr().out.splitlines()[-1]) | {"anonymous_gib": 0.25}


@pytest.mark.thorough
def test_each_reader_is_measured_in_each_part(folders, tmp_path, monkeypatch, capsys, eagerly):
    monkeypatch.setattr(data_speed, "run_program", lambda *program: in_this_process(*program, capsys))
    data_speed.main(arguments(folders, tmp_path))
    table = capsys.readouterr().out
    assert table.strip() == (tmp_path / "results.md").read_text().strip()
    found = json.loads((tmp_path / "results.json").read_text())["found"][f"jpeg{STORED}"]
    for part, expected in data_speed.PARTS.items():
        assert set(found[part]) == set(expected) - {"pytorch"}
        for reader, numbers in found[part].items():
            assert f"| {reader} |" in table and set(reading_table.SHOWN[part]) <= set(numbers)
            assert all(len(values) == 1 for values in numbers.values())
            assert all(values[0] > 0 for name, values in numbers.items() if name not in ("share", "cpu_seconds"))
    assert not list(tmp_path.rglob("pixels")), "Pillow's file is deleted once it is measured"


def test_a_reader_in_a_process_of_its_own(folders, tmp_path):
    args = arguments(folders, tmp_path, only="prepare", readers="pillow,pytorch")
    settings = data_speed.prepare_folders(args, sys.executable)[f"jpeg{STORED}"].settings
    found = data_speed.run_program("prepare", "pillow", dataclasses.asdict(settings), sys.executable)
    pixels = np.fromfile(tmp_path / "cache" / f"jpeg{STORED}" / "pillow" / "pixels", "uint8")
    assert len(pixels) == COUNT * SIZE * SIZE * 3
    assert 0 < found["seconds"] < found["with_import"] and 0 < found["anonymous_gib"] < found["peak_gib"] < 0.5


def test_files_depend_on_their_arguments_alone(folders, tmp_path):
    jpeg_folders.make(tmp_path / "again", STORED, COUNT, "digits")
    first, again = ({file.name: file for file in folder.rglob("*.jpg")} for folder in (folders, tmp_path / "again"))
    contents = {name: file.read_bytes() for name, file in first.items()}
    assert contents == {name: file.read_bytes() for name, file in again.items()}
    assert len(contents) == len(set(contents.values())) == COUNT
    assert {Image.open(file).size for file in first.values()} == {(STORED, STORED)}
    assert {file.parent.name for file in first.values()} <= {str(digit) for digit in range(10)}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"only": "prepair"}, "Unknown part 'prepair'; did you mean 'prepare'"),
        ({"readers": "torch"}, "Unknown reader 'torch'"),
        ({"sizes": "64,x"}, "--sizes is a list of positive integers"),
        ({"sizes": "64,32"}, "one number for each folder"),
        ({"counts": "15"}, "at least twice --batch_size"),
        ({"counts": "47"}, "holds 48 files instead of 47"),
    ],
)
def test_flags_that_are_not_possible_are_refused(folders, tmp_path, given, message):
    with pytest.raises(ValueError, match=message):
        data_speed.prepare_folders(arguments(folders, tmp_path, **given), sys.executable)


def test_pytorch_is_optional(capsys):
    assert not data_speed.can_import_pytorch("false")
    assert "not installed for false, so they are not measured: give --torch_python" in capsys.readouterr().out


@pytest.mark.thorough
def test_memory_of_children_is_counted_and_errors_are_named():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', {!r}]); print('{{}}')"
    child = "import time; held = bytearray(300 * 2**20); time.sleep(1)"
    found = watched_process.run_watched([sys.executable, "-c", code.format(child)])
    assert found["anonymous_gib"] > 0.28
    with pytest.raises(ValueError, match="failed: ValueError: no such folder"):
        watched_process.run_watched([sys.executable, "-c", "raise ValueError('no such folder')"])


def test_a_cell_compares_with_ganzoo():
    assert reading_table.format_cell([1.0, 3.0, 2.0], [4.0]) == "2 (1 to 3), 0.5 times"
    assert reading_table.format_cell([1234.0], None) == "1,234 (1,234 to 1,234)"
