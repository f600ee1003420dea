"""The programs that `experiments.data_speed` measures, each in a process of its own.

python -m experiments.support.folder_readers PART:READER SETTINGS

Prints as JSON what it measured. The settings are JSON, too, with the time at which the process was started. Packages
are imported where they are used: each program needs few of them, and PyTorch may have an interpreter of its own.
"""

import dataclasses
import importlib
import json
import math
import os
import pathlib
import resource
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from experiments.support.watched_process import peak_gib

PACKAGES = {"ganzoo": "ganzoo.data", "pillow": "PIL.Image", "pytorch": "torchvision.datasets"}
"""What a reader imports before its time is taken; all others import Keras."""
CHUNK = 1024


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is read, and how: images of `stored` x `stored` pixels in a folder, as batches of `size` x `size`."""

    folder: str
    stored: int
    size: int
    batch_size: int
    seconds: float
    steps: int
    width: int | None
    cache: str


def prepare(reader: str, settings: Settings) -> dict:
    """What comes before the first training: nothing is in the cache yet."""
    if reader == "pillow":
        _pillow(settings)
    else:
        _examples(settings)
    return {}


def pipeline(reader: str, settings: Settings) -> dict:
    """Reads two epochs, or the first seconds of each. A cache must first be filled by a whole epoch."""
    start = time.perf_counter()
    epochs = EPOCHS[reader](settings)
    first, speed, work = rate(epochs(0), math.inf if reader == "keras_cached" else settings.seconds)
    _, second_speed, second_work = rate(epochs(1), settings.seconds)
    return {
        "first_batch": first - start,
        "first_epoch": speed,
        "second_epoch": second_speed,
        "first_work": work,
        "second_work": second_work,
    }


def rate(batches: Iterable, seconds: float) -> tuple[float, float, float]:
    """Reads batches, for at most these seconds after the first batch.

    Returns the time of the first batch, the images per second after it, and the images per second of processor time.
    """
    first, images, cpu = None, [], cpu_seconds()
    for batch in batches:
        now = time.perf_counter()
        images.append(len(batch[0] if isinstance(batch, list | tuple) else batch))
        first = first or now
        if now - first > seconds:
            break
    return first, sum(images[1:]) / (now - first), sum(images) / (cpu_seconds() - cpu)


def cpu_seconds() -> float:
    """Returns the processor time of this process, and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def first_step(reader: str, settings: Settings) -> dict:
    """Trains a DCGAN for one step."""
    _dcgan(settings).fit(EPOCHS[reader](settings)(0), steps_per_epoch=1, verbose=0)
    return {}


def step(reader: str, settings: Settings) -> dict:
    """Compares the steps of a DCGAN that is fed from a folder with steps on one batch that repeats."""
    from experiments.overheads import seconds_per_step

    gan, batches = _dcgan(settings), EPOCHS[reader](settings)(0).repeat()
    same = batches.take(1).cache().repeat()
    fed, repeated = (seconds_per_step(gan, one, settings.steps) for one in (batches, same))
    return {"step": fed, "same_batch": repeated, "share": 1 - repeated / fed}


def _dcgan(settings):
    import ganzoo

    width = {} if settings.width is None else {"width": settings.width}
    return ganzoo.create("dcgan", (settings.size, settings.size, 3), seed=0, **width)


def _examples(settings):
    from ganzoo import data

    return data.examples(
        settings.folder, data_shape=(settings.size, settings.size, 3), cache_dir=f"{settings.cache}/ganzoo"
    )


def _ganzoo(settings) -> Callable:
    """As `experiments.train` reads a folder: `fit` converts bytes to floats, so a step of a DCGAN includes that."""
    from ganzoo import data

    found = _examples(settings)
    steps = len(found) // settings.batch_size
    return lambda epoch: data.batches(found, settings.batch_size, seed=0, start=epoch * steps, as_bytes=True).take(
        steps
    )


def _keras(settings, cache=False):
    """As Keras's and TensorFlow's guides read a folder; `cache` keeps the batches as they are fed."""
    import keras
    import tensorflow as tf

    size = settings.size, settings.size
    dataset = keras.utils.image_dataset_from_directory(
        settings.folder, labels=None, batch_size=settings.batch_size, image_size=size, seed=0, verbose=False
    )
    dataset = dataset.map(keras.layers.Rescaling(1 / 127.5, offset=-1), num_parallel_calls=tf.data.AUTOTUNE)
    dataset = (dataset.cache() if cache else dataset).prefetch(tf.data.AUTOTUNE)
    return lambda epoch: dataset


def _pytorch(settings):
    """As PyTorch's DCGAN tutorial reads a folder."""
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    resizing = [transforms.Resize(settings.size), transforms.CenterCrop(settings.size)]
    normalizing = [transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)]
    steps = normalizing if settings.stored == settings.size else resizing + normalizing
    dataset = datasets.ImageFolder(settings.folder, transforms.Compose(steps))
    loader = DataLoader(dataset, settings.batch_size, shuffle=True, num_workers=os.cpu_count(), drop_last=True)
    return lambda epoch: loader


def _same_batch(settings):
    """No folder at all: one batch that repeats."""
    import tensorflow as tf

    zeros = tf.zeros((settings.batch_size, settings.size, settings.size, 3))
    return lambda epoch: tf.data.Dataset.from_tensors(zeros).repeat()


def _pillow(settings):
    """Writes the pixels of all images to one file on the disk, with a thread for each core."""
    from PIL import Image

    def pixels(path):
        with Image.open(path) as image:
            image = image.convert("RGB")
        if image.size != size:
            image = image.resize(size, Image.Resampling.BILINEAR)
        return image.tobytes()

    size, target = (settings.size, settings.size), pathlib.Path(settings.cache, "pillow", "pixels")
    target.parent.mkdir(parents=True, exist_ok=True)
    files = sorted(pathlib.Path(settings.folder).rglob("*.jpg"))
    with ThreadPoolExecutor(os.cpu_count()) as pool, open(target, "wb") as file:
        for begin in range(0, len(files), CHUNK):
            file.writelines(pool.map(pixels, files[begin : begin + CHUNK]))
        file.flush()
        os.fsync(file.fileno())  # as ganzoo does, or part of the work would be left to the operating system


EPOCHS = {
    "ganzoo": _ganzoo,
    "keras": _keras,
    "keras_cached": lambda settings: _keras(settings, cache=True),
    "pytorch": _pytorch,
    "same_batch": _same_batch,
}
"""Functions of `Settings`, each of which returns a function from the number of an epoch to its batches."""


def main(program: str, settings: str) -> None:
    """Runs a program, and prints its numbers, its seconds without imports and with them, and its peak memory."""
    part, reader = program.split(":")
    settings = json.loads(settings)
    began = settings.pop("began")
    importlib.import_module(PACKAGES.get(reader, "keras"))
    start, cpu = time.time(), cpu_seconds()
    found = {"prepare": prepare, "pipeline": pipeline, "first_step": first_step, "step": step}[part](
        reader, Settings(**settings)
    )
    now = time.time()
    seconds = {"seconds": now - start, "with_import": now - began, "cpu_seconds": cpu_seconds() - cpu}
    print(json.dumps(found | seconds | {"peak_gib": peak_gib()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
