"""Proposition 2 and Figure 1: how the density of a generator on the line changes as it learns."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf
from scipy import stats

import ganzoo
from experiments.theory import densities, pictures, players
from ganzoo import data, images, priors
from ganzoo.files import AnyPath

EDGES = np.linspace(-3, 6, 601)
CENTRES, CELLS = (EDGES[1:] + EDGES[:-1]) / 2, np.diff(EDGES)
LATENTS = np.linspace(-6, 6, 2001)


def density(generator: keras.Model) -> np.ndarray:
    """Returns p_g in the cells between EDGES, for a generator on the line with normal latents."""
    return densities.pushforward(outputs(generator, LATENTS), np.diff(stats.norm.cdf(LATENTS)), EDGES)


def outputs(generator: keras.Model, latents: np.ndarray) -> np.ndarray:
    """Returns the generator's outputs for latents (N,), float64 (N,)."""
    return np.float64(generator(np.float32(latents[:, np.newaxis]), training=False)[:, 0])


def create_gan(seed: int, k: int, **compile_arguments) -> ganzoo.GAN:
    """Returns a small GAN for data on the line. Adam has learning rates 3e-3 for G and 1e-2 for D, and beta_1 = .5."""
    keras.utils.set_random_seed(seed)
    networks = players.network(1, 1, (32,)), players.network(1, 1, (32, 32))
    gan = ganzoo.GAN(*networks, priors.Normal(1), "minimax", discriminator_steps=k, seed=seed)
    gan.compile(*(keras.optimizers.Adam(rate, beta_1=0.5) for rate in (3e-3, 1e-2)), **compile_arguments)
    return gan


def continue_training(
    gan: ganzoo.GAN, steps: int, records: int, record: Callable[[], None], batch_size: int = 256
) -> None:
    """Trains for `steps` more steps, and calls `record()` `records` times, at equal intervals."""
    batches = data.batches(data.examples("gaussian_1d"), batch_size * gan.shares, gan.seed, start=int(gan.step.numpy()))
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: record())
    gan.fit(batches, epochs=records, steps_per_epoch=max(1, steps // records), verbose=0, callbacks=[callback])


def proposition_2(
    folder: AnyPath, seed: int, steps: int = 600, records: int = 60, ks: Sequence[int] = (1, 5, 25)
) -> dict:
    """Follows JSD(p_data || p_g) over the generator's steps, for k discriminator steps before each of them."""
    p, lines = _data_density(), {}
    for k in ks:
        gan = create_gan(seed, k, steps_per_execution=steps // records)
        curve = []

        def record(gan=gan, curve=curve):
            q = density(gan.generator)
            curve.append((int(gan.step.numpy()), densities.jensen_shannon(p, q, CELLS)))

        record()
        continue_training(gan, steps, records, record)
        lines[k] = np.float64(curve)
    images.save_png(folder / "proposition-2.png", pictures.descents(lines))
    last = {k: curve[-10:, 1] for k, curve in lines.items()}
    return {
        f"k = {k}": {"jsd_at_the_end": float(values[-1]), "largest_jsd_of_the_last_ten": float(values.max())}
        for k, values in last.items()
    }


def figure_1(folder: AnyPath, seed: int, steps: int = 800, frames: int = 5) -> dict:
    """Draws the paper's Figure 1 from one run: (a) early D, (b) D trained with G fixed, (c) G moved, (d) the end.

    Latents are normal here. They are drawn at their ranks, so that they are uniform on the line z as in the paper.
    """
    gan, p = create_gan(seed, k=5), _data_density()
    ranks = np.linspace(0.02, 0.98, 17)
    film, panels = [], {}

    def record():
        probabilities = tf.sigmoid(gan.discriminator(np.float32(CENTRES[:, np.newaxis])))[:, 0]
        ends = outputs(gan.generator, stats.norm.ppf(ranks))
        film.append((int(gan.step.numpy()), CENTRES, p, density(gan.generator), np.float64(probabilities), ranks, ends))

    record()
    for panel, rate, count, records in (
        ("a", 3e-3, 25, frames),
        ("b", 0.0, 400, frames),
        ("c", 3e-3, 10, frames),
        ("d", 3e-3, steps // 2, 3 * frames),
        ("d", 1e-3, steps // 2, frames),
    ):
        gan.optimizer_of("generator").learning_rate = rate
        continue_training(gan, count, records, record)
        panels[panel] = film[-1]
    images.save_png(folder / "figure-1.png", pictures.figure_1(panels))
    images.save_gif(folder / "figure-1.gif", [pictures.figure_1({"": panel}) for panel in film], 0.2)
    _, _, _, q, probabilities, *_ = panels["b"]
    error = np.abs(probabilities - densities.optimal_discriminator(p, q))[densities.central(p + q, CELLS)].max()
    _, _, _, q, probabilities, *_ = panels["d"]
    middle = probabilities[densities.central(p, CELLS)]
    return {
        "b": {"largest_distance_of_D_from_its_optimum": float(error)},
        "d": {"jsd": densities.jensen_shannon(p, q, CELLS), "D": [float(middle.min()), float(middle.max())]},
    }


def _data_density():
    return np.exp(data.examples("gaussian_1d").mixture.log_density(CENTRES[:, np.newaxis]))
