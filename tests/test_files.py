"""Files are written whole or not at all; damaged archives are found, whichever byte is damaged, and not unpacked."""

import contextlib
import errno
import resource
import zipfile

import numpy as np
import pytest

import ganzoo
from ganzoo import images
from ganzoo.callbacks import history_plot, latest
from ganzoo.files import atomic_write, is_whole_zip, write_json


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "step-00000001.keras"
    ganzoo.create("lsgan", (2,), width=2, latent_dim=1, seed=0).save(path)
    return path.read_bytes()


@pytest.mark.thorough
@pytest.mark.parametrize(
    "mark, every",
    [
        (b"PK\x01\x02", 5),
        pytest.param(b"PK\x01\x02", 1, marks=pytest.mark.exhaustive),
        *(pytest.param(mark, 1, marks=pytest.mark.thorough) for mark in (b"PK\x03\x04", b"PK\x05\x06")),
    ],
)
def test_no_damaged_header_gets_through_or_raises(saved, mark, every, tmp_path):
    """Each byte of the last header of each kind, inverted: loading is refused, or gives the model that was saved.

    By default, every fifth byte of one.
    """
    (tmp_path / "whole.keras").write_bytes(saved)
    expected = ganzoo.load(tmp_path / "whole.keras").sample(4, seed=0)
    start, path = saved.rfind(mark), tmp_path / "step-00000002.keras"
    (tmp_path / "step-00000001.keras").write_bytes(saved)
    for place in range(start, min(start + 46, len(saved)), every):
        damaged = bytearray(saved)
        damaged[place] ^= 255
        path.write_bytes(damaged)
        if not is_whole_zip(path):
            with pytest.warns(UserWarning, match="is incomplete"):
                assert latest(tmp_path).name == "step-00000001.keras"
            with pytest.raises(ValueError, match="is not a complete .keras file"):
                ganzoo.load(path)
        else:  # damage that changes nothing, or that loading finds
            with contextlib.suppress(ValueError):
                np.testing.assert_array_equal(ganzoo.load(path).sample(4, seed=0), expected)


@pytest.mark.thorough
def test_an_archive_that_would_fill_the_memory_is_refused_at_once(tmp_path):
    path = tmp_path / "huge.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("model.weights.h5", "w") as entry:
        for _ in range(300):
            entry.write(bytes(2**20))
    assert path.stat().st_size < 2**20
    with pytest.raises(ValueError, match="is not a complete .keras file"):
        ganzoo.load(path)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null"])
def test_only_files_are_loaded(path):
    with pytest.raises(ValueError, match="is not a file: name a .keras file"):
        ganzoo.load(path)


@contextlib.contextmanager
def no_space():
    """Lets no file grow, by a limit of the operating system, as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def write_array(path):
    with atomic_write(path) as part:
        np.save(part, np.ones(1000))


def write_large_array(path):
    """NumPy writes it with routines of its own, whose errors have neither a number nor a name."""
    with atomic_write(path) as part:
        np.save(part, np.ones(1_000_000))


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("config.json", lambda path: write_json(path, {"seed": 3})),
        ("history.csv", lambda path: history_plot.write(path, [{"epoch": 0, "loss": 0.5}])),
        ("samples.png", lambda path: images.save_png(path, np.zeros((64, 64, 3), "uint8"))),
        ("samples.gif", lambda path: images.save_gif(path, [np.zeros((64, 64, 3), "uint8")] * 2, 0.1)),
        ("samples.npy", write_array),
        ("large.npy", write_large_array),
    ],
)
def test_a_file_that_cannot_be_written_is_named_and_stays_as_it_was(name, write, tmp_path):
    path = tmp_path / name
    write(path)
    before = path.read_bytes()
    with pytest.raises(OSError, match=f": '{path}'|{path} could not be written") as caught, no_space():
        write(path)
    assert caught.value.errno in (errno.EFBIG, None) and path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [name]
