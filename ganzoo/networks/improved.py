"""The MNIST networks of Salimans et al. (2016), Improved Techniques for Training GANs, for any `data_shape`.

As in that paper's code. One departure: it sets D's scales and biases from 500 images before the first step, so that
every unit starts with mean 0 and variance 1 over them; here the scales are the medians that this gives on MNIST (the
5th and 95th percentiles are within 10 % of them), and the biases start at 0.
"""

import math

import keras
from keras import layers

from ganzoo.networks import mlp
from ganzoo.networks.layers import WeightNormDense


def generator(latent_dim, data_shape, units=(500, 500), synchronized=False):
    """Latents (N, latent_dim) -> data (N, *data_shape), through softplus layers with batch norm without gain."""
    latents = x = keras.Input((latent_dim,), name="latents")
    for width in units:
        x = layers.Dense(width, use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9, scale=False, synchronized=synchronized)(x)
        x = layers.Activation("softplus")(x)
    x = mlp.output(WeightNormDense(math.prod(data_shape), train_scale=True)(x), data_shape)
    return keras.Model(latents, x, name="generator")


def discriminator(data_shape, num_classes, units=(1000, 500, 250, 250, 250), noise=(0.3, 0.5)):
    """Data (N, *data_shape) -> {"logits": (N, num_classes), "features": (N, units[-1])}, through noisy ReLU layers.

    `noise` is the standard deviation of the Gaussian noise that training adds to the data, in [0, 1] here, and before
    each later layer; 0 leaves it out.
    """
    data = keras.Input(data_shape, name="data")
    x = _noisy(mlp.flat(data), noise[0])
    for index, width in enumerate(units):
        scale = 1.3 if index else 2.55
        features = layers.ReLU()(WeightNormDense(width, scale)(x))
        x = _noisy(features, noise[1])
    logits = WeightNormDense(num_classes, scale=1.3, train_scale=True, dtype="float32")(x)
    return keras.Model(data, {"logits": logits, "features": features}, name="discriminator")


def _noisy(x, deviation):
    return layers.GaussianNoise(deviation)(x) if deviation else x
