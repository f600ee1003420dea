"""What can be done with latents: these functions need `generate`, latents -> images, and a prior, of whatever model."""

from ganzoo.latent.arithmetic import ATTRIBUTES, around, combine, exemplars, ink, mean, slant
from ganzoo.latent.interpolation import draw, frames, path
from ganzoo.latent.inversion import Inversion, absolute_error, invert, squared_error
from ganzoo.latent.memorization import beside_nearest, copies, largest_step, nearest_images, snapped

__all__ = [
    "ATTRIBUTES",
    "Inversion",
    "absolute_error",
    "around",
    "beside_nearest",
    "combine",
    "copies",
    "draw",
    "exemplars",
    "frames",
    "ink",
    "invert",
    "largest_step",
    "mean",
    "nearest_images",
    "path",
    "slant",
    "snapped",
    "squared_error",
]
