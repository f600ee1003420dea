"""A folder of image files."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import tensorflow as tf
from tqdm.auto import tqdm

from ganzoo.data.examples import Examples
from ganzoo.data.resizing import fit, image_shape, without_alpha

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif"}


def from_folder(path, split="train", data_shape=None):
    """Examples from the image files under `path` (PNG, JPEG, BMP, a GIF's first frame; no hidden ones), sorted.

    Where there is a sub-folder named like the split, the images under it are read; without one, all images are the
    split "train". Where the images lie in sub-folders, these are the classes, numbered in sorted order, those of the
    split "train" for all splits. They are then shuffled, the same way each time, so that the first few are of all.

    Images are cut and resized to `data_shape` (H, W, C); without it they must all have one shape.

    Raises ValueError for a folder without images or without the split, images both beside and in sub-folders, a file
    that cannot be read, a class that the split "train" lacks, and images of several shapes where `data_shape` is None.
    """
    root = Path(path)
    if (root / split).is_dir():
        root = root / split
    elif split != "train":
        raise ValueError(f"There is no split {split!r} in {str(root)!r}; put its images in a sub-folder {split!r}.")
    files = _files(root)
    if not files:
        raise ValueError(
            f"There are no image files ({', '.join(sorted(SUFFIXES))}) in {str(root)!r}; "
            "give the folder that holds them."
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
            f"There are images both beside and in the sub-folders of {str(root)!r}; "
            "put all of them in sub-folders, one for each class, or none."
        )
    if unknown := sorted({parts[0] for parts in places} - set(names)):
        raise ValueError(f"There are images of {', '.join(unknown)} in {str(root)!r}, but not in the split 'train'.")
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
            "give data_shape=(H, W, C), to which they are resized."
        )
    return np.stack(images)


def _read(file, data_shape):
    try:
        image = without_alpha(tf.io.decode_image(tf.io.read_file(str(file)), expand_animations=False))
    except tf.errors.OpError as error:
        raise ValueError(f"The image file {str(file)!r} cannot be read; repair it or take it out.") from error
    return (image if data_shape is None else fit(image, data_shape)).numpy()
