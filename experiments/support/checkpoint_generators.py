"""The generator in a checkpoint as the function that `ganzoo.latent` takes."""

import pathlib

import numpy as np
import tensorflow as tf

import ganzoo
from experiments.support.run import find


def load(checkpoint):
    """The model in a .keras file, or the newest one of a run, with its averages, where it keeps any, as weights.

    Raises ValueError for one that does not start from latents, or makes no images.
    """
    gan = ganzoo.load(find(pathlib.Path(checkpoint)))
    if not isinstance(gan.prior, ganzoo.priors.Prior) or len(gan.data_shape) != 3:
        raise ValueError(f"{checkpoint} holds {gan.name}, which does not make images from latents: choose another.")
    for player in gan.averages:
        getattr(gan, player).set_weights(gan.averaged_network(player).get_weights())
    return gan


def generator(gan, labels=None):
    """Latents (M, dim) -> images (M, H, W, C), of these labels again and again, for a conditional variant."""
    return lambda latents: gan.synthesize(latents, _context(gan, latents, labels), training=False)


def each_class(gan, count, restarts):
    """Labels (restarts * count,) of `invert`'s rows, class r % K in restart r; None where the variant takes none."""
    return np.repeat(np.arange(restarts) % gan.num_classes, count) if gan.is_conditional else None


def labelled(gan):
    """Latents (M, dim) and weights of the classes (M, num_classes), one-hot or between, -> images (M, H, W, C).

    Raises ValueError for a variant whose generator does not take the label so.
    """
    if not gan.is_conditional or len(gan.generator.inputs) != 2:
        raise ValueError(f"The generator of {gan.name} takes no label: choose a conditional variant.")
    return lambda latents, weights: gan.generator([latents, weights], training=False)


def realism(gan, labels=None):
    """Images (M, H, W, C) -> -log(1 - D(x)), (M, 1), D the sigmoid of the discriminator's score, of a critic's too."""

    def judge(images):
        scores = gan.scores(gan.discriminate(images, _context(gan, images, labels), training=False))
        return tf.nn.softplus(tf.repeat(scores, images.shape[0] // scores.shape[0], axis=0))  # of packs, for each in it

    return judge


def _context(gan, rows, labels):
    count = rows.shape[0]
    return gan.sample_context(count, None if labels is None else np.resize(labels, count))
