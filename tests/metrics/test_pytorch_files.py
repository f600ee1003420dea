import pathlib
import pickle
import zipfile

import numpy as np
import pytest

from ganzoo.metrics.pytorch_files import read_tensors

FILES = pathlib.Path(__file__).parent / "pytorch_files"


@pytest.mark.parametrize("name", ["zip", "sequence"])
def test_tensors_of_both_formats_are_read(name):
    """The files were saved by PyTorch 2.14 with and without `_use_new_zipfile_serialization`."""
    found = read_tensors(FILES / f"{name}.pth")
    numbers = np.arange(24, dtype="float32").reshape(2, 3, 4)
    np.testing.assert_array_equal(found["a"], numbers)
    np.testing.assert_array_equal(found["transposed"], numbers[0].T)
    np.testing.assert_array_equal(found["half"], np.array([1.5, -2], "float16"))
    assert found["half"].dtype == "float16" and found["count"] == 7 and found["empty"].shape == (0, 3)
    assert found["parameter"].tolist() == [3.0] and len(found) == 6


def test_an_npz_file_is_read(tmp_path):
    np.savez(tmp_path / "arrays.npz", **{"conv.weight": np.eye(2)})
    assert read_tensors(tmp_path / "arrays.npz")["conv.weight"].tolist() == [[1, 0], [0, 1]]


class Harm:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return pathlib.Path.touch, (self.path,)


def zipped(pickled, path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)


@pytest.mark.parametrize("write", [zipped, lambda pickled, path: path.write_bytes(pickled)], ids=["zip", "pickle"])
def test_no_code_of_a_file_runs(tmp_path, write):
    write(pickle.dumps({"a": Harm(tmp_path / "harm")}), tmp_path / "bad.pth")
    with pytest.raises(ValueError, match="not a file of tensors .* touch|not a file of tensors .* which is no tensor"):
        read_tensors(tmp_path / "bad.pth")
    assert not (tmp_path / "harm").exists()


def test_a_whole_module_is_refused():
    with pytest.raises(ValueError, match=r"it contains torch\.nn\.modules\.linear\.Linear, which is no tensor"):
        read_tensors(FILES / "module.pth")


@pytest.mark.parametrize("name", ["zip", "sequence"])
@pytest.mark.parametrize("share", [0, 0.3, 0.6, 0.9, 0.99])
def test_a_file_that_is_cut_short_is_refused(tmp_path, name, share):
    whole = (FILES / f"{name}.pth").read_bytes()
    (tmp_path / "short.pth").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(
        ValueError, match="is not a file of tensors that PyTorch saved, nor an .npz file, or it is damag"
    ):
        read_tensors(tmp_path / "short.pth")


def test_a_tensor_cannot_reach_beyond_what_is_stored(tmp_path):
    """A stride is raised in the pickle, which would read memory of others."""
    with zipfile.ZipFile(FILES / "zip.pth") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    (pickled,) = (name for name in parts if name.endswith("data.pkl"))
    shape_and_strides = b"K\x02K\x03K\x04\x87"
    assert shape_and_strides in parts[pickled]
    parts[pickled] = parts[pickled].replace(shape_and_strides, b"K\x02K\x03K\x09\x87", 1)
    with zipfile.ZipFile(tmp_path / "far.pth", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(ValueError, match="a tensor is larger than what is stored"):
        read_tensors(tmp_path / "far.pth")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="none.pth"):
        read_tensors(tmp_path / "none.pth")
