"""Folders of JPEG files made from small images, as many and as large as `experiments.data_speed` needs them."""

import multiprocessing
import os
import pathlib
import shutil
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from PIL import Image
from tqdm import tqdm

SHAPE = (32, 32, 3)
CHUNK = 500
MOST_SHIFT = 4
TEXTURE = 6.0
"""The standard deviation of the noise that makes files as large as those of photographs, in grey levels."""
QUALITY = 90


def make(folder: pathlib.Path | str, size: int, count: int, dataset: str = "cifar10", seed: int = 0) -> None:
    """Makes a folder of `count` JPEG files of size x size in folders of classes, unless it is there already.

    They are made from the labelled images of a data set, each of which is used several times if there are fewer. They
    depend only on the arguments, and no two are alike. They are written to a folder with another name at first, so that
    a folder of this name is always complete.

    Raises:
        ValueError: if the folder holds another number of files.
    """
    from ganzoo import data  # its import takes seconds, which other processes do not need

    folder = pathlib.Path(folder)
    if folder.exists():
        found = sum(len(os.listdir(one)) for one in folder.iterdir() if one.is_dir())
        if found != count:
            raise ValueError(f"{folder} holds {found} files instead of {count}: delete it, or choose another --folder.")
        return
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    source = data.examples(dataset, data_shape=SHAPE)
    for name in source.class_names:
        (unfinished / name).mkdir(parents=True)
    context = multiprocessing.get_context("spawn")  # a fork would copy TensorFlow's locks, but not its threads
    with ProcessPoolExecutor(mp_context=context) as pool, tqdm(total=count, desc=folder.name, unit=" files") as bar:
        jobs = [
            pool.submit(_save, unfinished, size, seed, numbers, source.images[rows], names)
            for numbers, rows, names in _chunks(source, count)
        ]
        for job in jobs:
            bar.update(job.result())
    unfinished.rename(folder)


def _chunks(source, count):
    """Yields the numbers of up to `CHUNK` files, the rows of their images, and the names of their classes."""
    for begin in range(0, count, CHUNK):
        numbers = range(begin, min(begin + CHUNK, count))
        rows = np.asarray(numbers) % len(source)
        yield numbers, rows, [source.class_names[label] for label in source.labels[rows]]


def _save(folder, size, seed, numbers, images, names):
    """Saves an image for each of the numbers, and returns how many it saved."""
    for number, image, name in zip(numbers, images, names, strict=True):
        varied = vary(image, size, np.random.default_rng([seed, size, number]))
        Image.fromarray(varied).save(folder / name / f"{number:07}.jpg", quality=QUALITY)
    return len(numbers)


def vary(image: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Returns an enlarged part of an image, perhaps flipped, in other colours, and with some texture.

    Args:
        image: uint8 (H, W, 3).
        size: the height and width of what is returned.
        rng: draws the part, the flip, the colours and the texture.
    """
    side = min(image.shape[:2]) - MOST_SHIFT
    left, top = rng.uniform(0, MOST_SHIFT, 2)
    box = (left, top, left + side, top + side)
    enlarged = np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC, box=box))
    if rng.random() < 0.5:
        enlarged = enlarged[:, ::-1]
    texture = rng.normal(scale=TEXTURE, size=(size, size, 1))
    return np.clip(enlarged * rng.uniform(0.8, 1.2, 3) + texture, 0, 255).astype("uint8")
