"""Reading any image set of TensorFlow Datasets (TFDS) by its name there."""

import contextlib
import difflib
import logging
import os
import re
import urllib.error
import warnings
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from ganzoo.data import reading
from ganzoo.data.examples import Examples, NoSplitError
from ganzoo.data.sources import CACHE, Item, ReadingOptions, Source

RETRIES = 3


def from_tfds(
    name: str,
    split: str = "train",
    data_shape: tuple[int, int, int] | None = None,
    known: Sequence[str] = (),
    crop: int | None = None,
    skip_broken: bool = False,
    cache_dir: str | os.PathLike = CACHE,
) -> Examples:
    """Reads `Examples` of a TFDS image set, after downloading and preparing it if necessary.

    The set is looked for in the folder TFDS_DATA_DIR, or in TFDS's default folder. Labels and their names are kept if
    they are classes and all of them are known. Pillow decodes the images, as for a folder (`ganzoo.data.folder`), and
    sets of more than 256 MB are prepared once and memory-mapped from then on.

    Args:
        name: of the set in TFDS, which may include a configuration and a version.
        split: in TFDS's syntax, which includes slices such as "train[:10%]".
        data_shape: (H, W, C), to which images are cropped and resized; required if they vary in size.
        known: names of other data sets, which the error for an unknown name lists.
        crop: the side of the central square that is cut out of each image first, such as CelebA's usual 108 or 178.
        skip_broken: whether to leave out images that cannot be read, with a warning, instead of refusing them.
        cache_dir: the folder for prepared images, on a local disk.

    Raises:
        ValueError: if the name or the split is unknown, if the set has no images, if an image cannot be read or is
            smaller than `crop`, or if the disk has too little space.
        ConnectionError: if the set is not on disk and cannot be downloaded.
    """
    options = ReadingOptions(data_shape, crop, skip_broken, cache_dir)
    builder = _builder(name, known)
    image, label = _features(builder, name)
    if data_shape is None and crop is None and None in builder.info.features[image].shape:
        raise ValueError(f"The images of {name!r} vary in size; give a data_shape=(H, W, C) to which to resize them.")
    if not builder.is_prepared():
        _download(builder, name)
    source = _source(builder, name, split, image, label)
    examples, broken = reading.read(source, options)
    if broken:
        warnings.warn(
            f"From {name!r}, ganzoo read {len(examples)} images and left out {len(broken)}, such as {broken[0]}.",
            stacklevel=2,
        )
    return examples


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


def _source(builder, name, split, image, label):
    from tensorflow_datasets import decode

    try:
        count = builder.info.splits[split].num_examples
    except (KeyError, ValueError) as error:
        raise NoSplitError(
            f"There is no split {split!r} of {name!r}, which has the splits {', '.join(sorted(builder.info.splits))}."
        ) from error
    if count < 1:
        raise ValueError(f"The split {split!r} of {name!r} has no examples; choose a larger part.")
    kept = [key for key in (image, label) if key is not None]
    as_it_is = decode.make_decoder(output_dtype=tf.string)(lambda example, feature: example)
    encoded = decode.PartialDecoding(dict.fromkeys(kept, True), decoders={image: as_it_is()})
    features = builder.info.features
    height, width, channels = features[image].shape

    def items(start):
        source = builder.as_dataset(split=split, decoders=encoded).skip(start)
        for row, example in enumerate(source.as_numpy_iterator(), start):
            yield Item(example[image], f"{name} {split} {row}", -1 if label is None else int(example[label]))

    def state():
        files = sorted(tf.io.gfile.glob(f"{builder.data_path}/*"))
        found = [(file, tf.io.gfile.stat(file)) for file in files]
        return repr([(file, one.length, one.mtime_nsec) for file, one in found])

    return Source(
        name,
        f"{os.path.abspath(builder.data_path)}, {split}",
        state,
        count,
        items,
        None if label is None else features[label].names,
        None if None in (height, width, channels) else (height, width, 1 if channels < 3 else 3),  # without alpha
    )
