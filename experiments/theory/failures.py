"""What goes wrong in practice: vanishing gradients and dropped modes."""

import keras
import numpy as np
import tensorflow as tf
from scipy.special import logit

import ganzoo
from experiments.theory import pictures, players
from ganzoo import data, images, metrics, priors
from ganzoo.files import AnyPath
from ganzoo.losses import objectives

GENERATOR_LOSSES = {"minimax": "log(1 - D(G(z)))", "non_saturating": "-log D(G(z))"}


def saturation(folder: AnyPath, seed: int, steps: int = 150) -> dict:
    """Compares the gradients of two generator losses, with respect to a score and to G's weights early in a run.

    The run is `nsgan` on the digits with k = 5, so that D is soon ahead of G.
    """
    probabilities = np.linspace(0.001, 0.999, 500)
    slopes = {}
    for name in GENERATOR_LOSSES:
        fake_scores = tf.constant(logit(probabilities), tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(fake_scores)
            loss = objectives.get(name).generator(fake_scores)
        slopes[name] = np.abs(tape.gradient(loss, fake_scores)) * len(probabilities)
    gan = ganzoo.create("nsgan", data_shape=(8, 8, 1), discriminator_steps=5, seed=seed)
    digits = data.load("digits", batch_size=500, seed=seed, start=0)
    real = next(iter(digits))
    rows = []

    @tf.function
    def gradient_norms():
        play = gan.round_type(gan, real, None, tf.constant([seed, 1], tf.int64), training=False)
        with tf.GradientTape(persistent=True) as tape:
            losses = {name: objectives.get(name).generator(play.fake_scores) for name in GENERATOR_LOSSES}
        weights = [variable.value for variable in gan.generator.trainable_variables]
        norms = {name: tf.linalg.global_norm(tape.gradient(loss, weights)) for name, loss in losses.items()}
        return {"opinion": tf.reduce_mean(tf.sigmoid(play.fake_scores)), **norms}

    def record(batch, logs):
        rows.append({name: float(number) for name, number in gradient_norms().items()})

    callback = keras.callbacks.LambdaCallback(on_train_batch_end=record)
    gan.fit(digits, steps_per_epoch=steps, verbose=0, callbacks=[callback])
    images.save_png(folder / "saturation.png", pictures.saturation(probabilities, slopes, rows, GENERATOR_LOSSES))
    least = min(rows, key=lambda row: row["opinion"])
    return {
        "gradient_of_a_score_at_D_of_.001": {name: float(slope[0]) for name, slope in slopes.items()},
        "where_D_of_G_is_least": least | {"ratio": least["non_saturating"] / least["minimax"]},
    }


RATES = {"collapsed": 2e-4, "covering": 1e-3}


def collapse(folder: AnyPath, seed: int, steps: int = 8000, frames: int = 40, batch_size: int = 256) -> dict:
    """Compares two runs on the ring that differ in G's learning rate alone.

    D's learning rate is 1e-3, and both rates fall to 0 along a cosine. If G is five times slower than D, it ends with a
    few modes. V is then what Theorem 1 gives for a generator that leaves out as many modes.
    """
    numbers, films = {}, {}
    ring = data.examples("ring")
    every = max(1, steps // frames)
    for name, rate in RATES.items():
        keras.utils.set_random_seed(seed)
        networks = (players.network(2, size, (128, 128), "relu") for size in (2, 1))
        gan = ganzoo.GAN(*networks, priors.Normal(2), "non_saturating", seed=seed)
        schedules = (keras.optimizers.schedules.CosineDecay(start, steps) for start in (rate, 1e-3))
        optimizers = (keras.optimizers.Adam(schedule, beta_1=0.5) for schedule in schedules)
        gan.compile(*optimizers, steps_per_execution=every)
        film = []

        def record(epoch, logs, gan=gan, film=film):
            samples = gan.sample(2500, seed=seed)
            coverage = metrics.mode_coverage(ring.mixture, samples)
            film.append((int(gan.step.numpy()), samples, coverage, logs["value"]))

        gan.fit(
            data.batches(ring, batch_size, seed, start=0),
            epochs=steps // every,
            steps_per_epoch=every,
            verbose=0,
            callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=record)],
        )
        films[name] = film
        _, _, coverage, value = film[-1]
        numbers[name] = {
            "generator_learning_rate": rate,
            **coverage,
            "V": value,
            "C_of_equal_shares_of_those_modes": criterion_of_dropped_modes(coverage["modes"], len(ring.mixture.means)),
        }
    pairs = list(zip(*films.values(), strict=True))
    images.save_gif(folder / "collapse.gif", [pictures.rings(pair, RATES, ring.images) for pair in pairs], 0.15)
    images.save_png(folder / "collapse.png", pictures.rings(pairs[-1], RATES, ring.images))
    return numbers


def criterion_of_dropped_modes(kept: int, modes: int) -> float:
    """Returns C(G) if p_g is spread equally over `kept` of the equal, separate `modes` of p_data."""
    if not kept:
        return 0.0
    optimum = 1 / modes / (1 / modes + 1 / kept)  # D* on a mode that is kept; on the others it is 1
    return float(kept / modes * np.log(optimum) + np.log(1 - optimum))
