import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ganzoo.data
from ganzoo.data import Examples, examples, load, names, register

GREY = np.arange(3 * 4 * 4, dtype="uint8").reshape(3, 4, 4, 1)


def test_built_in_sets_have_names_and_splits():
    assert {"digits", "ring", "grid", "gaussian_1d"} <= set(names())
    for name in ("digits", "ring", "grid", "gaussian_1d"):
        train, test = examples(name), examples(name, "test")
        assert (train.name, train.shape) == (name, test.shape)


def test_examples_arrays_and_pairs_are_data_too():
    given = Examples(GREY)
    assert examples(given) is given
    np.testing.assert_array_equal(examples(GREY).images, GREY)
    assert examples((GREY, [2, 1, 0])).labels.tolist() == [2, 1, 0]


def test_users_can_register_their_own_sets():
    @register
    def squares(split):
        return Examples(GREY[:1] if split == "test" else GREY, name="squares")

    try:
        assert "squares" in names()
        assert len(examples("squares", "test")) == 1
        assert load("squares", 3, data_shape=(8, 8, 3)).element_spec.shape == (3, 8, 8, 3)
        with pytest.raises(ValueError, match="already registered"):
            register(lambda split: None, name="squares")
    finally:
        del ganzoo.data.DATASETS._values["squares"]


def test_load_passes_all_arguments_on():
    dataset = load("digits", 7, "test", (8, 8, 3), labels=True, shuffle=False, drop_remainder=False)
    whole = [(x.numpy(), y.numpy()) for x, y in dataset]
    assert len(whole) == -(-297 // 7)
    held_out = examples("digits", "test")
    np.testing.assert_array_equal(np.concatenate([y for _, y in whole]), held_out.labels)
    x = np.concatenate([x for x, _ in whole])
    np.testing.assert_allclose(x[..., 1:2], held_out.images / 127.5 - 1, atol=1e-6)
    resumed, stream = load("digits", 7, seed=5, start=3), load("digits", 7, seed=5, start=0).skip(3)
    np.testing.assert_array_equal(next(iter(resumed)), next(iter(stream)))


@pytest.mark.thorough  # a process imports TensorFlow
def test_importing_the_data_does_not_import_optional_packages():
    code = "import sys, ganzoo.data; print('tensorflow_datasets' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_the_data_do_not_import_what_is_built_on_them():
    for file in Path(ganzoo.data.__file__).parent.glob("*.py"):
        imported = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom)]
        own = {node.module for node in imported if node.module.startswith("ganzoo")}
        others = {name for name in own if not name.startswith("ganzoo.data")}
        below = {f"ganzoo.{name}" for name in ("registry", "arguments", "files", "remote_paths", "execution.batches")}
        assert others <= below, file.name


@pytest.mark.parametrize("name", ["", " ", "\t", "stacked:", "recoloured:", "outlined: ", "+", "digits+", "paired:+"])
def test_an_empty_name_is_not_the_current_folder(name, tmp_path, monkeypatch):
    Image.fromarray(GREY[0, ..., 0]).save(tmp_path / "a.png")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="The name of the data set is empty; choose one of digits, .* or '.'"):
        examples(name)
    assert len(examples(".")) == 1


@pytest.mark.parametrize(
    "name", [None, 3, 2.5, True, b"digits", ["digits"], {}, (), (GREY,), (GREY, None, 3), object()]
)
def test_what_is_no_data_is_refused(name):
    with pytest.raises(TypeError, match="Data are the name of a data set, a path, .*; choose 'digits'") as caught:
        examples(name)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "x" * 300, "/dev/zero", "~", "?"])
def test_odd_names_are_unknown(name):
    with pytest.raises(ValueError, match="Unknown dataset"):
        examples(name)


def test_a_file_of_another_kind_is_named(tmp_path):
    for name in ("a.png", "a.csv", "a.tfrecord"):
        (tmp_path / name).touch()
        with pytest.raises(ValueError, match=f"{name}' is not a folder, nor a .npy or .npz file; give one of these"):
            examples(tmp_path / name)


@pytest.mark.parametrize("split", [None, 3, b"train"])
def test_a_split_is_a_string(split):
    with pytest.raises(TypeError, match="`split` must be a string"):
        examples("digits", split)


@pytest.mark.parametrize("data_shape", [8, "8", (8.5, 8, 1), ("8", 8, 1), (None, 8, 1)])
def test_a_shape_is_a_tuple_of_integers(data_shape):
    for name in ("digits", "ring", "recoloured_digits", "stacked:digits"):
        with pytest.raises(TypeError, match="`data_shape` must be a tuple of integers"):
            examples(name, data_shape=data_shape)
    assert examples("digits", data_shape=np.array([4, 4, 1])).shape == (4, 4, 1)
