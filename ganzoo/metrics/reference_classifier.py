"""A small classifier of a data set's own images, which judges conditional samples and serves as feature extractor."""

import contextlib
import dataclasses
import hashlib
import itertools
import json
import os
import pathlib

import keras
import numpy as np
import scipy.special
from keras import layers

from ganzoo import data
from ganzoo.data.examples import Examples
from ganzoo.data.mapped import MappedImages
from ganzoo.files import as_path, local_copy
from ganzoo.metrics import cache as cache_file

CACHE = pathlib.Path("~/.cache/ganzoo")
EPOCHS, UPDATES = 8, 600
PROTOCOL = (
    f"convolutions 32-64-128, batch norm, dropout .5, Adam 2e-3 to 0 by cosine, at least {EPOCHS} epochs and {UPDATES} "
    "updates of 100, float32"
)


@dataclasses.dataclass(frozen=True)
class Classifier:
    """A trained classifier of images.

    Attributes:
        model: maps images (N, H, W, C) in [-1, 1] to [logits (N, K), features (N, 128)].
        accuracy: its accuracy on test images, in [0, 1].
    """

    model: keras.Model
    accuracy: float

    def features_and_probabilities(self, images: np.ndarray, batch_size: int = 500) -> tuple[np.ndarray, np.ndarray]:
        """Returns the last hidden layer, float32 (N, 128), not negative, and p(y | x), float32 (N, K)."""
        logits, features = self.model.predict(images, batch_size=batch_size, verbose=0)
        return features, scipy.special.softmax(logits, axis=1)

    def classes(self, images: np.ndarray, batch_size: int = 500) -> np.ndarray:
        """Returns the most probable class of each image, integers (N,)."""
        return self.model.predict(images, batch_size=batch_size, verbose=0)[0].argmax(axis=1)

    def probabilities(self, images: np.ndarray, batch_size: int = 500) -> np.ndarray:
        """Returns p(y | x), float32 (N, K)."""
        return self.features_and_probabilities(images, batch_size)[1]

    def features(self, images: np.ndarray, batch_size: int = 500) -> np.ndarray:
        """Returns the last hidden layer, float32 (N, 128), not negative."""
        return self.features_and_probabilities(images, batch_size)[0]


@contextlib.contextmanager
def in_float32():
    """Sets Keras's precision to float32, so that a cached classifier does not depend on the precision of a GAN."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)


@in_float32()
def classifier(train: Examples, test: Examples, cache: str | os.PathLike = CACHE, verbose: int | str = 1) -> Classifier:
    """Trains a `Classifier` on the examples `train` and tests it on `test`; loads it if it is in the cache.

    Training takes some minutes, and reaches an accuracy of at least .99 on MNIST (28, 28, 1). The name of the cached
    file depends on all images and labels, so that other data never share a classifier.

    Args:
        train, test: labelled images; every training example needs a label.
        cache: the folder in which trained classifiers are kept. A warning says if it cannot be written.
        verbose: Keras's argument of `fit`.

    Raises ValueError if examples lack labels, or are vectors.
    """
    if train.labels is None or train.labels.min() < 0 or test.labels is None or len(train.shape) != 3:
        raise ValueError(
            f"A classifier needs labelled images, but {train.name!r} lacks labels or holds vectors: choose other data."
        )
    path = (
        as_path(cache).expanduser()
        / f"classifier-{pathlib.PurePath(train.name).stem}-{digest(PROTOCOL, train, test)}.keras"
    )
    model = network(train.shape, train.num_classes)
    if (known := cache_file.load(lambda: _read(path, model))) is not None:
        return known
    accuracy = train_network(model, train, test, verbose)
    cache_file.save(path, model.save)
    record = {"accuracy": accuracy, "test_examples": len(test), "protocol": PROTOCOL}
    cache_file.save(path.with_suffix(".json"), lambda file: file.write_text(json.dumps(record) + "\n"))
    return Classifier(model, accuracy)


def _read(path, like):
    """Returns the `Classifier` in a file, or None if its shapes are not those of the model `like`."""
    with local_copy(path) as file:
        model = keras.models.load_model(file)
    shapes = [[weight.shape for weight in one.weights] for one in (model, like)]
    accuracy = float(json.loads(path.with_suffix(".json").read_text())["accuracy"])
    return Classifier(model, accuracy) if shapes[0] == shapes[1] and 0 <= accuracy <= 1 else None


@in_float32()
def network(data_shape: tuple[int, int, int], num_classes: int, seed: int = 0) -> keras.Model:
    """Builds an untrained model from images (N, H, W, C) to [logits (N, num_classes), features (N, 128)].

    The seed determines the initial weights and the dropout.
    """
    seeds = itertools.count(100 * seed)
    images = x = keras.Input(data_shape, name="images")
    for filters, stride in ((32, 1 if min(data_shape[:2]) < 16 else 2), (64, 2), (128, 2)):
        x = layers.Conv2D(filters, 3, stride, "same", use_bias=False, kernel_initializer=_glorot(seeds))(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Dropout(0.5, seed=next(seeds))(layers.Flatten()(x))
    features = layers.Dense(128, "relu", kernel_initializer=_glorot(seeds), name="features")(x)
    x = layers.Dropout(0.5, seed=next(seeds))(features)
    logits = layers.Dense(num_classes, kernel_initializer=_glorot(seeds), name="logits")(x)
    return keras.Model(images, [logits, features], name="classifier")


def _glorot(seeds):
    return keras.initializers.GlorotUniform(next(seeds))


@in_float32()
def train_network(
    model: keras.Model, train: Examples, test: Examples, verbose: int | str = 0, batch_size: int = 100
) -> float:
    """Trains a `network` on `train` as PROTOCOL says; returns its accuracy on `test`, in [0, 1]."""
    batch_size = min(batch_size, len(train))
    steps, epochs = max(len(train) // batch_size, UPDATES // EPOCHS), EPOCHS
    head = keras.Model(model.inputs, model.outputs[0])
    head.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, epochs * steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    batches = data.batches(train, batch_size, labels=True, start=0)
    head.fit(batches, epochs=epochs, steps_per_epoch=steps, shuffle=False, verbose=verbose)
    held_out = data.batches(test, 500, labels=True, shuffle=False, drop_remainder=False)
    return float(head.evaluate(held_out, verbose=0, return_dict=True)["accuracy"])


def digest(about: str, *sets: Examples) -> str:
    """Returns a hash, 12 hexadecimal digits, of a text and the contents of some examples."""
    hashed = hashlib.sha256(about.encode())
    for examples in sets:
        images = examples.images
        if isinstance(images, MappedImages):  # in a file, which may be large
            hashed.update(images.digest().encode())
            images = ()
        for array in (images, () if examples.labels is None else examples.labels):
            array = np.ascontiguousarray(array)
            hashed.update(f"{array.shape}, {array.dtype}: ".encode())
            hashed.update(array.data)
        hashed.update(f"{examples.num_classes} classes".encode())
    return hashed.hexdigest()[:12]
