"""FastGAN, Liu et al. (2021): the discriminator also learns to rebuild the real images from its features."""

import typing

import tensorflow as tf

from ganzoo.arguments import check_number
from ganzoo.games.conditional import ConditionalGAN
from ganzoo.games.gan import GAN
from ganzoo.games.outputs import check_outputs
from ganzoo.losses.objectives import Objective


class SelfSupervised:
    """Mixed into a GAN, before it: adds the reconstruction of real examples to the discriminator's loss."""

    def __init__(
        self,
        *parts: typing.Any,
        objective: str | Objective = "hinge",
        reconstruction: float = 10.0,
        **settings: typing.Any,
    ):
        super().__init__(*parts, objective=objective, **settings)
        check_outputs(self.discriminator, scores=1, reconstruction_error=1)
        self.reconstruction = check_number("reconstruction", reconstruction)

    def discriminator_terms(self, play):
        errors = tf.cast(play.real_outputs["reconstruction_error"], tf.float32)
        return super().discriminator_terms(play) | {"reconstruction": self.reconstruction * tf.reduce_mean(errors)}

    def get_config(self):
        return {**super().get_config(), "reconstruction": self.reconstruction}


class FastGAN(SelfSupervised, GAN):
    """A game whose discriminator has a task of its own: to keep in its features what it takes to rebuild the data.

        L_D = adversarial + reconstruction * E_x error(x)        L_G = adversarial

    The adversarial terms are those of the objective, by default the hinge loss. The error is of real examples alone.
    The discriminator returns {"scores": (N, 1), "reconstruction_error": (N, 1)}.

    Departure from the authors' code: the hinge's margin is 1, where that code draws it uniformly from [.8, 1] for each
    score, which adds no performance, as its author says (lucidrains/lightweight-gan, issue 11).

    Args:
        reconstruction: the weight of the error in D's loss. The authors add theirs up over a batch of 8.
    """


class ConditionalFastGAN(SelfSupervised, ConditionalGAN):
    """The game of `FastGAN` with labels, as in `ConditionalGAN`: both players are given the class of each example.

    Args:
        reconstruction: the weight of the error in D's loss. The authors add theirs up over a batch of 8.
    """
