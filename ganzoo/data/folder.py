"""Reading a folder of image files."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import tensorflow as tf
from tqdm.auto import tqdm

from ganzoo.data.examples import Examples
from ganzoo.data.resizing import fit, image_shape, without_alpha

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif"}


def from_folder(path: str | Path, split: str = "train", data_shape: tuple[int, int, int] | None = None) -> Examples:
    """Reads `Examples` from the image files in a folder and its sub-folders, in sorted order.

    PNG, JPEG, BMP and GIF files (their first frame) are read; hidden files are skipped.

    If there is a sub-folder with the name of the split, its images are read. Otherwise all images belong to the split
    "train". If the images are in sub-folders, each of these is a class. Classes are numbered in the sorted order of
    their names in the split "train", and the examples are then shuffled, in the same way each time, so that the first
    few of them come from all classes.

    Args:
        path: the folder.
        split: "train", or the name of a sub-folder.
        data_shape: (H, W, C), to which images are cropped and resized. Without it, all must have the same shape.

    Raises ValueError if the folder has no images or no such split, if there are images both in sub-folders and beside
    them, if a file cannot be read, if the split "train" lacks a class, or if `data_shape` is None and the images have
    several shapes.
    """
    root = Path(path)
    if (root / split).is_dir():
        root = root / split
    elif split != "train":
        raise ValueError(f"There is no split {split!r} in {str(root)!r}; put its images into a sub-folder {split!r}.")
    files = _files(root)
    if not files:
        raise ValueError(
            f"There are no image files ({', '.join(sorted(SUFFIXES))}) in {str(root)!r}; "
            "give the path of the folder that contains them."
        )
    training = Path(path) / "train"
    named = (files, root) if root == training or not training.is_dir() else (_files(training), training)
    labels, num_classes = _classes(files, root, _names(*named))
    if labels is not None:
        order = np.random.default_rng(0).permutation(len(files))
        files, labels = [files[index] for index in order], labels[order]
    return Examples(_read_all(files, data_shape, root), labels, num_classes, name=str(path))


def _files(root):
    return sorted(file for file in root.rglob("*") if file.suffix.lower() in SUFFIXES and not _hidden(file, root))


def _hidden(file, root):
    return any(part.startswith(".") for part in file.relative_to(root).parts)


def _names(files, root):
    return sorted({file.relative_to(root).parts[0] for file in files})


def _classes(files, root, names):
    places = [file.relative_to(root).parts for file in files]
    beside = [len(parts) == 1 for parts in places]
    if all(beside):
        return None, None
    if any(beside):
        raise ValueError(
            f"There are images both in sub-folders of {str(root)!r} and beside them; "
            "put all of them into sub-folders, one for each class, or none."
        )
    if unknown := sorted({parts[0] for parts in places} - set(names)):
        raise ValueError(
            f"The split 'train' has no class {', '.join(unknown)}, but {str(root)!r} has images of it; add training "
            "images, or remove these."
        )
    return np.array([names.index(parts[0]) for parts in places]), len(names)


def _read_all(files, data_shape, root):
    data_shape = data_shape and image_shape(data_shape)
    with ThreadPoolExecutor() as pool:
        reading = pool.map(lambda file: _read(file, data_shape), files)
        images = list(tqdm(reading, desc=f"Reading {root.name}", total=len(files), unit=" images", delay=1))
    shapes = sorted({image.shape for image in images})
    if len(shapes) > 1:
        raise ValueError(
            f"The images in {str(root)!r} have {len(shapes)} shapes, from {shapes[0]} to {shapes[-1]}; "
            "give a data_shape=(H, W, C) to which to resize them."
        )
    return np.stack(images)


def _read(file, data_shape):
    try:
        image = without_alpha(tf.io.decode_image(tf.io.read_file(str(file)), expand_animations=False))
    except tf.errors.OpError as error:
        raise ValueError(f"The image file {str(file)!r} cannot be read; repair it or remove it.") from error
    return (image if data_shape is None else fit(image, data_shape)).numpy()
