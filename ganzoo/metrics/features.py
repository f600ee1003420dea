"""Feature extractors by name, by which metrics compare images. The name is a part of each metric's own name."""

import dataclasses
import functools
import os
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from ganzoo.data.examples import Examples
from ganzoo.metrics import inception2015 as inception
from ganzoo.metrics.reference_classifier import classifier, network
from ganzoo.registry import Registry

_extractors = Registry("extractor")
names = _extractors.names


@dataclasses.dataclass(frozen=True)
class Extractor:
    """A function that computes features, with its name.

    Attributes:
        name: one of `names()`.
        extract: maps a batch (N, *data_shape), images in [-1, 1], to a pair of features (N, D) and class probabilities
            (N, K). The latter are None if the extractor is not a classifier.
        about: a description for readers of results; cached features depend on it.
        trained_on: the examples on which the features depend, for cached features.
    """

    name: str
    extract: Callable
    about: str
    trained_on: tuple[Examples, ...] = ()


def get(name: str, train: Examples, test: Examples, cache: str | os.PathLike, verbose: int | str = 0) -> Extractor:
    """Returns the `Extractor` of that name for a data set.

    Args:
        name: one of `names()`.
        train, test: the examples of the data set, on which a classifier is trained and tested.
        cache: the folder for trained classifiers.
        verbose: Keras's argument, for the training of a classifier.

    Raises:
        ValueError: if the name is unknown, or if the extractor does not fit the data.
        ConnectionError: if weights must be downloaded and cannot be.
    """
    return _extractors[name](train, test, cache, verbose)


@_extractors.register
def pixels(train: Examples, test: Examples, cache: str | os.PathLike, verbose: int | str) -> Extractor:
    """Flattens images to pixels in [0, 1], and leaves vectors unchanged."""
    images = len(train.shape) == 3

    def extract(batch: np.ndarray) -> tuple:
        rows = np.reshape(batch, (len(batch), -1))
        return (rows / 2 + 0.5 if images else rows), None

    return Extractor("pixels", extract, "pixels in [0, 1]" if images else "vectors as they are")


def classifier_features(train: Examples, test: Examples, cache: str | os.PathLike, verbose: int | str) -> Extractor:
    """Uses the last hidden layer of the `classifier` of the same data set, and its class probabilities."""
    judge = classifier(train, test, cache, verbose)
    about = f"a classifier of {train.name}, right on {judge.accuracy:.2%} of test images"
    return Extractor("classifier", judge.features_and_probabilities, about, (train, test))


_extractors.register(classifier_features, "classifier")


@_extractors.register
def stacked(train: Examples, test: Examples, cache: str | os.PathLike, verbose: int | str) -> Extractor:
    """Classifies the channels of stacked images one by one, and multiplies the probabilities of their classes.

    This is the protocol of Srivastava et al. (2017) for the modes of stacked digits, `modes_stacked_26k`: a classifier
    of single digits, K classes, tells K^3 apart. Its hidden features of the three channels are put side by side.
    """
    judge = classifier(_first_channel(train), _first_channel(test), cache, verbose)

    def extract(batch: np.ndarray) -> tuple:
        channels = np.concatenate([batch[..., place : place + 1] for place in range(3)])
        features, chances = (np.split(part, 3) for part in judge.features_and_probabilities(channels))
        product = np.einsum("na,nb,nc->nabc", *chances)
        return np.concatenate(features, axis=1), product.reshape(len(batch), -1)

    about = f"a classifier of the channels of {train.name}, right on {judge.accuracy:.2%} of test images"
    return Extractor("stacked", extract, about, (train, test))


def _first_channel(examples):
    """Returns the first of three stacked images of each example, with its own class; raises ValueError for others."""
    classes = round((examples.num_classes or 0) ** (1 / 3))
    if examples.shape[2:] != (3,) or examples.labels is None or classes < 2 or classes**3 != examples.num_classes:
        raise ValueError(
            f"The extractor `stacked` is for stacked images such as stacked_digits, but {examples.name!r} has shape "
            f"{examples.shape} and {examples.num_classes} classes: use `classifier`."
        )
    name = f"channel-of-{examples.name}"
    return Examples(np.asarray(examples.images)[..., :1], examples.labels // classes**2, classes, name)


def _check_images(name, examples):
    if len(examples.shape) != 3:
        raise ValueError(f"The extractor `{name}` is for images, but {examples.name!r} holds vectors: use `pixels`.")


@_extractors.register
def convolutions(train: Examples, test: Examples, cache: str | os.PathLike, verbose: int | str) -> Extractor:
    """Uses the last hidden layer, 128 features, of a convolutional network that is not trained.

    These features need neither labels nor weights. They see shapes and colors rather than objects: Naeem et al. (2020)
    find that random features still tell good samples from bad ones where features of ImageNet mislead. The network is
    that of the classifier, with weights drawn from a fixed seed.
    """
    _check_images("convolutions", train)
    model = network(train.shape, num_classes=2)

    def extract(batch: np.ndarray) -> tuple:
        return model.predict_on_batch(batch)[1], None

    return Extractor("convolutions", extract, "an untrained network of convolutions 32-64-128")


@_extractors.register
def inception2015(train: Examples, test: Examples, cache: str | os.PathLike, verbose: int | str) -> Extractor:
    """Uses the network of published Frechet inception distances: 2,048 pooled features and 1,008 classes.

    Images are rounded to 256 levels, and resized to 299 x 299 as TensorFlow 1 did it. Results are those of the code of
    Heusel et al. (2017) and of torch-fidelity; see `ganzoo.metrics.inception2015` for the weights.
    """
    return _inception2015(train, "inception2015", False, "bilinear to 299 x 299 as TensorFlow 1 did it")


@_extractors.register
def inception2015clean(train: Examples, test: Examples, cache: str | os.PathLike, verbose: int | str) -> Extractor:
    """Uses the same network, with images resized as Parmar et al. (2022) do it. Results are those of clean-fid."""
    return _inception2015(train, "inception2015clean", True, "bicubic to 299 x 299 with antialiasing")


def _inception2015(train, name, clean, resizing):
    _check_images(name, train)
    net = inception.load()
    extract = functools.partial(net.features_and_probabilities, clean=clean)
    return Extractor(name, extract, f"Inception of 2015-12-05 (weights {net.digest}), {resizing}")


@_extractors.register
def inception299(train: Examples, test: Examples, cache: str | os.PathLike, verbose: int | str) -> Extractor:
    """Uses InceptionV3 of keras.applications with ImageNet weights: 2,048 pooled features and 1,000 classes.

    Images are resized to 299 x 299 bilinearly, and grey images become three equal channels. The results may not be
    compared with those of other Inception networks, such as the papers': see `inception2015`.
    """
    try:
        model = keras.applications.InceptionV3(weights="imagenet")
    except Exception as error:  # urllib's, or a plain Exception of Keras
        raise ConnectionError(
            f"The weights of InceptionV3 are not on this machine and cannot be downloaded ({error}): use the extractor "
            "`classifier`, which needs no network."
        ) from error
    both = keras.Model(model.inputs, [model.get_layer("avg_pool").output, model.output])

    def extract(batch: np.ndarray) -> tuple:
        colour = tf.image.grayscale_to_rgb(tf.constant(batch)) if batch.shape[-1] == 1 else batch
        return both.predict_on_batch(tf.image.resize(colour, (299, 299)))

    return Extractor("inception299", extract, "InceptionV3 of keras.applications, bilinear to 299 x 299")
