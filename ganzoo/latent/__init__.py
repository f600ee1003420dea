"""What can be done with latents: these functions need `generate`, latents -> images, and a prior, of whatever model."""

from ganzoo.latent.blending import blend
from ganzoo.latent.compressed_sensing import BASES, Linear, downsampling, gaussian, lasso
from ganzoo.latent.inpainting import Inpainting, biharmonic, inpaint
from ganzoo.latent.inversion import Inversion, absolute_error, invert, squared_error
from ganzoo.latent.masks import MASKS, mask

__all__ = [
    "BASES",
    "MASKS",
    "Inpainting",
    "Inversion",
    "Linear",
    "absolute_error",
    "biharmonic",
    "blend",
    "downsampling",
    "gaussian",
    "inpaint",
    "invert",
    "lasso",
    "mask",
    "squared_error",
]
