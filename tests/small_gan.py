"""A small GAN on real digits, and what the tests of callbacks do with it; `gan` itself is in callbacks/conftest.py."""

import csv

import keras
import numpy as np
import tensorflow as tf
from PIL import Image
from sklearn.datasets import load_digits

import ganzoo

SMALL = {"units": 8, "maxout_units": 4, "pieces": 2, "latent_dim": 4}
STEPS = 4


def small(**settings):
    return ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=0, **SMALL | settings)


def fit(gan, *callbacks, **arguments):
    images = (load_digits().images[: 16 * STEPS, ..., None] / 8 - 1).astype("float32")
    dataset = tf.data.Dataset.from_tensor_slices(images).batch(16)
    return gan.fit(dataset, callbacks=list(callbacks), verbose=0, **arguments)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def read_picture(path):
    picture = np.asarray(Image.open(path))
    return picture if picture.ndim == 3 else picture[..., None]


def table(folder):
    with open(folder / "history.csv", newline="") as file:
        return list(csv.DictReader(file))


class At(keras.callbacks.Callback):
    """Does something to the model after the batch of that step."""

    def __init__(self, step, action):
        super().__init__()
        self.step, self.action = step, action

    def on_train_batch_end(self, batch, logs=None):
        if batch == self.step:
            self.action(self.model)


def spoil(value, player="generator"):
    def action(model):
        weight = getattr(model, player).trainable_variables[-1]  # its output: a fused ReLU may make 0 of NaN
        weight.assign(np.full(weight.shape, value))

    return action


class Executions(keras.callbacks.Callback):
    """Notes the last batch of each execution."""

    __module__ = "keras.of_tests"  # one that does not ask for every batch

    def on_epoch_begin(self, epoch, logs=None):
        self.ends = []

    def on_train_batch_end(self, batch, logs=None):
        self.ends.append(batch)
