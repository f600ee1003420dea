"""Directions in latent space along which images change most, by factorisation: SeFa, Shen & Zhou (2021)."""

import dataclasses
import functools
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from ganzoo.arguments import check_count
from ganzoo.keras_internals import layers_in_order, own_trainable_variables


@dataclasses.dataclass(frozen=True)
class Directions:
    """Orthogonal directions of unit length, those that change the first layer's output most before the others.

    Attributes:
        vectors: (count, D).
        strengths: (count,), by how much the output of the first layer changes along each, in descending order.
        space: "latents", or "styles" for a generator with styles, whose w all layers get.
        encode: maps the generator's inputs, latents (N, dim) or a list with one-hot labels, to codes (N, D) or, for
            styles, (N, layers, D).
        decode: maps such codes, and the same inputs, to images (N, H, W, C).
    """

    vectors: np.ndarray
    strengths: np.ndarray
    space: str
    encode: Callable
    decode: Callable

    def moved(self, inputs: list, number: int, amount: float) -> np.ndarray:
        """Returns the images (N, H, W, C) of the inputs after a step of this length along one of the directions."""
        codes = self.encode(inputs)
        return np.asarray(self.decode(codes + amount * tf.constant(self.vectors[number]), inputs))


def semantic_directions(generator: keras.Model, count: int = 5) -> Directions:
    """Finds directions without data or labels, from the weights of a generator's first layer.

    If A (D, units) are these weights, the directions are the eigenvectors of A A^T with the largest eigenvalues: along
    them, the output of the layer changes most. Of a generator with styles, A are the weights that turn w into the
    styles of all layers, side by side.

    Args:
        generator: a network whose first input is the latents.
        count: how many directions, at most D.

    Raises:
        ValueError: if the latents do not enter the generator by a dense layer as a whole.
    """
    styles = [layer for layer in generator.layers if layer.name == "styles"]
    kernels = _style_kernels(generator) if styles else [_first_kernel(generator)]
    values, vectors = np.linalg.eigh(sum(kernel @ kernel.T for kernel in map(np.float64, kernels)))
    check_count("count", count, most=len(values))
    vectors, strengths = np.float32(vectors.T[::-1][:count]), np.sqrt(np.maximum(values[::-1][:count], 0))
    if not styles:
        return Directions(vectors, strengths, "latents", _latents, functools.partial(_from_latents, generator))
    to_styles = keras.Model(generator.inputs, styles[0].output)
    to_images = keras.Model(styles[0].output, generator.output)
    return Directions(vectors, strengths, "styles", to_styles, lambda styles, _: to_images(styles, training=False))


def _latents(inputs):
    return tf.convert_to_tensor(inputs[0] if isinstance(inputs, (list, tuple)) else inputs)


def _from_latents(generator, latents, inputs):
    return generator([latents, *inputs[1:]] if isinstance(inputs, (list, tuple)) else latents, training=False)


def _first_kernel(generator):
    """Returns the rows of the first dense layer's kernel that belong to the latents, which come first."""
    dim = generator.inputs[0].shape[-1]
    for layer in layers_in_order(generator):
        kernels = [variable.numpy() for variable in own_trainable_variables(layer) if len(variable.shape) > 1]
        if kernels and len(kernels[0].shape) == 2 and len(kernels[0]) >= dim:
            return kernels[0][:dim]
        if kernels:
            break
    raise ValueError(
        f"The latents of the {generator.name} do not all enter one dense layer first, so it has no such directions."
    )


def _style_kernels(generator):
    return [layer.scaled_kernel().numpy() for layer in layers_in_order(generator) if layer.name == "style"]
