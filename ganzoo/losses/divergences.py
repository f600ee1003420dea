"""The f-divergences of f-GAN, Nowozin et al. (2016), Table 6: D_f(p_data || p_g) = E_g f(p_data / p_g).

The output activation g_f maps the discriminator's score v to the domain of the conjugate f*. The players' game is over

    F = E_data g_f(v) - E_g f*(g_f(v)) <= D_f(p_data || p_g)

which D maximises and G minimises (Algorithm 1; only the second term of F depends on G). The two sides are equal if
g_f(v) = f'(p_data / p_g). Each divergence is an objective with a name like `fgan_kl`.

Departure: where the table's activation decreases in v (reverse_kl, neyman, squared_hellinger), v is negated, so that a
high score always means "real". As in the table, squared_hellinger and neyman have no factor of 1/2, and jensen_shannon
is twice the Jensen-Shannon divergence.

>>> float(DIVERGENCES["pearson"].bound(tf.zeros(4), tf.zeros(4)))  # D estimates that p_data = p_g
0.0
"""

import dataclasses
import math
import typing

import tensorflow as tf

from ganzoo.losses import objectives


@dataclasses.dataclass(frozen=True)
class Divergence:
    """An f-divergence, as the two functions of scores v that its bound needs.

    Attributes:
        activation: g_f(v).
        conjugate: f*(g_f(v)), simplified so that it overflows no earlier than it must.
    """

    activation: typing.Callable[[tf.Tensor], tf.Tensor]
    conjugate: typing.Callable[[tf.Tensor], tf.Tensor]

    def bound(self, real_scores: tf.Tensor, fake_scores: tf.Tensor) -> tf.Tensor:
        """Returns F of scores (N,) or (N, 1), a scalar; its expectation is a lower bound of the divergence."""
        return tf.reduce_mean(self.activation(real_scores)) - tf.reduce_mean(self.conjugate(fake_scores))


def _identity(scores):
    return scores


def _half_tanh(scores):
    return tf.tanh(scores) / 2


DIVERGENCES = {
    "kl": Divergence(_identity, lambda v: tf.exp(v - 1)),
    "reverse_kl": Divergence(lambda v: -tf.exp(-v), lambda v: v - 1),
    "pearson": Divergence(_identity, lambda v: tf.square(v) / 4 + v),
    "neyman": Divergence(lambda v: 1 - tf.exp(-v), lambda v: 2 - 2 * tf.exp(-v / 2)),
    "squared_hellinger": Divergence(lambda v: 1 - tf.exp(-v), lambda v: tf.exp(v) - 1),
    "jensen_shannon": Divergence(lambda v: math.log(2) - tf.nn.softplus(-v), lambda v: tf.nn.softplus(v) - math.log(2)),
    "gan": Divergence(lambda v: -tf.nn.softplus(-v), tf.nn.softplus),
    "total_variation": Divergence(_half_tanh, _half_tanh),
}
"""In this order, f(u) is u log u, -log u, (u - 1)^2, (u - 1)^2 / u, (sqrt u - 1)^2, u log u - (u + 1) log((u + 1) / 2),
u log u - (u + 1) log(u + 1), and |u - 1| / 2. `gan` is twice the Jensen-Shannon divergence minus log 4, the value of
the `minimax` game."""


def _objective(name, divergence):
    return objectives.Objective(
        f"fgan_{name}",
        generator=lambda fake_scores: -tf.reduce_mean(divergence.conjugate(fake_scores)),
        discriminator=lambda real_scores, fake_scores: -divergence.bound(real_scores, fake_scores),
    )


for _name, _divergence in DIVERGENCES.items():
    objectives.register(_objective(_name, _divergence))
