"""What images are compared by: extractors by name. The name stands in the key of every metric that uses it."""

import dataclasses
import typing

import keras
import numpy as np
import tensorflow as tf

from ganzoo.metrics.reference_classifier import classifier
from ganzoo.registry import Registry

_extractors = Registry("extractor")
names = _extractors.names


@dataclasses.dataclass(frozen=True)
class Extractor:
    """A function `extract` from a batch (N, *data_shape), images in [-1, 1], to features (N, D) and probabilities.

    Those of classes are (N, K), or None where the extractor knows none. `about` says what a reader must know.
    """

    name: str
    extract: typing.Callable
    about: str


def get(name, train, test, cache, verbose=0):
    """The `Extractor` of that name for the data set of the Examples `train` and `test`.

    Raises ValueError for an unknown name, and as the extractors do; ConnectionError where weights must be downloaded
    and cannot.
    """
    return _extractors[name](train, test, cache, verbose)


@_extractors.register
def pixels(train, test, cache, verbose):
    """Images as rows of numbers in [0, 1]; vectors as they are."""
    images = len(train.shape) == 3

    def extract(batch):
        rows = np.reshape(batch, (len(batch), -1))
        return (rows / 2 + 0.5 if images else rows), None

    return Extractor("pixels", extract, "pixels in [0, 1]" if images else "vectors as they are")


def classifier_features(train, test, cache, verbose):
    """The last hidden layer of this repository's small classifier of the data set at hand, and its probabilities."""
    judge = classifier(train, test, cache, verbose)
    about = f"a classifier of {train.name}, right on {judge.accuracy:.2%} of test images"
    return Extractor("classifier", judge.features_and_probabilities, about)


_extractors.register(classifier_features, "classifier")


@_extractors.register
def inception299(train, test, cache, verbose):
    """InceptionV3 of keras.applications with ImageNet weights: its 2,048 pooled features and 1,000 classes.

    Images are resized to 299 x 299, bilinear, and grey ones repeated. Numbers of other Inceptions, those of pytorch-fid
    and of the papers included, are not these.
    """
    try:
        model = keras.applications.InceptionV3(weights="imagenet")
    except Exception as error:  # urllib's, or Keras's own, which names no class
        raise ConnectionError(
            f"InceptionV3's weights are not here and cannot be downloaded ({error}): take the extractor `classifier`, "
            "which needs no network."
        ) from error
    both = keras.Model(model.inputs, [model.get_layer("avg_pool").output, model.output])

    def extract(batch):
        colour = tf.image.grayscale_to_rgb(tf.constant(batch)) if batch.shape[-1] == 1 else batch
        return both.predict_on_batch(tf.image.resize(colour, (299, 299)))

    return Extractor("inception299", extract, "InceptionV3 of keras.applications, bilinear to 299 x 299")
