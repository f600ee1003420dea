"""f-GAN, Nowozin et al. (2016), Table 6: an objective for each f-divergence D_f(p_data || p_g) = E_g f(p_data / p_g).

The discriminator's score v passes the output activation g_f, whose range is the domain of the conjugate f*, and

    F = E_data g_f(v) - E_g f*(g_f(v)) <= D_f(p_data || p_g)

is what D maximises and G minimises (Algorithm 1; G's loss is F's second term alone). Equal where g_f(v) = f'(p_data /
p_g). Each is an objective by name: `fgan_kl` and so on. Departures: where the table's activation falls with v
(reverse_kl, neyman, squared_hellinger), v is negated, so that a high score always says "real"; the table gives
squared_hellinger and neyman without the factor 1/2 that others have, and jensen_shannon is twice JSD.

>>> float(DIVERGENCES["pearson"].bound(tf.zeros(4), tf.zeros(4)))  # D says that p_data = p_g
0.0
"""

import dataclasses
import math
import typing

import tensorflow as tf

from ganzoo.losses import objectives


@dataclasses.dataclass(frozen=True)
class Divergence:
    """`activation` is g_f(v), `conjugate` f*(g_f(v)), both of scores v, written so that neither overflows early."""

    activation: typing.Callable
    conjugate: typing.Callable

    def bound(self, real_scores, fake_scores):
        """F, a lower bound of the divergence in expectation."""
        return tf.reduce_mean(self.activation(real_scores)) - tf.reduce_mean(self.conjugate(fake_scores))


def _same(scores):
    return scores


def _hyperbolic(scores):
    return tf.tanh(scores) / 2


DIVERGENCES = {
    "kl": Divergence(_same, lambda v: tf.exp(v - 1)),
    "reverse_kl": Divergence(lambda v: -tf.exp(-v), lambda v: v - 1),
    "pearson": Divergence(_same, lambda v: tf.square(v) / 4 + v),
    "neyman": Divergence(lambda v: 1 - tf.exp(-v), lambda v: 2 - 2 * tf.exp(-v / 2)),
    "squared_hellinger": Divergence(lambda v: 1 - tf.exp(-v), lambda v: tf.exp(v) - 1),
    "jensen_shannon": Divergence(lambda v: math.log(2) - tf.nn.softplus(-v), lambda v: tf.nn.softplus(v) - math.log(2)),
    "gan": Divergence(lambda v: -tf.nn.softplus(-v), tf.nn.softplus),
    "total_variation": Divergence(_hyperbolic, _hyperbolic),
}
"""f(u) is, in this order, u log u, -log u, (u - 1)^2, (u - 1)^2 / u, (sqrt u - 1)^2, u log u - (u + 1) log (u + 1) / 2,
u log u - (u + 1) log (u + 1), and |u - 1| / 2. `gan` is twice JSD - log 4: the value of `minimax`."""


def _objective(name, divergence):
    return objectives.Objective(
        f"fgan_{name}",
        generator=lambda fake_scores: -tf.reduce_mean(divergence.conjugate(fake_scores)),
        discriminator=lambda real_scores, fake_scores: -divergence.bound(real_scores, fake_scores),
    )


for _name, _divergence in DIVERGENCES.items():
    objectives.register(_objective(_name, _divergence))
