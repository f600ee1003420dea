"""What each player minimises: pairs of pure functions of the discriminator's scores.

Scores are raw outputs (logits) of shape (N,) or (N, 1), in any float type; each function gives the mean over the N
examples as a scalar to minimise. Everything is written with softplus(s) = log(1 + exp(s)), because log(sigmoid(s) +
epsilon) has no gradient where the discriminator is sure of itself:

    log D = log sigmoid(s) = -softplus(-s)        log(1 - D) = -softplus(s)
"""

import dataclasses
import typing

import tensorflow as tf

from ganzoo.registry import Registry


@dataclasses.dataclass(frozen=True)
class Objective:
    """The two players' losses, and what the discriminator's scores mean.

    `readout` turns scores into what the discriminator says, reported as `real_score` and `fake_score`: the
    probability D(x) where it is one, else the score itself. `value(real_scores, fake_scores)` is V(D, G) in nats
    where D is a probability, else None.
    """

    name: str
    generator: typing.Callable
    discriminator: typing.Callable
    readout: typing.Callable = tf.identity
    value: typing.Callable | None = None


def value(real_scores, fake_scores):
    """V(D, G) = E log D(x) + E log(1 - D(G(z))) in nats, Goodfellow et al. (2014), eq. (1): -log 4 at the optimum.

    >>> round(float(value(tf.zeros(4), tf.zeros(4))), 4)  # D says 1/2 of all
    -1.3863
    """
    return -tf.reduce_mean(tf.nn.softplus(-real_scores)) - tf.reduce_mean(tf.nn.softplus(fake_scores))


def binary_cross_entropy(real_scores, fake_scores):
    """-V(D, G): log 4 where all scores are 0; no factor 1/2."""
    return -value(real_scores, fake_scores)


def saturating(fake_scores):
    """E log(1 - D(G(z))), the generator's part of equation (1); its gradient fades where D rejects the fakes."""
    return -tf.reduce_mean(tf.nn.softplus(fake_scores))


def non_saturating(fake_scores):
    """-E log D(G(z)), section 3 of the same paper: the same fixed point, strong gradients where D rejects the fakes.

    >>> sure = tf.fill(4, -20.0)  # D's scores of fakes that it rejects
    >>> round(float(non_saturating(sure)), 3), round(float(-saturating(sure)), 3)
    (20.0, 0.0)
    """
    return tf.reduce_mean(tf.nn.softplus(-fake_scores))


def least_squares_generator(fake_scores):
    """E (s - 1)^2 / 2, Mao et al. (2017) with b = c = 1."""
    return 0.5 * tf.reduce_mean(tf.square(fake_scores - 1))


def least_squares_discriminator(real_scores, fake_scores):
    """E (s_real - 1)^2 / 2 + E s_fake^2 / 2, Mao et al. (2017) with a = 0, b = 1, on scores without a sigmoid."""
    return 0.5 * tf.reduce_mean(tf.square(real_scores - 1)) + 0.5 * tf.reduce_mean(tf.square(fake_scores))


def negative_mean(fake_scores):
    """-E s, the generator's loss of Arjovsky et al. (2017) and of the hinge loss."""
    return -tf.reduce_mean(fake_scores)


def wasserstein_critic(real_scores, fake_scores):
    """E s_fake - E s_real, Arjovsky et al. (2017): minus the distance, once the critic is 1-Lipschitz."""
    return tf.reduce_mean(fake_scores) - tf.reduce_mean(real_scores)


def hinge_discriminator(real_scores, fake_scores):
    """E max(0, 1 - s_real) + E max(0, 1 + s_fake), Lim & Ye (2017), Miyato et al. (2018).

    >>> float(hinge_discriminator(tf.fill(4, 2.0), tf.fill(4, -0.5)))  # the real ones are beyond the margin, at no cost
    0.5
    """
    return tf.reduce_mean(tf.nn.relu(1 - real_scores)) + tf.reduce_mean(tf.nn.relu(1 + fake_scores))


@dataclasses.dataclass(frozen=True)
class Margin:
    """-E s_real + E max(0, margin + s_fake), Zhao et al. (2017), on scores s = -energy, at most 0."""

    margin: float

    def __call__(self, real_scores, fake_scores):
        return tf.reduce_mean(tf.nn.relu(self.margin + fake_scores)) - tf.reduce_mean(real_scores)


_objectives = Registry("objective")
names = _objectives.names


def register(objective):
    """Makes an `Objective` known under its own name, so that it can be chosen by name and saved with a model."""
    return _objectives.register(objective, objective.name)


def get(objective):
    """The `Objective` of that name, or the `Objective` given; raises ValueError for an unknown name.

    >>> float(get("minimax").discriminator(tf.zeros(3), tf.zeros(3)))  # log 4
    1.386...
    """
    return objective if isinstance(objective, Objective) else _objectives[objective]


register(Objective("minimax", saturating, binary_cross_entropy, tf.sigmoid, value))
register(Objective("non_saturating", non_saturating, binary_cross_entropy, tf.sigmoid, value))
register(Objective("least_squares", least_squares_generator, least_squares_discriminator))
register(Objective("wasserstein", negative_mean, wasserstein_critic))
register(Objective("hinge", negative_mean, hinge_discriminator))
