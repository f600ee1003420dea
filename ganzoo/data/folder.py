"""Reading a folder of image files."""

import os
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from ganzoo.data import layout
from ganzoo.data.examples import Examples
from ganzoo.data.image_files import SUFFIXES, read_image
from ganzoo.data.resizing import fit, image_shape

MOST_KINDS = 8
"""How many suffixes a message lists."""


def from_folder(
    path: str | Path,
    split: str = "train",
    data_shape: tuple[int, int, int] | None = None,
    skip_broken: bool = False,
) -> Examples:
    """Reads `Examples` from the image files in a folder and its sub-folders, in sorted order.

    Pillow reads BMP, GIF, JPEG, PNG, PPM, TIFF and WebP files (their first frame), upright as their EXIF orientation
    says. A warning counts all other files, except for hidden files, and for text and tables such as .txt and .csv.
    Symbolic links are followed.

    If there is a sub-folder with the name of the split, its images are read. Otherwise all images belong to the split
    "train". If the images are in sub-folders, each of these is a class, and its name is kept in `class_names`; deeper
    sub-folders belong to the class. Classes are numbered in the sorted order of their names in the split "train", and
    the examples are then shuffled, in the same way each time, so that the first few of them come from all classes.

    A sub-folder that is called like a split, such as "train" in vehicles/{car,plane,train}, is a class if it contains
    images itself and no other sub-folder is called like a split (see `ganzoo.data.layout`).

    Args:
        path: the folder.
        split: "train", or the name of a sub-folder.
        data_shape: (H, W, C), to which images are cropped and resized. Without it, all must have the same shape.
        skip_broken: whether to leave out files that cannot be read, with a warning, instead of refusing them.

    Raises ValueError if the folder has no images or no such split, if there are images both in sub-folders and beside
    them, if a file or a folder cannot be read, if the split "train" lacks a class, or if `data_shape` is None and the
    images have several shapes.
    """
    root, data_shape = Path(path), data_shape and image_shape(data_shape)
    files = [file.relative_to(root) for file in _walk(root)]
    images = [file for file in files if file.suffix.lower() in SUFFIXES]
    if not images:
        others = ", ".join(sorted({file.suffix for file in files})[:MOST_KINDS])
        raise ValueError(
            f"There are no image files ({', '.join(sorted(SUFFIXES))}) in {str(root)!r}, which has {len(files)} other "
            f"files ({others}); give the path of the folder that contains them."
        )
    part = layout.find_split(images, split, str(root))
    chosen = layout.inside(images, part)
    labels, names = layout.find_classes(images, part, str(root))
    if labels is not None:
        order = np.random.default_rng(0).permutation(len(chosen))
        chosen, labels = [chosen[index] for index in order], labels[order]
    read, kept, broken = _read_all(root / part, chosen, data_shape, skip_broken)
    _warn_of_left_out(root, len(read), layout.left_out(files, images, part), broken)
    labels = None if labels is None else labels[kept]
    return Examples(read, labels, name=layout.printable(str(path)), class_names=names)


def _walk(folder: Path, above: tuple = ()) -> Iterator[Path]:
    """Yields what is not a folder in a folder and its sub-folders, sorted, without hidden files and folders.

    Links to folders are followed, except for those to a folder that contains them.
    """
    try:
        status = os.stat(folder)
        with os.scandir(folder) as scan:
            entries = sorted((entry.name, os.path.isdir(entry)) for entry in scan if not entry.name.startswith("."))
    except OSError as error:
        raise ValueError(
            f"The folder {str(folder)!r} cannot be read ({error.strerror}); check its path and its permissions."
        ) from error
    identity = status.st_dev, status.st_ino
    if identity in above:
        return
    for name, is_folder in entries:
        if is_folder:
            yield from _walk(folder / name, (*above, identity))
        else:
            yield folder / name


def _read_all(root, files, data_shape, skip_broken):
    """Returns the images (N, H, W, C), the indices of their files, and the names of those that cannot be read."""

    def read(file):
        try:
            image = read_image(root / file)
        except ValueError:
            if skip_broken:
                return None
            raise
        return image if data_shape is None else fit(image, data_shape).numpy()

    with ThreadPoolExecutor() as pool:
        found = list(tqdm(pool.map(read, files), f"Reading {root.name}", len(files), unit=" images", delay=1))
    kept = [index for index, image in enumerate(found) if image is not None]
    if not kept:
        raise ValueError(f"None of the {len(files)} image files in {str(root)!r} can be read; choose another folder.")
    shapes = sorted({found[index].shape for index in kept})
    if len(shapes) > 1:
        raise ValueError(
            f"The images in {str(root)!r} have {len(shapes)} shapes, from {shapes[0]} to {shapes[-1]}; "
            "give a data_shape=(H, W, C) to which to resize them."
        )
    broken = [str(file) for file, image in zip(files, found, strict=True) if image is None]
    return np.stack([found[index] for index in kept]), kept, sorted(broken)


def _warn_of_left_out(root, count, others, broken):
    """Warns once of all files that were left out: `others`, {kind: number}, and the names of broken images."""
    number = sum(others.values()) + len(broken)
    if number:
        kinds = sorted(others, key=lambda kind: (-others[kind], kind))[:MOST_KINDS]
        kinds += [f"{len(broken)} broken images such as {broken[0]!r}"] if broken else []
        warnings.warn(
            f"From {str(root)!r}, ganzoo read {count} images and left out {number} files: {', '.join(kinds)}; convert, "
            "repair or move those that should be read.",
            stacklevel=3,
        )
