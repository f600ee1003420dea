"""Proposition 2, and Figure 1: a generator on the line whose density is followed as it learns."""

import keras
import numpy as np
import tensorflow as tf
from scipy import stats

import ganzoo
from experiments.theory import densities, pictures, players
from ganzoo import data, images, priors

EDGES = np.linspace(-3, 6, 601)
CENTRES, CELLS = (EDGES[1:] + EDGES[:-1]) / 2, np.diff(EDGES)
LATENTS = np.linspace(-6, 6, 2001)


def density(generator):
    """p_g in the cells between EDGES, of a generator on the line with normal latents."""
    return densities.pushforward(outputs(generator, LATENTS), np.diff(stats.norm.cdf(LATENTS)), EDGES)


def outputs(generator, latents):
    """What it makes of latents (N,), float64 (N,)."""
    return np.float64(generator(np.float32(latents[:, np.newaxis]), training=False)[:, 0])


def play(seed, k, **keras_arguments):
    """A small GAN for data on the line: G's Adam at 3e-3, D's at 1e-2, beta_1 = .5."""
    keras.utils.set_random_seed(seed)
    networks = players.network(1, 1, (32,)), players.network(1, 1, (32, 32))
    gan = ganzoo.GAN(*networks, priors.Normal(1), "minimax", discriminator_steps=k, seed=seed)
    gan.compile(*(keras.optimizers.Adam(rate, beta_1=0.5) for rate in (3e-3, 1e-2)), **keras_arguments)
    return gan


def go_on(gan, steps, notes, note, batch_size=256):
    """So many steps more, in which `note` is called so many times."""
    data_set, k = data.examples("gaussian_1d"), gan.discriminator_steps
    batches = data.batches(data_set, k * batch_size, gan.seed, start=int(gan.step.numpy()))
    follow = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: note())
    gan.fit(batches, epochs=notes, steps_per_epoch=max(1, steps // notes), verbose=0, callbacks=[follow])


def proposition_2(folder, seed, steps=600, notes=60, ks=(1, 5, 25)):
    """JSD(p_data || p_g) over the generator's steps, for k discriminator steps before each of them."""
    p, lines = _data(), {}
    for k in ks:
        gan = play(seed, k, steps_per_execution=steps // notes)
        curve = []

        def note(gan=gan, curve=curve):
            q = density(gan.generator)
            curve.append((int(gan.step.numpy()), densities.jensen_shannon(p, q, CELLS)))

        note()
        go_on(gan, steps, notes, note)
        lines[k] = np.float64(curve)
    images.save_png(folder / "proposition-2.png", pictures.descents(lines))
    last = {k: curve[-10:, 1] for k, curve in lines.items()}
    return {
        f"k = {k}": {"jsd_at_the_end": float(values[-1]), "largest_jsd_of_the_last_ten": float(values.max())}
        for k, values in last.items()
    }


def figure_1(folder, seed, steps=800, frames=5):
    """The paper's Figure 1, from one run: (a) D as it comes, (b) D trained on, G held, (c) G moves, (d) the end.

    Latents are normal here, and drawn by their rank, so that the line z is uniform as in the paper.
    """
    gan, p = play(seed, k=5), _data()
    ranks = np.linspace(0.02, 0.98, 17)
    film, panels = [], {}

    def note():
        judgement = tf.sigmoid(gan.discriminator(np.float32(CENTRES[:, np.newaxis])))[:, 0]
        ends = outputs(gan.generator, stats.norm.ppf(ranks))
        film.append((int(gan.step.numpy()), CENTRES, p, density(gan.generator), np.float64(judgement), ranks, ends))

    note()
    for panel, rate, count, shown in (
        ("a", 3e-3, 25, frames),
        ("b", 0.0, 400, frames),
        ("c", 3e-3, 10, frames),
        ("d", 3e-3, steps // 2, 3 * frames),
        ("d", 1e-3, steps // 2, frames),
    ):
        gan.generator_optimizer.learning_rate = rate
        go_on(gan, count, shown, note)
        panels[panel] = film[-1]
    images.save_png(folder / "figure-1.png", pictures.figure_1(panels))
    images.save_gif(folder / "figure-1.gif", [pictures.figure_1({"": one}) for one in film], 0.2)
    _, _, _, q, judgement, *_ = panels["b"]
    error = np.abs(judgement - densities.optimal_discriminator(p, q))[densities.central(p + q, CELLS)].max()
    _, _, _, q, judgement, *_ = panels["d"]
    middle = judgement[densities.central(p, CELLS)]
    return {
        "b": {"largest_distance_of_D_from_its_optimum": float(error)},
        "d": {"jsd": densities.jensen_shannon(p, q, CELLS), "D": [float(middle.min()), float(middle.max())]},
    }


def _data():
    return np.exp(data.examples("gaussian_1d").mixture.log_density(CENTRES[:, np.newaxis]))
