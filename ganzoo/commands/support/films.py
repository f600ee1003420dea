"""Films for a page: what a generator makes as one thing changes, a frame for each of its values."""

import dataclasses

import numpy as np
import tensorflow as tf

import ganzoo
from ganzoo import latent
from ganzoo.commands.support import checkpoint_generators
from ganzoo.games.pictures import MOST_NAMED
from ganzoo.images import grid

COLUMNS = 6
"""The number of latents, of which each film shows one image side by side."""
STEPS = 11
WALK, WAYPOINTS = 8, 3
WIDEST = 3
"""How far a direction is followed to both sides, in standard deviations of the codes along it."""


@dataclasses.dataclass(frozen=True)
class Film:
    """Pictures of one size, of which a reader chooses one by a slider.

    Attributes:
        title, text: what the page says about it.
        frames: (F, H, W, C), uint8.
        labels: what is said of each frame, F texts.
        first: the frame that is shown at first.
    """

    title: str
    text: str
    frames: np.ndarray
    labels: list[str]
    first: int = 0


def _film(title, text, rows, labels, first=0):
    """Returns a film whose frames are rows of images, (F, N, H, W, C) floats."""
    return Film(title, text, np.stack([grid(row, columns=len(row), padding=1, scale=1) for row in rows]), labels, first)


def films_of(gan: ganzoo.GAN, seed: int) -> list[Film]:
    """Returns all films that a model has: walks, codes, truncation and semantic directions."""
    return [_walk(gan, seed), *_codes(gan, seed), *_truncation(gan, seed), *_directions(gan, seed)]


def classes(gan: ganzoo.GAN, seed: int) -> np.ndarray | None:
    """Returns a picture with a row for each of some latents and a column for each class or value of a code; or None."""
    latents = gan.prior.sample(COLUMNS, seed)
    if gan.is_conditional:
        count = min(gan.num_classes, MOST_NAMED)
        labels, same = np.tile(np.arange(count), COLUMNS), tf.repeat(latents, count, axis=0)
        samples = gan.predict([same, gan.sample_context(len(labels), labels)], verbose=0)
    elif getattr(gan.prior, "categories", None):
        count = gan.prior.categories[0]
        same = tf.repeat(latents, count, axis=0)
        samples = gan.predict(gan.prior.with_codes(same, category=np.tile(np.arange(count), COLUMNS)), verbose=0)
    else:
        return None
    return grid(np.clip(samples, -1, 1), columns=count, padding=1, scale=1)


def _labels(gan):
    """Returns a label for each of the latents, or None."""
    return np.arange(COLUMNS) % gan.num_classes if gan.is_conditional else None


def _walk(gan, seed):
    ends = tf.reshape(gan.prior.sample(WAYPOINTS * COLUMNS, seed), (WAYPOINTS, COLUMNS, -1))
    generate = checkpoint_generators.generator(gan, _labels(gan))
    rows = latent.frames(generate, latent.path(gan.prior, ends, WALK, closed=True), verbose=False)
    text = f"{COLUMNS} paths through latent space, from one sample of the prior to the next and back to the first."
    return _film("Walks", text, rows, [f"step {place}" for place in range(len(rows))])


def _codes(gan, seed):
    """Yields a film of each continuous code, of a model that learns codes."""
    latents = gan.prior.sample(COLUMNS, seed)
    for code in range(getattr(gan.prior, "continuous", 0)):
        values = np.linspace(-2, 2, STEPS)
        rows = [gan.predict(gan.prior.with_codes(latents, continuous=value, which=code), verbose=0) for value in values]
        text = "The other latents stay the same. In training, the code was drawn from [-1, 1]."
        yield _film(f"Code {code + 1}", text, rows, [f"{value:+.1f}" for value in values], STEPS // 2)


def _truncation(gan, seed):
    has_styles = any(layer.name == "styles" for layer in gan.generator.layers)
    values = np.linspace(0.1, 1.5, 8) if has_styles else np.array([0.3, 0.6, 1, 2])  # where each takes seconds
    try:
        rows = [gan.sample(COLUMNS, labels=_labels(gan), seed=seed, truncation=value) for value in values]
    except ValueError:
        return []  # neither styles nor normal latents
    text = "Smaller values make better images of fewer kinds."
    return [_film("Truncation", text, rows, [f"{value:.1f}" for value in values], len(values) - 2)]


def _directions(gan, seed, count=5):
    """Returns a film of each semantic direction, of generators that have such."""
    try:
        found = latent.semantic_directions(gan.generator, min(count, gan.prior.dim))
    except (ValueError, AttributeError):
        return []
    films, inputs = [], _inputs(gan, COLUMNS, seed)
    codes = np.reshape(found.encode(_inputs(gan, 256, seed)), (-1, found.vectors.shape[1]))
    for number, vector in enumerate(found.vectors):
        amounts = np.linspace(-WIDEST, WIDEST, STEPS)
        rows = [found.moved(inputs, number, amount * (codes @ vector).std()) for amount in amounts]
        labels = [f"{amount:+.1f} standard deviations" for amount in amounts]
        text = f"Found from the weights of the first layer, without data. Strength: {found.strengths[number]:.3g}."
        films.append(_film(f"Direction {number + 1}", text, np.clip(rows, -1, 1), labels, STEPS // 2))
    return films


def _inputs(gan, count, seed):
    """Returns inputs of the generator: latents, with one-hot labels of all classes in turn if it takes them."""
    latents = gan.prior.sample(count, seed)
    return [latents, tf.one_hot(np.arange(count) % gan.num_classes, gan.num_classes)] if gan.is_conditional else latents
