"""Which sub-folders are splits, and which are classes."""

import numpy as np
import pytest

from ganzoo.data import examples
from ganzoo.data.folder import from_folder
from image_folders import make, save


@pytest.mark.parametrize(
    ("places", "classes"),
    [
        (["car/1.png", "plane/1.png", "train/1.png"], ("car", "plane", "train")),
        (["exam/1.png", "test/1.png", "test/more/2.png"], ("exam", "test")),
        (["Val/1.png", "Vera/1.png"], ("Val", "Vera")),
        (["train/cat/1.png", "train/dog/1.png"], ("cat", "dog")),
        (["train/cat/1.png", "test/dog/1.png"], ("cat",)),
        (["train/cat/tabby/1.png", "train/dog/a/b/1.png", "val/dog/1.png"], ("cat", "dog")),
        (["train/1.png", "test/1.png", "validation/1.png"], None),
        (["train/1.png"], None),
        (["x.png/1.png", "y.jpg/1.png"], ("x.png", "y.jpg")),
    ],
)
def test_what_lies_beside_a_sub_folder_tells_splits_from_classes(tmp_path, quiet, places, classes):
    make(tmp_path, *places)
    read = examples(tmp_path)
    assert read.class_names == classes
    assert read.num_classes == (classes and len(classes))


@pytest.mark.parametrize(
    ("places", "split", "message"),
    [
        (
            ["test/1.png"],
            "train",
            "no split 'train' in .*, which has the splits test; put its images into a sub-folder",
        ),
        (["test/cat/1.png", "test/dog/1.png"], "train", "no split 'train'"),
        (["val/1.png", "test/1.png"], "train", "which has the splits test, val"),
        (["Training/cat/1.png", "Testing/cat/1.png"], "val", "which has the splits Testing, Training"),
        (["1.png", "test/1.png"], "train", "no split 'train'"),
        (["cat/1.png", "dog/1.png", "val/cat/1.png"], "train", "which has the splits val"),
        (["car/1.png", "test/1.png"], "test", "no split 'test'"),
        (["train/1.png"], "", "no split ''"),
        (["train/1.png"], "..", r"no split '\.\.'"),
    ],
)
def test_other_images_are_never_taken_for_a_missing_split(tmp_path, places, split, message):
    make(tmp_path / "inner", *places)
    make(tmp_path, "beside.png")
    with pytest.raises(ValueError, match=message):
        examples(tmp_path / "inner", split)


def test_a_split_of_another_name_has_the_classes_of_the_training_split(tmp_path, quiet):
    make(tmp_path, "Training/cat/1.png", "Training/dog/1.png", "Testing/dog/1.png")
    for split in ("Testing", "test", "TEST"):
        test = from_folder(tmp_path, split)
        assert (test.labels.tolist(), test.class_names) == ([1], ("cat", "dog"))
    assert len(from_folder(tmp_path, "train")) == 2


def test_labels_are_the_places_of_names(tmp_path):
    for level, name in enumerate(["b", "a", "\u00e4"]):
        save(tmp_path / name / "1.png", np.full((4, 4), level, "uint8"))
    read = examples(tmp_path)
    found = {read.class_names[label]: int(image.max()) for image, label in zip(read.images, read.labels, strict=True)}
    assert found == {"b": 0, "a": 1, "\u00e4": 2}


@pytest.mark.parametrize("beside", ["preview.png", "other/1.png"])
def test_images_beside_splits_are_counted(tmp_path, beside):
    make(tmp_path, "train/1.png", "train/2.png", "test/1.png", beside)
    with pytest.warns(UserWarning, match="read 2 images and left out 1 files: images beside the splits test, train"):
        assert len(examples(tmp_path)) == 2


def test_a_folder_around_the_classes_is_noticed(tmp_path):
    make(tmp_path, "images/cat/1.png", "images/dog/1.png")
    with pytest.warns(UserWarning, match="in its sub-folder 'images', and form one class; .* such as 'cat'"):
        assert examples(tmp_path).class_names == ("images",)
