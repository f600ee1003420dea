"""The MNIST networks of Salimans et al. (2016), Improved Techniques for Training GANs, for any `data_shape`.

They follow that paper's code. Departure: the code initialises D's scales and biases from 500 images, so that every unit
has mean 0 and variance 1 over them; here the scales are the medians that this gives on MNIST (the 5th and 95th
percentiles are within 10 % of them), and the biases start at 0.
"""

import math

import keras
from keras import layers

from ganzoo.arguments import check_counts, check_pair
from ganzoo.networks import mlp
from ganzoo.networks.layers import WeightNormDense, latent_input


def generator(
    latent_dim: int, data_shape: tuple[int, ...], units: tuple[int, ...] = (500, 500), synchronized: bool = False
) -> keras.Model:
    """Builds a generator of latents (N, latent_dim) -> data (N, *data_shape) with softplus layers of these `units`.

    They have batch norm without gain, over the examples of all replicas if `synchronized`.
    """
    latents = x = latent_input(latent_dim)
    for width in check_counts("units", units):
        x = layers.Dense(width, use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-6, scale=False, synchronized=synchronized)(x)
        x = layers.Activation("softplus")(x)
    x = mlp.output_layer(WeightNormDense(math.prod(data_shape), train_scale=True)(x), data_shape)
    return keras.Model(latents, x, name="generator")


def discriminator(
    data_shape: tuple[int, ...],
    num_classes: int,
    units: tuple[int, ...] = (1000, 500, 250, 250, 250),
    noise: tuple[float, float] = (0.3, 0.5),
) -> keras.Model:
    """Builds a classifier of data (N, *data_shape) -> {"logits": (N, num_classes), "features": (N, units[-1])}.

    It has ReLU layers of these `units`. `noise` are the standard deviations of the Gaussian noise that is added in
    training, first to the data, with images in [0, 1], then to the inputs of all later layers; one number stands for
    both, and 0 omits it.
    """
    units, noise = check_counts("units", units), check_pair("noise", noise)
    if not units:
        raise ValueError("The discriminator needs at least one layer, whose outputs are the features; got units=().")
    data = keras.Input(data_shape, name="data")
    x = _add_noise(mlp.flatten(data), noise[0])
    for index, width in enumerate(units):
        scale = 1.3 if index else 2.55
        features = layers.ReLU()(WeightNormDense(width, scale)(x))
        x = _add_noise(features, noise[1])
    logits = WeightNormDense(num_classes, scale=1.3, train_scale=True, dtype="float32")(x)
    return keras.Model(data, {"logits": logits, "features": features}, name="discriminator")


def _add_noise(x, deviation):
    return layers.GaussianNoise(deviation)(x) if deviation else x
