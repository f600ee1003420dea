"""Inversion of a generator: the search for the latent of an image that is known only by a measurement.

    min_z  distance(measure(G(z)), observed) + prior_weight * (-2 log p(z)) - realism_weight * realism(G(z))

Adam starts from several latents of the prior, and the result with the lowest loss is kept. For the prior N(0, I),
-2 log p(z) is ||z||^2 plus a constant. Inpainting and compressed sensing use this search.
"""

from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from ganzoo.arguments import check_count, check_number
from ganzoo.priors import Prior

STEPS_PER_CALL = 20


class Inversion(NamedTuple):
    """The result of `invert`: for each of N observations, that of the restart with the lowest loss.

    Attributes:
        latents: (N, dim).
        images: what the generator makes of them, (N, *data_shape).
        residual: the distance from the observation, (N,).
        loss: the minimized loss, (N,).
        losses: the final losses of all restarts, (restarts, N).
    """

    latents: np.ndarray
    images: np.ndarray
    residual: np.ndarray
    loss: np.ndarray
    losses: np.ndarray


def squared_error(measured: tf.Tensor, observed: tf.Tensor) -> tf.Tensor:
    """Returns ||measured - observed||^2, (N,), of tensors (N, ...)."""
    return tf.reduce_sum(tf.square(flat(measured) - flat(observed)), axis=1)


def absolute_error(measured: tf.Tensor, observed: tf.Tensor) -> tf.Tensor:
    """Returns sum |measured - observed|, (N,), of tensors (N, ...)."""
    return tf.reduce_sum(tf.abs(flat(measured) - flat(observed)), axis=1)


def invert(
    generate: Callable,
    prior: Prior,
    measure: Callable,
    observed: object,
    prior_weight: float = 0.0,
    realism: Callable | None = None,
    realism_weight: float = 1.0,
    distance: Callable = squared_error,
    steps: int = 1000,
    learning_rate: float | keras.optimizers.schedules.LearningRateSchedule = 0.01,
    restarts: int = 10,
    seed: int = 0,
    start: tf.Tensor | np.ndarray | None = None,
    verbose: bool = True,
) -> Inversion:
    """Finds latents whose images match observations.

    All observations and restarts are one batch of M = restarts * N rows, which do not influence each other: row
    r * N + i is restart r of observation i, and does not depend on the number of restarts.

    Args:
        generate: maps latents (M, dim) to images (M, *data_shape), in differentiable TensorFlow. For a conditional
            generator, it closes over the labels, repeated for each restart.
        prior: one of `ganzoo.priors`. If its support is bounded, latents are projected onto it after each step.
        measure: maps images (M, *data_shape) to what would be observed of them.
        observed: a tensor (N, ...), or a structure of tensors.
        prior_weight: of -2 log p(z), which favours latents that are likely under the prior.
        realism: maps images to (M,) or (M, 1), higher for more realistic images: the discriminator's score, for
            instance.
        realism_weight: of the realism.
        distance: maps (measure(images), observed) to (M,); `squared_error` or `absolute_error`, for instance.
        steps: the number of Adam's steps.
        learning_rate: of Adam, a number or a Keras schedule.
        restarts: the number of initial latents for each observation.
        seed: of the initial latents.
        start: latents (N, dim) at which the first restart begins, such as an encoder's. The others, or all if it is
            None, begin at latents drawn from the prior.
        verbose: whether to show a progress bar.

    Raises:
        ValueError: if there are no restarts, steps or observations, if `start` has another shape, or if the measurement
            does not depend on the latents.
        ArithmeticError: if all restarts of an observation end with a NaN or infinite loss.
    """
    steps, restarts = check_count("steps", steps), check_count("restarts", restarts)
    if not callable(learning_rate):
        learning_rate = check_number("learning_rate", learning_rate, "above 0")
    observed = tf.nest.map_structure(lambda part: tf.cast(part, tf.float32), observed)
    count = tf.nest.flatten(observed)[0].shape[0]
    if count < 1:
        raise ValueError("There is nothing to invert: give at least one observation.")
    repeated = tf.nest.map_structure(lambda part: tf.concat([part] * restarts, axis=0), observed)
    starts = [prior.sample(count, tf.constant([seed, restart], tf.int64)) for restart in range(restarts)]
    if start is not None:
        if tuple(start.shape) != (count, prior.dim):
            raise ValueError(
                f"`start` must have shape {(count, prior.dim)}, one row per observation; got {start.shape}."
            )
        starts[0] = prior.project(tf.cast(start, tf.float32))
    latents, optimizer = tf.Variable(tf.concat(starts, axis=0)), keras.optimizers.Adam(learning_rate)
    optimizer.build([latents])

    def outcome(latents):
        images = generate(latents)
        residual = distance(measure(images), repeated)
        loss = residual - 2 * prior_weight * prior.log_density(latents) if prior_weight else residual
        return images, residual, loss - realism_weight * tf.reshape(realism(images), [-1]) if realism else loss

    def step(done, _):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(latents)
            *_, loss = outcome(latents)
        gradient = tape.gradient(loss, latents)
        if gradient is None:
            raise ValueError(
                "The measurement does not depend on the latents: use differentiable TensorFlow in generate and measure."
            )
        optimizer.apply([gradient], [latents])
        latents.assign(prior.project(latents))
        return done + 1, tf.reduce_mean(loss)

    @tf.function(autograph=False)
    def descend(number):
        return tf.while_loop(lambda done, _: done < number, step, [0, 0.0])[1]

    with tqdm(total=steps, unit=" steps", desc="Inverting", disable=not verbose) as bar:
        for done in range(0, steps, STEPS_PER_CALL):
            number = min(STEPS_PER_CALL, steps - done)
            bar.set_postfix(loss=f"{descend(tf.constant(number)):.4g}", refresh=False)
            bar.update(number)
    images, residual, loss = (part.numpy() for part in tf.function(outcome, autograph=False)(latents))
    losses = loss.reshape(restarts, count)
    finite = np.where(np.isfinite(losses), losses, np.inf)
    if not np.isfinite(finite.min(axis=0)).all():
        raise ArithmeticError("All restarts ended with a NaN or infinite loss: lower the learning rate.")
    kept = finite.argmin(axis=0) * count + np.arange(count)
    return Inversion(latents.numpy()[kept], images[kept], residual[kept], loss[kept], losses)


def flat(values: tf.Tensor) -> tf.Tensor:
    """Flattens (N, ...) to (N, D)."""
    return tf.reshape(values, (tf.shape(values)[0], -1))
