"""Any image set of TensorFlow Datasets (TFDS), by its name there."""

import contextlib
import difflib
import logging
import os
import re
import urllib.error

import numpy as np
import tensorflow as tf
from tqdm.auto import tqdm

from ganzoo.data.examples import Examples
from ganzoo.data.resizing import fit, image_shape

CHUNK = 256
RETRIES = 3


def from_tfds(name, split="train", data_shape=None, known=()):
    """Examples from the TFDS set `name`, read into memory; downloaded and prepared first if it is not there yet.

    The set is sought in TFDS_DATA_DIR, or where TFDS keeps its data by default. `split` is TFDS's, slices included
    ("train[:10%]"). Images are cut and resized to `data_shape` (H, W, C), which is needed where the set's own images
    vary in size. Labels are kept where they are classes. `known` are the names to list beside an unknown one.

    Raises ValueError for an unknown name or split, and for a set without images; ConnectionError where the set is
    neither on disk nor to be had from the network.
    """
    builder = _builder(name, known)
    image, label = _features(builder, name)
    data_shape = data_shape and image_shape(data_shape)
    if data_shape is None and None in builder.info.features[image].shape:
        raise ValueError(f"The images of {name!r} vary in size; give data_shape=(H, W, C), to which they are resized.")
    if not builder.is_prepared():
        _download(builder, name)
    return _read(builder, name, split, data_shape, image, label)


def _builder(name, known):
    import tensorflow_datasets

    try:
        return tensorflow_datasets.builder(name, data_dir=os.environ.get("TFDS_DATA_DIR"), try_gcs=False)
    except AssertionError as error:
        raise ValueError(f"TensorFlow Datasets knows no such version or configuration: {name!r}.") from error
    except ValueError:
        sets = tensorflow_datasets.list_builders(with_community_datasets=False)
        if re.split("[/:]", name)[0] in sets:  # an unknown configuration, version or argument, which TFDS explains well
            raise
        every = [*known, *sets]  # several hundred: the nearest is named, not all of them
        close = difflib.get_close_matches(name, every, n=1, cutoff=0.5)
        guess = f"; did you mean {close[0]!r}?" if close else "."
        raise ValueError(
            f"Unknown dataset {name!r}{guess} Known datasets: {', '.join(known)}; any image set of TensorFlow "
            "Datasets; a folder of images, a .npy or an .npz file that exists."
        ) from None


def _features(builder, name):
    """The keys of the images and of the classes, the second None where there are no classes."""
    from tensorflow_datasets import features as kinds

    features = builder.info.features
    keys = [*(builder.info.supervised_keys or ()), "image", "label", *features]
    flat = [key for key in keys if isinstance(key, str) and key in features]
    images = [key for key in flat if isinstance(features[key], kinds.Image) and features[key].np_dtype == np.uint8]
    labels = [key for key in flat if isinstance(features[key], kinds.ClassLabel)]
    if not images:
        raise ValueError(f"The TFDS set {name!r} holds {', '.join(features)} and no images; choose a set of images.")
    return images[0], labels[0] if labels else None


def _download(builder, name):
    import requests
    from tensorflow_datasets.core.download.util import DownloadError

    try:
        with _little_patience():
            builder.download_and_prepare()
    except AssertionError as error:  # TFDS's way to say that a set must be fetched by hand, and how
        raise ValueError(f"The dataset {name!r} must be downloaded by hand: {' '.join(str(error).split())}") from None
    except (requests.RequestException, urllib.error.URLError, DownloadError) as error:
        raise ConnectionError(
            f"The dataset {name!r} is not at {str(builder.data_path)!r} and cannot be downloaded "
            f"({type(error).__name__}); check the network, set TFDS_DATA_DIR to a folder that holds it, or take "
            "'digits', which needs no network."
        ) from None


@contextlib.contextmanager
def _little_patience():
    """Without it TFDS asks a host that is not there for more than three minutes, with a warning each time."""
    from tensorflow_datasets.core.download import downloader

    retries, log = getattr(downloader, "MAX_RETRIES", None), logging.getLogger("urllib3.connectionpool")
    level = log.level
    downloader.MAX_RETRIES = RETRIES
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        downloader.MAX_RETRIES = retries
        log.setLevel(level)


def _read(builder, name, split, data_shape, image, label):
    from tensorflow_datasets import decode

    kept = [key for key in (image, label) if key is not None]
    source = builder.as_dataset(split=split, decoders=decode.PartialDecoding(dict.fromkeys(kept, True)))

    def pair(example):
        pixels = example[image] if data_shape is None else fit(example[image], data_shape)
        return pixels, tf.constant(-1, tf.int64) if label is None else example[label]

    chunks = source.map(pair, num_parallel_calls=tf.data.AUTOTUNE).batch(CHUNK).prefetch(1)
    count = builder.info.splits[split].num_examples
    images = np.empty((count, *(data_shape or builder.info.features[image].shape)), "uint8")
    labels = np.empty(count, "int64")
    with tqdm(total=count, desc=f"Reading {name}", unit=" images", delay=1) as progress:
        for pixels, classes in chunks.as_numpy_iterator():
            part = slice(progress.n, progress.n + len(pixels))
            images[part], labels[part] = pixels, classes
            progress.update(len(pixels))
    hidden = label is None or (labels < 0).any()  # TFDS writes -1 for the labels that a competition keeps to itself
    classes = None if hidden else builder.info.features[label].num_classes
    return Examples(images, None if hidden else labels, classes, name=name)
