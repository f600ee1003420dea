"""Pairs of networks that take a label, one-hot (N, num_classes), beside their other input."""

import math

import keras
from keras import layers

from ganzoo.networks import dcgan, mlp
from ganzoo.networks.layers import Maxout


def mlp_generator(latent_dim, num_classes, data_shape, units=(200, 1000, 1200), dropout=0.5):
    """[latents, label] -> data (N, *data_shape).

    ReLU layers of units[0] for the latents and units[1] for the label, then of units[2] for both. Latents uniform in
    [0, 1] are brought to mean 0 and variance 1 first: as they are, G hardly heeds them, and makes one picture a class.
    """
    latents, label = keras.Input((latent_dim,), name="latents"), keras.Input((num_classes,), name="label")
    unit = layers.Rescaling(math.sqrt(12), -math.sqrt(3))(latents)
    apart = [layers.Dense(width, "relu")(x) for width, x in zip(units[:2], (unit, label), strict=True)]
    x = layers.Dropout(dropout)(layers.Concatenate()(apart))
    x = layers.Dropout(dropout)(layers.Dense(units[2], "relu")(x))
    x = mlp.output(layers.Dense(math.prod(data_shape))(x), data_shape)
    return keras.Model([latents, label], x, name="generator")


def mlp_discriminator(num_classes, data_shape, units=(240, 50, 240), pieces=(5, 5, 4), dropout=0.5, scale=None):
    """[data, label] -> scores (N, 1), unbounded.

    Maxout layers of units[0] for the data and units[1] for the label, then of units[2] for both. `scale` bounds the
    uniform initial weights of all but the label's layer.
    """
    data, label = keras.Input(data_shape, name="data"), keras.Input((num_classes,), name="label")
    apart = [
        Maxout(units[0], pieces[0], kernel_initializer=mlp.weights(scale))(mlp.flat(data)),
        Maxout(units[1], pieces[1])(label),
    ]
    x = layers.Dropout(dropout)(layers.Concatenate()(apart))
    x = layers.Dropout(dropout)(Maxout(units[2], pieces[2], kernel_initializer=mlp.weights(scale))(x))
    return keras.Model(
        [data, label], layers.Dense(1, kernel_initializer=mlp.weights(scale), dtype="float32")(x), name="discriminator"
    )


def labelled(generator, num_classes):
    """[latents, label] -> data: a generator of vectors (N, latent_dim + num_classes) that hold both."""
    latent_dim = generator.input_shape[1] - num_classes
    latents, label = keras.Input((latent_dim,), name="latents"), keras.Input((num_classes,), name="label")
    return keras.Model([latents, label], generator(layers.Concatenate()([latents, label])), name="generator")


def dcgan_generator(latent_dim, num_classes, data_shape, **settings):
    """[latents, label] -> images (N, H, W, C): DCGAN's generator, of the latents and the label in one vector."""
    return labelled(dcgan.generator(latent_dim + num_classes, data_shape, **settings), num_classes)


def dcgan_discriminator(num_classes, data_shape, **settings):
    """[images, label] -> scores (N, 1): DCGAN's discriminator, of the image and a channel for each class, 1 for the
    label's and 0 for the others."""
    images, label = keras.Input(data_shape, name="images"), keras.Input((num_classes,), name="label")
    planes = layers.Reshape((1, 1, num_classes))(label)
    planes = layers.UpSampling2D(data_shape[:2])(planes)
    network = dcgan.discriminator((*data_shape[:2], data_shape[2] + num_classes), **settings)
    return keras.Model([images, label], network(layers.Concatenate()([images, planes])), name="discriminator")
