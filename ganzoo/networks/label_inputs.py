"""Networks with a label, one-hot (N, num_classes), as their second input."""

import math

import keras
from keras import layers

from ganzoo.arguments import check_count, check_number
from ganzoo.networks import dcgan, mlp
from ganzoo.networks.layers import Maxout, latent_input


def mlp_generator(
    latent_dim: int,
    num_classes: int,
    data_shape: tuple[int, ...],
    units: tuple[int, int, int] = (200, 1000, 1200),
    dropout: float = 0.5,
) -> keras.Model:
    """Builds a fully connected generator of [latents (N, latent_dim), label] -> data (N, *data_shape).

    It has a ReLU layer of units[0] for the latents and one of units[1] for the label, then one of units[2] for both.
    Latents, uniform in [0, 1], are first scaled to mean 0 and variance 1: otherwise G almost ignores them and makes one
    image per class.
    """
    dropout = check_number("dropout", dropout, "from 0 to below 1")
    latents, label = latent_input(latent_dim), keras.Input((num_classes,), name="label")
    unit = layers.Rescaling(math.sqrt(12), -math.sqrt(3))(latents)
    branches = [layers.Dense(width, "relu")(x) for width, x in zip(units[:2], (unit, label), strict=True)]
    x = layers.Dropout(dropout)(layers.Concatenate()(branches))
    x = layers.Dropout(dropout)(layers.Dense(units[2], "relu")(x))
    x = mlp.output_layer(layers.Dense(math.prod(data_shape))(x), data_shape)
    return keras.Model([latents, label], x, name="generator")


def mlp_discriminator(
    num_classes: int,
    data_shape: tuple[int, ...],
    units: tuple[int, int, int] = (240, 50, 240),
    pieces: tuple[int, int, int] = (5, 5, 4),
    dropout: float = 0.5,
    scale: float | None = None,
) -> keras.Model:
    """Builds a fully connected discriminator of [data (N, *data_shape), label] -> scores (N, 1).

    It has a maxout layer of units[0] for the data and one of units[1] for the label, then one of units[2] for both. The
    initial weights of all but the label's layer are uniform in [-scale, scale], or Keras's default.
    """
    dropout = check_number("dropout", dropout, "from 0 to below 1")
    data, label = keras.Input(data_shape, name="data"), keras.Input((num_classes,), name="label")
    branches = [
        Maxout(units[0], pieces[0], kernel_initializer=mlp.uniform_initializer(scale))(mlp.flatten(data)),
        Maxout(units[1], pieces[1])(label),
    ]
    x = layers.Dropout(dropout)(layers.Concatenate()(branches))
    x = layers.Dropout(dropout)(Maxout(units[2], pieces[2], kernel_initializer=mlp.uniform_initializer(scale))(x))
    return keras.Model(
        [data, label],
        layers.Dense(1, kernel_initializer=mlp.uniform_initializer(scale), dtype="float32")(x),
        name="discriminator",
    )


def with_label_input(generator: keras.Model, num_classes: int) -> keras.Model:
    """Wraps a generator of vectors (N, latent_dim + num_classes) as one of [latents (N, latent_dim), label]."""
    latent_dim = generator.input_shape[1] - num_classes
    latents, label = keras.Input((latent_dim,), name="latents"), keras.Input((num_classes,), name="label")
    return keras.Model([latents, label], generator(layers.Concatenate()([latents, label])), name="generator")


def dcgan_generator(latent_dim: int, num_classes: int, data_shape: tuple[int, ...], **settings) -> keras.Model:
    """Builds DCGAN's generator of [latents (N, latent_dim), label] -> images (N, H, W, C), with both in one vector.

    `settings` are those of `dcgan.generator`.
    """
    input_dim = check_count("latent_dim", latent_dim) + num_classes
    return with_label_input(dcgan.generator(input_dim, data_shape, **settings), num_classes)


def dcgan_discriminator(num_classes: int, data_shape: tuple[int, ...], **settings) -> keras.Model:
    """Builds DCGAN's discriminator of [images (N, H, W, C), label] -> scores (N, 1).

    The image gets a further channel for each class, which is 1 for the label's class and 0 for the others. `settings`
    are those of `dcgan.discriminator`.
    """
    images, label = keras.Input(data_shape, name="images"), keras.Input((num_classes,), name="label")
    planes = layers.Reshape((1, 1, num_classes))(label)
    planes = layers.UpSampling2D(data_shape[:2])(planes)
    network = dcgan.discriminator((*data_shape[:2], data_shape[2] + num_classes), **settings)
    return keras.Model([images, label], network(layers.Concatenate()([images, planes])), name="discriminator")
