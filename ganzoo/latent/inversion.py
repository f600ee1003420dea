"""Which latent makes an image that is known by a measurement alone: the search of inpainting and compressed sensing.

    min_z  distance(measure(G(z)), observed) + prior_weight * (-2 log p(z)) - realism_weight * realism(G(z))

by Adam from several latents of the prior, of which the one that ends lowest is kept. For N(0, I), -2 log p(z) is
||z||^2 and a constant.
"""

from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

STEPS_PER_CALL = 20


class Inversion(NamedTuple):
    """For each of N observations, NumPy arrays of the restart with the lowest `loss`.

    latents (N, dim) and the images (N, *data_shape) that they make; residual (N,), the distance alone; loss (N,), all
    that was minimised; losses (restarts, N), of every restart.
    """

    latents: np.ndarray
    images: np.ndarray
    residual: np.ndarray
    loss: np.ndarray
    losses: np.ndarray


def squared_error(measured, observed):
    """||measured - observed||^2, (N,)."""
    return tf.reduce_sum(tf.square(flat(measured) - flat(observed)), axis=1)


def absolute_error(measured, observed):
    """sum |measured - observed|, (N,)."""
    return tf.reduce_sum(tf.abs(flat(measured) - flat(observed)), axis=1)


def invert(
    generate,
    prior,
    measure,
    observed,
    prior_weight=0.0,
    realism=None,
    realism_weight=1.0,
    distance=squared_error,
    steps=1000,
    learning_rate=0.01,
    restarts=10,
    seed=0,
    start=None,
    verbose=True,
):
    """The `Inversion` of `observed`.

    All images and restarts are one batch, whose rows do not know of each other: row r * N + i is restart r of
    observation i, and the same whatever the number of restarts.

    Args:
        generate: latents (M, dim) -> images (M, *data_shape), differentiable TensorFlow; for a conditional generator
            close over the labels, as often as there are restarts.
        prior: of `ganzoo.priors`; where it has an edge, latents are put back to it after each step.
        measure: images (M, *data_shape) -> what would be observed of them.
        observed: a tensor (N, ...), or a structure of them, that `distance` compares with what `measure` gives.
        realism: images -> (M,) or (M, 1), higher for better ones: the discriminator's score, say.
        learning_rate: a number or a Keras schedule, for Adam.
        start: latents (N, dim) from which the first restart begins, such as an encoder's; the others, and by default
            all of them, begin with latents drawn from the prior.
        verbose: shows a progress bar.

    Raises:
        ValueError: for no restart, no step or no observation, and for a start of another shape.
        ArithmeticError: where the loss of each restart of an observation is NaN or infinite.
    """
    observed = tf.nest.map_structure(lambda part: tf.cast(part, tf.float32), observed)
    count = tf.nest.flatten(observed)[0].shape[0]
    if min(steps, restarts, count) < 1:
        raise ValueError(
            f"An inversion needs steps, restarts and observations; got {steps} steps, {restarts} restarts, {count} "
            "observations."
        )
    repeated = tf.nest.map_structure(lambda part: tf.concat([part] * restarts, axis=0), observed)
    starts = [prior.sample(count, tf.constant([seed, restart], tf.int64)) for restart in range(restarts)]
    if start is not None:
        if tuple(start.shape) != (count, prior.dim):
            raise ValueError(f"The start is latents of shape {(count, prior.dim)}, one row each; got {start.shape}.")
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
            raise ValueError("The measurement does not depend on the latents by TensorFlow: nothing can be searched.")
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
        raise ArithmeticError("The search ended at NaN or infinity from every start: lower the learning rate.")
    kept = finite.argmin(axis=0) * count + np.arange(count)
    return Inversion(latents.numpy()[kept], images[kept], residual[kept], loss[kept], losses)


def flat(values):
    """(N, ...) as (N, product of the others)."""
    return tf.reshape(values, (tf.shape(values)[0], -1))
