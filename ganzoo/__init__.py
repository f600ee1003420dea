"""ganzoo: generative adversarial nets for TensorFlow and Keras 3.

>>> import ganzoo
>>> gan = ganzoo.create("nsgan", data_shape=(8, 8, 1), seed=0)
>>> gan.sample(4).shape
(4, 8, 8, 1)
"""

from ganzoo import divergences, objectives, penalties, priors, zoo
from ganzoo.models.gan import GAN, Round
from ganzoo.recipes import create, names, register
from ganzoo.saving import load

__version__ = "0.1.0"
__all__ = [
    "GAN",
    "Round",
    "create",
    "divergences",
    "load",
    "names",
    "objectives",
    "penalties",
    "priors",
    "register",
    "zoo",
]
