"""The table of variants, with settings that make each tiny; each file in contract/ tests every row for a property."""

import dataclasses

import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

import ganzoo


@dataclasses.dataclass(frozen=True)
class Descriptor:
    """How to make a variant small. `undropped` are the settings under which its networks draw no random numbers."""

    name: str
    data_shape: tuple
    settings: dict
    undropped: dict

    def __str__(self):
        return self.name

    def create(self, seed=1, **settings):
        return ganzoo.create(self.name, data_shape=self.data_shape, seed=seed, **(self.settings | settings))

    def awake(self, **settings):
        """A model with larger weights than papers start from, so that a few steps have something to show."""
        gan, random = self.create(**settings), np.random.default_rng(0)
        for variable in gan.trainable_variables:
            variable.assign(random.normal(0, 0.3, variable.shape))
        return gan

    def batches(self, batch_size=16, count=48, seed=0):
        return tf.data.Dataset.from_tensor_slices(real(self.data_shape, count, seed)).batch(
            batch_size, drop_remainder=True
        )


def real(data_shape, count=48, seed=0):
    """Real digits for (8, 8, 1), points for vectors; float32 in [-1, 1]."""
    if data_shape == (8, 8, 1):
        return np.float32(load_digits().images[seed : seed + count, ..., None] / 8 - 1)
    return np.random.default_rng(seed).uniform(-1, 1, (count, *data_shape)).astype(np.float32)


_MLP = {"units": 16, "maxout_units": 8, "pieces": 2, "latent_dim": 6}

VARIANTS = [
    Descriptor("gan", (8, 8, 1), _MLP, {"dropout": (0, 0)}),
    Descriptor("nsgan", (8, 8, 1), _MLP, {"dropout": (0, 0)}),
]
