"""Folders, files and names that hold no data set."""

import os
import shutil

import numpy as np
from PIL import Image

from ganzoo import data
from ganzoo.data import reading

from .judging import family

ARRAY = np.zeros((6, 8, 8, 1), "uint8")


def picture(path, size=(8, 8), mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size).save(path)


def folder_of(folder, *names):
    for name in names:
        picture(folder / name)
    return folder


def in_folder(prepare):
    """Returns a case that reads a folder of two images to which `prepare` did something."""

    def read(folder):
        folder_of(folder, "a.png", "b.png")
        prepare(folder)
        data.examples(str(folder))

    return read


def broken_link(folder):
    (folder / "c.png").symlink_to(folder / "nowhere.png")


def bomb(folder):
    Image.new("1", (20_000, 20_000)).save(folder / "c.png")


FOLDERS = {
    "a text called png": lambda folder: (folder / "c.png").write_text("no picture"),
    "an empty png": lambda folder: (folder / "c.png").write_bytes(b""),
    "half a png": lambda folder: (folder / "c.png").write_bytes((folder / "a.png").read_bytes()[:40]),
    "a pipe": lambda folder: os.mkfifo(folder / "c.png"),
    "a broken link": broken_link,
    "a huge picture": bomb,
    "two sizes": lambda folder: picture(folder / "c.png", (9, 9)),
    "grey and colour": lambda folder: picture(folder / "c.png", mode="RGB"),
    "classes and loose images": lambda folder: picture(folder / "class" / "c.png"),
    "files of other kinds": lambda folder: (folder / "c.xyz").write_bytes(b"abc"),
    "raw photographs": lambda folder: [(folder / f"{n}.cr2").write_bytes(b"abc") for n in range(3)],
}


@family
def folders():
    """Folders that cannot be read, or not whole."""
    for name, prepare in FOLDERS.items():
        yield name, in_folder(prepare)
    yield "an empty folder", lambda folder: data.examples(str(folder))
    yield "no such split", lambda folder: data.examples(str(folder_of(folder, "a.png")), "test")
    yield "test without train", lambda folder: data.examples(str(folder_of(folder, "test/a.png", "test/b.png")))
    yield (
        "a class without training",
        lambda folder: data.examples(str(folder_of(folder, "train/x/a.png", "test/y/b.png")), "test"),
    )
    for shape in ((8, 8), (8, 8, 2), (0, 8, 1), (8, 8, -1), "8,8,1", (8.5, 8, 1)):
        yield (
            f"data_shape={shape!r}",
            lambda folder, s=shape: data.examples(str(folder_of(folder, "a.png")), data_shape=s),
        )
    yield "only text", lambda folder: ((folder / "a.txt").write_text("no"), data.examples(str(folder)))


def read_npy(array, **options):
    def read(folder):
        np.save(folder / "data.npy", array, **options)
        data.examples(str(folder / "data.npy"))

    return read


def read_npz(split="train", **arrays):
    def read(folder):
        np.savez(folder / "data.npz", **arrays)
        data.examples(str(folder / "data.npz"), split)

    return read


def read_bytes(name, content):
    def read(folder):
        (folder / name).write_bytes(content)
        data.examples(str(folder / name))

    return read


@family
def files_of_arrays():
    """Files of NumPy that hold no images."""
    yield "objects", read_npy(np.array([None, {}]), allow_pickle=True)
    yield "strings", read_npy(np.array(["a", "b"]))
    yield "complex", read_npy(ARRAY.astype(complex))
    yield "five dimensions", read_npy(ARRAY[None])
    yield "one dimension", read_npy(np.zeros(6))
    yield "no examples", read_npy(ARRAY[:0])
    yield "floats up to 255", read_npy(np.full((6, 8, 8, 1), 200.0))
    yield "integers up to 1000", read_npy(np.full((6, 8, 8, 1), 1000))
    yield "NaN", read_npy(np.full((6, 8, 8, 1), np.nan))
    yield "text", read_bytes("data.npy", b"no array")
    yield "empty", read_bytes("data.npy", b"")
    yield "empty npz", read_bytes("data.npz", b"")
    yield "text as npz", read_bytes("data.npz", b"no archive")
    yield "half an npz", read_bytes("data.npz", b"PK\x03\x04" + bytes(60))
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (1000000, 1000, 1000, 3), }"
    header += b" " * (117 - len(header)) + b"\n"
    yield "a huge shape", read_bytes("data.npy", b"\x93NUMPY\x01\x00\x76\x00" + header + bytes(100))
    yield "no split", read_npz(x_train=ARRAY, split="test")
    yield "other names", read_npz(pictures=ARRAY)
    yield "too few labels", read_npz(x_train=ARRAY, y_train=np.arange(3))
    yield "labels as text", read_npz(x_train=ARRAY, y_train=np.array(["a"] * 6))
    yield "labels as fractions", read_npz(x_train=ARRAY, y_train=np.full(6, 0.5))
    yield "labels below -1", read_npz(x_train=ARRAY, y_train=np.full(6, -2))
    yield "one-hot labels", read_npz(x_train=ARRAY, y_train=np.eye(6))
    yield "labels alone", read_npz(y_train=np.arange(6))
    yield "no such file", lambda folder: data.examples(str(folder / "none.npy"))
    yield "a table", read_bytes("data.csv", b"1,2,3\n")


def on_disk(folder, prepare=None, **options):
    """Reads a folder of images as one that is too large for the memory; once more after `prepare(its cache)`."""
    if not (folder / "photos").exists():
        folder_of(folder / "photos", "a.png", "b.png")
    earlier, reading.IN_MEMORY = reading.IN_MEMORY, 0
    try:
        usual = {"data_shape": (4, 4, 1), "cache_dir": folder / "cache"}
        found = data.examples(folder / "photos", **usual | options)
        if prepare:
            prepare(next(path for path in (folder / "cache" / "prepared").iterdir() if path.is_dir()))
            return on_disk(folder, **options)
        return found
    finally:
        reading.IN_MEMORY = earlier


def endless(folder):
    """Reads 3 TB of images, of which none are written."""
    path = folder / "endless.npy"
    np.lib.format.open_memmap(path, "w+", "uint8", (10**6, 1000, 1000, 3)).flush()
    data.examples(path, data_shape=(1024, 1024, 3), cache_dir=folder / "cache")


CACHES = {
    "cut short": lambda place: os.truncate(place / "images.bin", 5),
    "of other data": lambda place: (place / "about.json").write_text('{"rows": 7, "broken": []}'),
    "without labels": lambda place: (place / "labels.bin").unlink(),
    "without a description": lambda place: (place / "about.json").unlink(),
    "of a folder that has changed": lambda place: picture(place.parent.parent.parent / "photos" / "c.png"),
    "of a folder that is gone": lambda place: shutil.rmtree(place.parent.parent.parent / "photos"),
    "of a broken image": lambda place: (place.parent.parent.parent / "photos" / "b.png").write_bytes(b"no picture"),
}


@family
def large_sets():
    """Sets in files, their caches and parts, and how images are cropped, flipped and held out."""
    for crop in (0, -1, 2.5, "x", True, 9, [4]):
        yield f"crop={crop!r}", lambda folder, c=crop: on_disk(folder, crop=c)
        yield f"digits crop={crop!r}", lambda _, c=crop: data.examples("digits", crop=c)
    for count in (-1, 1.5, "x", True, 1500, 10**6):
        yield f"holdout={count!r}", lambda _, c=count: data.examples("digits", holdout=c)
    yield "holdout of pairs", lambda _: data.examples("recoloured_digits", holdout=10)
    yield "holdout of another split", lambda _: data.examples("digits", "val", holdout=10)
    yield "flipped vectors", lambda _: data.load("ring", flip=True)
    yield "a remote cache", lambda folder: on_disk(folder, cache_dir="gs://bucket/cache")
    yield "a file as cache", lambda folder: on_disk(folder, cache_dir=picture(folder / "c.png") or folder / "c.png")
    yield "too little disk", endless
    for name, prepare in CACHES.items():
        yield f"a cache {name}", lambda folder, p=prepare: on_disk(folder, p)
    for rows in ([2], [-1], [0.5], "a", [[5]], 7, None):
        yield f"rows {rows!r}", lambda folder, r=rows: on_disk(folder).rows(r)
        yield f"a part {rows!r}", lambda folder, r=rows: on_disk(folder).part(r)


@family
def names_of_data():
    """Names that name nothing, and arguments of pipelines."""
    for name in ("", " ", None, 3, b"digits", "digit", "minst", "stacked:", "stacked:ring", "recoloured:ring", "a+b+c",
                 "paired:digits", "outlined:", "digits+ring", [], object()):  # fmt: skip
        yield f"examples({name!r})"[:50], lambda _, n=name: data.examples(n)
    for split in ("validation", "", None, 3, "tests"):
        yield f"split={split!r}", lambda _, s=split: data.examples("digits", s)
    for shape in ((8, 8), (0, 8, 1), (8, 8, 7), "8", 8, (8, None, 1), (2.5, 8, 1), (-8, 8, 1)):
        yield f"digits data_shape={shape!r}", lambda _, s=shape: data.examples("digits", data_shape=s)
    for size in (0, -1, 2.5, "8", None, 10**6):
        yield f"batch_size={size!r}", lambda _, s=size: data.load("digits", batch_size=s)
    for start in (-1, 1.5, "now"):
        yield f"start={start!r}", lambda _, s=start: data.load("digits", start=s)
    for share in (-0.1, 1.5, float("nan"), "half"):
        yield f"labelled_share={share!r}", lambda _, s=share: data.load("digits", labels=True, labelled_share=s)
    for seed in (1.5, "x", None):
        yield f"seed={seed!r}", lambda _, s=seed: data.load("digits", seed=s)
    yield "labels of points", lambda _: data.load(np.zeros((8, 2)), labels=True, batch_size=2)
    yield "points as images", lambda _: data.load("ring", data_shape=(8, 8, 1))
    for count in (-1, 1.5, 10**6, "all"):
        yield f"keep_labels({count!r})", lambda _, c=count: data.keep_labels(data.examples("digits"), c)
    for classes in (0, 2, -1, 2.5, "ten"):
        yield (
            f"num_classes={classes!r}",
            lambda _, c=classes: data.from_arrays(ARRAY, np.arange(6), num_classes=c),
        )
