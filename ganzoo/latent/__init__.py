"""What can be done with latents: these functions need `generate`, latents -> images, and a prior, of whatever model."""

from ganzoo.latent.inversion import Inversion, absolute_error, invert, squared_error

__all__ = ["Inversion", "absolute_error", "invert", "squared_error"]
