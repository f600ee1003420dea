"""Truncation: fewer kinds of samples, but better ones, by latents or styles nearer to their mean.

A generator with styles, such as StyleGAN2's, moves them towards their mean, Karras et al. (2019). Of any other, latents
that are normal are drawn from the interval [-t, t] alone, Brock et al. (2019); as its batch norm, if it has any, has
never seen such latents on average, its statistics are estimated anew.
"""

from __future__ import annotations

import contextlib
import typing

import keras
import numpy as np
import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.games.outputs import within_range
from ganzoo.keras_internals import flat_layers

if typing.TYPE_CHECKING:
    from ganzoo.games.sampling import SamplingGame

BATCHES, BATCH_SIZE = 8, 256
"""How many batches of latents the statistics of batch norm are estimated from."""


def truncated_sample(
    game: SamplingGame, truncation: float, count: int, labels: typing.Any, seed: typing.Any, batch_size: int
) -> np.ndarray:
    """Returns `count` truncated examples of a game, float32 (count, *data_shape); the arguments are those of `sample`.

    Raises ValueError if the game has neither styles nor normal latents, and for a truncation that is not above 0.
    """
    truncation = check_number("truncation", truncation, "above 0")
    layers = flat_layers(game.players[game.generator_player])
    styles = [layer for layer in layers if hasattr(layer, "truncation")]
    if styles:
        with _set(styles, truncation):
            return game.sample(count, labels, seed, batch_size)
    if not hasattr(game.prior, "sample_truncated"):
        raise ValueError(
            f"{game.name} has no truncation, since its latents are not normal and its generator has no styles: leave "
            'truncation out, or create the variant with prior="normal".'
        )
    latents, context = game.prior.sample_truncated(count, seed, truncation), game.sample_context(count, labels)
    normalizations = [layer for layer in layers if hasattr(layer, "moving_mean")]
    values = _parameters(game)
    values |= _statistics(game, truncation, normalizations, values)

    def synthesize(inputs):
        with _scope(values):
            return within_range(game.synthesize(*inputs, training=False))

    inputs = (latents,) if context is None else (latents, context)
    return game.in_batches(lambda parts: synthesize((*parts, None)[:2]), inputs, batch_size)


@contextlib.contextmanager
def _set(layers, truncation):
    """Returns a context in which layers of styles truncate."""
    try:
        for layer in layers:
            layer.truncation.assign(truncation)
        yield
    finally:
        for layer in layers:
            layer.truncation.assign(1.0)


def _parameters(game):
    """Returns the parameters with which the game samples, if they are averages: {id: (variable, value)}."""
    averages = game.averages.get(game.generator_player)
    return {id(one): (one, value) for one, value in (averages.current() if averages else [])}


def _scope(values):
    return keras.StatelessScope(list(values.values()))


def _statistics(game, truncation, normalizations, values):
    """Estimates the statistics of batch norm from truncated latents: {id: (variable, value)}, cumulative means."""
    variables = [one for layer in normalizations for one in (layer.moving_mean, layer.moving_variance)]
    found = {id(one): (one, tf.identity(one.value)) for one in variables}
    momenta = [layer.momentum for layer in normalizations]
    try:
        for batch in range(BATCHES if normalizations else 0):
            for layer in normalizations:
                layer.momentum = batch / (batch + 1)
            latents = game.prior.sample_truncated(BATCH_SIZE, batch, truncation)
            with _scope(values | found) as scope:
                game.synthesize(latents, game.sample_context(BATCH_SIZE, None), training=True)
            found = {id(one): (one, scope.get_current_value(one)) for one in variables}
    finally:
        for layer, momentum in zip(normalizations, momenta, strict=True):
            layer.momentum = momentum
    return found
