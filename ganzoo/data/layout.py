"""Which files of a folder are a split, and which sub-folders are classes.

All functions take the paths of files relative to the folder, as strings with slashes.
"""

import posixpath
import warnings
from collections import Counter
from collections.abc import Sequence

import numpy as np

from ganzoo.data.examples import NoSplitError

SPLITS = {
    *("train", "training", "test", "testing", "val", "valid", "validation"),
    *("dev", "eval", "evaluation", "holdout", "extra", "unlabeled", "unlabelled"),
}
"""Usual names of splits, in lower case."""
COMPANIONS = {
    *("LICENSE", "README"),
    *(
        ".csv",
        ".db",
        ".html",
        ".ini",
        ".json",
        ".jsonl",
        ".log",
        ".md",
        ".rst",
        ".tsv",
        ".txt",
        ".xml",
        ".yaml",
        ".yml",
    ),
}
"""Names and suffixes of files that nobody expects to be read as images."""
NO_SUFFIX = "no suffix"


def find_split(images: Sequence[str], split: str, folder: str) -> str:
    """Returns the name of the sub-folder that is the split, or "" if all images are the split "train".

    Sub-folders that are called like splits, in upper or lower case, are splits; "Training" is the split "train", and
    "Testing" the split "test". There is one exception: a single one of them that contains images itself, beside
    sub-folders with other names, is a class like these.

    Args:
        images: the image files.
        split: "train", or the name of a sub-folder.
        folder: what error messages call the folder.

    Raises NoSplitError if there is no such split.
    """
    splits = _splits(images)
    if split in splits or (split in _folders(images) and split.lower() not in SPLITS):
        return split
    if alike := [name for name in sorted(splits) if _plain(name) == _plain(split)]:
        return alike[0]
    if splits or split != "train":
        known = f", which has the splits {', '.join(map(printable, sorted(splits)))}" if splits else ""
        raise NoSplitError(
            f"There is no split {split!r} in {folder!r}{known}; put its images into a sub-folder {split!r}."
        )
    return ""


def find_classes(images: Sequence[str], part: str, folder: str) -> tuple[np.ndarray | None, tuple[str, ...] | None]:
    """Returns the labels (N,) of the images of a split and the names of all classes, or (None, None) without classes.

    Args:
        images: the image files of all splits.
        part: the sub-folder that is the split, or "".
        folder: what error messages call the folder.

    Raises ValueError if there are images both in sub-folders and beside them, and if the split "train" lacks a class.
    """
    chosen = inside(images, part)
    beside = ["/" not in file for file in chosen]
    if all(beside):
        return None, None
    if any(beside):
        raise ValueError(
            f"There are images both in sub-folders of {folder!r} and beside them; "
            "put all of them into sub-folders, one for each class, or none."
        )
    training = next((name for name in sorted(_splits(images)) if _plain(name) == "train"), part)
    names = sorted(_folders(inside(images, training if part else "")))
    if len(names) == 1 and len(deeper := _folders(inside(chosen, names[0]))) > 1 and not _has_own(chosen, names[0]):
        warnings.warn(
            f"All images of {folder!r} are in its sub-folder {names[0]!r}, and form one class; if the sub-folders of "
            f"{names[0]!r}, such as {min(deeper)!r}, are classes or splits, give its path instead.",
            stacklevel=3,
        )
    labels = {name: label for label, name in enumerate(names)}
    if unknown := sorted(_folders(chosen) - set(names)):
        raise ValueError(
            f"The split {training!r} has no class {', '.join(map(printable, unknown))}, but {folder!r} has images of "
            "it; add training images, or remove these."
        )
    return np.array([labels[_first(file)] for file in chosen]), tuple(map(printable, names))


def inside(files: Sequence[str], part: str) -> list[str]:
    """Returns the paths, relative to the sub-folder `part`, of the files in it; all of them if `part` is ""."""
    if not part:
        return list(files)
    return [file[len(part) + 1 :] for file in files if file.startswith(f"{part}/")]


def left_out(files: Sequence[str], images: Sequence[str], part: str) -> dict[str, int]:
    """Counts the files that a reader of the split `part` may miss, {suffix: number}.

    These are files that are neither images nor `COMPANIONS`, and, beside sub-folders of splits, images outside these.
    """
    missed = set(inside(files, part)) - set(inside(images, part))
    kinds = ((posixpath.basename(file), suffix_of(file) or NO_SUFFIX) for file in missed)
    found = dict(Counter(suffix for name, suffix in kinds if not {name, suffix} & COMPANIONS))
    if part:
        splits = {part, *_splits(images)}
        beside = sum("/" not in file or _first(file) not in splits for file in images)
        found |= {f"images beside the splits {', '.join(map(printable, sorted(splits)))}": beside} if beside else {}
    return found


def suffix_of(file: str) -> str:
    """Returns the suffix of a file's name in lower case, such as ".jpg", or "" if it has none."""
    return posixpath.splitext(file)[1].lower()


def _first(file):
    return file.partition("/")[0]


def printable(name: str) -> str:
    """Returns a file's name as valid Unicode, with a replacement character for each byte that is not UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _plain(split):
    return split.lower().removesuffix("ing") if split.lower() in SPLITS else split


def _folders(files):
    return {first for first, slash, _ in (file.partition("/") for file in files) if slash}


def _splits(images):
    """Returns the names of the sub-folders that are splits."""
    folders = _folders(images)
    named = {name for name in folders if name.lower() in SPLITS}
    is_class = len(named) == 1 and named < folders and _has_own(images, *named)
    return set() if is_class else named


def _has_own(images, name):
    """Returns whether a sub-folder contains images itself, and not only in its own sub-folders."""
    return any(file.startswith(f"{name}/") and file.count("/") == 1 for file in images)
