"""What can be done with latents: these functions need `generate`, latents -> images, and a prior, of whatever model."""

from ganzoo.latent.compressed_sensing import BASES, Linear, downsampling, gaussian, lasso
from ganzoo.latent.inversion import Inversion, absolute_error, invert, squared_error

__all__ = [
    "BASES",
    "Inversion",
    "Linear",
    "absolute_error",
    "downsampling",
    "gaussian",
    "invert",
    "lasso",
    "squared_error",
]
