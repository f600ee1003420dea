"""Exploring latent spaces: interpolation, arithmetic, inversion, inpainting, compressed sensing, memorization.

The functions work with any model: they take a function `generate` from latents to images, and a prior.
"""

from ganzoo.latent.arithmetic import ATTRIBUTES, around, combine, exemplars, ink, mean, slant
from ganzoo.latent.blending import blend
from ganzoo.latent.compressed_sensing import BASES, Linear, downsampling, gaussian, lasso
from ganzoo.latent.factorization import Directions, semantic_directions
from ganzoo.latent.inpainting import Inpainting, biharmonic, inpaint
from ganzoo.latent.interpolation import draw, frames, path
from ganzoo.latent.inversion import Inversion, absolute_error, invert, squared_error
from ganzoo.latent.masks import MASKS, mask
from ganzoo.latent.memorization import beside_nearest, copies, largest_step, nearest_images, snapped
from ganzoo.latent.perceptual_path import perceptual_path_length

__all__ = [
    "ATTRIBUTES",
    "BASES",
    "Directions",
    "MASKS",
    "Inpainting",
    "Inversion",
    "Linear",
    "absolute_error",
    "around",
    "beside_nearest",
    "biharmonic",
    "blend",
    "combine",
    "copies",
    "downsampling",
    "draw",
    "exemplars",
    "frames",
    "gaussian",
    "ink",
    "inpaint",
    "invert",
    "largest_step",
    "lasso",
    "mask",
    "mean",
    "nearest_images",
    "path",
    "perceptual_path_length",
    "semantic_directions",
    "slant",
    "snapped",
    "squared_error",
]
