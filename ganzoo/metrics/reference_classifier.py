"""A small classifier of a data set's own images: it judges conditional samples, and gives features of images."""

import contextlib
import dataclasses
import hashlib
import itertools
import json
import pathlib

import keras
import numpy as np
import scipy.special
from keras import layers

from ganzoo import data
from ganzoo.files import atomic_write

CACHE = pathlib.Path("~/.cache/ganzoo")
EPOCHS, UPDATES = 8, 600
PROTOCOL = (
    f"convolutions 32-64-128, batch norm, dropout .5, Adam 2e-3 to 0 by cosine, at least {EPOCHS} epochs and {UPDATES} "
    "updates of 100, float32"
)


@dataclasses.dataclass(frozen=True)
class Classifier:
    """A Keras `model` from images (N, H, W, C) in [-1, 1] to [logits (N, K), features (N, 128)].

    `accuracy` is that on the test images that it was made with.
    """

    model: keras.Model
    accuracy: float

    def features_and_probabilities(self, images, batch_size=500):
        """The last hidden layer, float32 (N, 128), none negative; and p(y | x), float32 (N, K)."""
        logits, features = self.model.predict(images, batch_size=batch_size, verbose=0)
        return features, scipy.special.softmax(logits, axis=1)

    def classes(self, images, batch_size=500):
        """The most probable class of each image, integers (N,)."""
        return self.model.predict(images, batch_size=batch_size, verbose=0)[0].argmax(axis=1)

    def probabilities(self, images, batch_size=500):
        """p(y | x), float32 (N, K)."""
        return self.features_and_probabilities(images, batch_size)[1]

    def features(self, images, batch_size=500):
        """The last hidden layer, float32 (N, 128), none negative."""
        return self.features_and_probabilities(images, batch_size)[0]


@contextlib.contextmanager
def _in_float32():
    """Whatever the precision of the GANs beside it: a judge that is kept must be the same in each."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)


@_in_float32()
def classifier(train, test, cache=CACHE, verbose=1):
    """The `Classifier` trained on the Examples `train` and tested on `test`; minutes at first, then read from `cache`.

    Its file is named after the images and labels of both, so other data make another one; the same data make the same
    one. `verbose` is that of Keras's `fit`. On MNIST (28, 28, 1) its accuracy is at least .99.

    Raises ValueError for examples without labels (all of them must have one), and for vectors.
    """
    if train.labels is None or train.labels.min() < 0 or test.labels is None or len(train.shape) != 3:
        raise ValueError(f"A classifier is trained on labelled images; {train.name!r} lacks labels, or has vectors.")
    path = (
        pathlib.Path(cache).expanduser()
        / f"classifier-{pathlib.Path(train.name).stem}-{digest(PROTOCOL, train, test)}.keras"
    )
    try:
        return Classifier(keras.models.load_model(path), json.loads(path.with_suffix(".json").read_text())["accuracy"])
    except (OSError, ValueError, KeyError):  # not there yet, or damaged
        path.parent.mkdir(parents=True, exist_ok=True)  # an error now, not after the training
    model = network(train.shape, train.num_classes)
    accuracy = train_network(model, train, test, verbose)
    with atomic_write(path) as beside:
        model.save(beside)
    with atomic_write(path.with_suffix(".json")) as beside:
        beside.write_text(json.dumps({"accuracy": accuracy, "test_examples": len(test), "protocol": PROTOCOL}) + "\n")
    return Classifier(model, accuracy)


@_in_float32()
def network(data_shape, num_classes, seed=0):
    """Images (N, H, W, C) -> [logits (N, num_classes), features (N, 128)], untrained; `seed` is of all its numbers."""
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


@_in_float32()
def train_network(model, train, test, verbose=0, batch_size=100):
    """The accuracy on the Examples `test` of such a network, once it is trained on `train` as PROTOCOL says."""
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


def digest(about, *sets):
    """Twelve letters for the text `about` and all that is in these Examples."""
    found = hashlib.sha256(about.encode())
    for examples in sets:
        for array in (examples.images, () if examples.labels is None else examples.labels):
            array = np.ascontiguousarray(array)
            found.update(f"{array.shape}, {array.dtype}: ".encode())
            found.update(array.data)
        found.update(f"{examples.num_classes} classes".encode())
    return found.hexdigest()[:12]
