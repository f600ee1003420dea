"""Reading any image set of TensorFlow Datasets (TFDS) by its name there."""

import contextlib
import difflib
import logging
import os
import re
import urllib.error
from collections.abc import Sequence

import numpy as np
import tensorflow as tf
from tqdm.auto import tqdm

from ganzoo.data.examples import Examples
from ganzoo.data.resizing import fit, image_shape

CHUNK = 256
RETRIES = 3


def from_tfds(
    name: str, split: str = "train", data_shape: tuple[int, int, int] | None = None, known: Sequence[str] = ()
) -> Examples:
    """Reads `Examples` of a TFDS image set into memory, after downloading and preparing it if necessary.

    The set is looked for in the folder TFDS_DATA_DIR, or in TFDS's default folder. Labels and their
    names are kept if they are classes and all of them are known.

    Args:
        name: of the set in TFDS, which may include a configuration and a version.
        split: in TFDS's syntax, which includes slices such as "train[:10%]".
        data_shape: (H, W, C), to which images are cropped and resized; required if they vary in size.
        known: names of other data sets, which the error for an unknown name lists.

    Raises:
        ValueError: if the name or the split is unknown, or if the set has no images.
        ConnectionError: if the set is not on disk and cannot be downloaded.
    """
    builder = _builder(name, known)
    image, label = _features(builder, name)
    data_shape = data_shape and image_shape(data_shape)
    if data_shape is None and None in builder.info.features[image].shape:
        raise ValueError(f"The images of {name!r} vary in size; give a data_shape=(H, W, C) to which to resize them.")
    if not builder.is_prepared():
        _download(builder, name)
    return _read(builder, name, split, data_shape, image, label)


def _builder(name, known):
    import tensorflow_datasets

    try:
        return tensorflow_datasets.builder(name, data_dir=os.environ.get("TFDS_DATA_DIR"), try_gcs=False)
    except AssertionError as error:
        raise ValueError(
            f"TensorFlow Datasets has no such version or configuration: {name!r}; leave it out for the default."
        ) from error
    except ValueError:
        sets = tensorflow_datasets.list_builders(with_community_datasets=False)
        if re.split("[/:]", name)[0] in sets:  # TFDS explains a wrong configuration or version well
            raise
        every = [*known, *sets]  # several hundred, so the message names only the nearest
        close = difflib.get_close_matches(name, every, n=1, cutoff=0.5)
        guess = f"; did you mean {close[0]!r}?" if close else "."
        raise ValueError(
            f"Unknown dataset {name!r}{guess} Known datasets: {', '.join(known)}; any image set of TensorFlow "
            "Datasets; an existing folder of images, .npy or .npz file."
        ) from None


def _features(builder, name):
    """Returns the keys of the images and of the classes, or None for the latter if there are no classes."""
    from tensorflow_datasets import features as kinds

    features = builder.info.features
    keys = [*(builder.info.supervised_keys or ()), "image", "label", *features]
    flat = [key for key in keys if isinstance(key, str) and key in features]
    images = [key for key in flat if isinstance(features[key], kinds.Image) and features[key].np_dtype == np.uint8]
    labels = [key for key in flat if isinstance(features[key], kinds.ClassLabel)]
    if not images:
        raise ValueError(f"The TFDS set {name!r} has {', '.join(features)} but no images; choose a set of images.")
    return images[0], labels[0] if labels else None


def _download(builder, name):
    import requests
    from tensorflow_datasets.core.download.util import DownloadError

    try:
        with _fewer_retries():
            builder.download_and_prepare()
    except AssertionError as error:  # TFDS's instructions for a set that users must download by hand
        raise ValueError(f"The dataset {name!r} must be downloaded by hand: {' '.join(str(error).split())}") from None
    except (requests.RequestException, urllib.error.URLError, DownloadError) as error:
        raise ConnectionError(
            f"The dataset {name!r} is not at {str(builder.data_path)!r} and cannot be downloaded "
            f"({type(error).__name__}); check the network, set TFDS_DATA_DIR to a folder that contains it, or use "
            "'digits', which needs no network."
        ) from None


@contextlib.contextmanager
def _fewer_retries():
    """Shortens TFDS's retries of an unreachable host, which otherwise take three minutes and print many warnings."""
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
    hidden = label is None or (labels < 0).any()  # TFDS uses -1 for the secret labels of a competition
    if hidden:
        return Examples(images, name=name)
    return Examples(images, labels, name=name, class_names=builder.info.features[label].names)
