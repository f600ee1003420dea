"""Generators from checkpoints, as the functions that `ganzoo.latent` takes."""

import hashlib
from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

import ganzoo
from ganzoo.commands.support.workdir import load_model
from ganzoo.files import AnyPath


def load(checkpoint: AnyPath | str) -> ganzoo.GAN:
    """Loads what `load_model` does. Players that keep averages get them as their weights.

    Raises:
        ValueError: if the model does not start from latents, or makes no images.
    """
    gan = load_model(checkpoint)
    if not isinstance(getattr(gan, "prior", None), ganzoo.priors.Prior) or len(gan.data_shape) != 3:
        raise ValueError(f"{checkpoint} holds {gan.name}, which does not make images from latents: choose another.")
    for player in gan.averages:
        gan.players[player].set_weights(gan.averaged_network(player).get_weights())
    return gan


def generator(gan: ganzoo.GAN, labels: Sequence[int | str] | int | str | None = None) -> Callable:
    """Returns a function from latents (M, dim) to images (M, H, W, C).

    A conditional variant makes them with these labels, by name or number, which are repeated as often as needed.
    """
    if labels is not None:
        labels = gan.sample_context(np.size(labels), labels).numpy()
    return lambda latents: gan.synthesize(latents, _context(gan, latents, labels), training=False)


def digest(*networks: keras.Model) -> str:
    """Returns eight characters that depend on all weights, so that results of other networks are not reused."""
    weights = [weight for network in networks for weight in network.get_weights()]
    return hashlib.sha256(b"".join(weight.tobytes() for weight in weights)).hexdigest()[:8]


def labels_of_restarts(gan: ganzoo.GAN, count: int, restarts: int) -> np.ndarray | None:
    """Returns a label for each latent that `latent.invert` optimises, (restarts * count,).

    In restart r all `count` images get class r % K. None for a variant that takes no labels.
    """
    return np.repeat(np.arange(restarts) % gan.num_classes, count) if gan.is_conditional else None


def generator_of_class_weights(gan: ganzoo.GAN) -> Callable:
    """Returns a function from latents (M, dim) and class weights (M, num_classes) to images (M, H, W, C).

    The weights of an image are one-hot for a class, or a mixture of several.

    Raises:
        ValueError: if the generator does not take one-hot labels as its second input.
    """
    if not gan.is_conditional or len(gan.generator.inputs) != 2:
        raise ValueError(f"The generator of {gan.name} takes no label: choose a conditional variant.")
    return lambda latents, weights: gan.generator([latents, weights], training=False)


def realism(gan: ganzoo.GAN, labels: Sequence[int] | None = None) -> Callable:
    """Returns a function from images (M, H, W, C) to -log(1 - D(x)), (M, 1).

    D is the sigmoid of the discriminator's score, even if the discriminator is a critic.
    """

    def softplus_of_scores(images):
        scores = gan.scores(gan.discriminate(images, _context(gan, images, labels), training=False))
        # A discriminator of packs gives one score for several images: each image gets the score of its pack.
        return tf.nn.softplus(tf.repeat(scores, images.shape[0] // scores.shape[0], axis=0))

    return softplus_of_scores


def _context(gan, rows, labels):
    count = rows.shape[0]
    return gan.sample_context(count, None if labels is None else np.resize(labels, count))
