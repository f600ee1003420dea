"""Objectives: what each player minimises, as pure functions of the discriminator's scores.

Scores are raw outputs (logits) of shape (N,) or (N, 1), in any float type. Each function returns the mean over the N
examples, a scalar to minimise. Logarithms are written with softplus(s) = log(1 + exp(s)), because the gradient of
log(sigmoid(s) + epsilon) vanishes where the discriminator is certain:

    log D = log sigmoid(s) = -softplus(-s)        log(1 - D) = -softplus(s)
"""

import dataclasses
import typing

import tensorflow as tf

from ganzoo.registry import Registry

Loss = typing.Callable[..., tf.Tensor]


@dataclasses.dataclass(frozen=True)
class Objective:
    """The losses of both players, and the meaning of the discriminator's scores.

    Attributes:
        name: the name under which `register` makes the objective known.
        generator: a function (fake_scores) -> scalar, which the generator minimises; (real_scores, fake_scores) ->
            scalar if the objective is `relativistic`.
        discriminator: a function (real_scores, fake_scores) -> scalar, which the discriminator minimises.
        readout: maps scores to what is logged as `real_score` and `fake_score`: the probability D(x) if the
            discriminator estimates one, otherwise the raw score.
        value: a function (real_scores, fake_scores) -> V(D, G) in nats, or None if D(x) is not a probability.
        relativistic: whether the generator's loss compares the scores of fakes with those of real examples.
    """

    name: str
    generator: Loss
    discriminator: Loss
    readout: typing.Callable[[tf.Tensor], tf.Tensor] = tf.identity
    value: Loss | None = None
    relativistic: bool = False


def value(real_scores: tf.Tensor, fake_scores: tf.Tensor) -> tf.Tensor:
    """V(D, G) = E log D(x) + E log(1 - D(G(z))) in nats, Goodfellow et al. (2014), eq. (1); -log 4 at the optimum.

    >>> round(float(value(tf.zeros(4), tf.zeros(4))), 4)  # D(x) = 1/2 everywhere
    -1.3863
    """
    return -tf.reduce_mean(tf.nn.softplus(-real_scores)) - tf.reduce_mean(tf.nn.softplus(fake_scores))


def binary_cross_entropy(real_scores: tf.Tensor, fake_scores: tf.Tensor) -> tf.Tensor:
    """-V(D, G), without a factor of 1/2: log 4 if all scores are 0."""
    return -value(real_scores, fake_scores)


def saturating(fake_scores: tf.Tensor) -> tf.Tensor:
    """E log(1 - D(G(z))), the generator's part of equation (1); its gradient vanishes where D rejects the fakes."""
    return -tf.reduce_mean(tf.nn.softplus(fake_scores))


def non_saturating(fake_scores: tf.Tensor) -> tf.Tensor:
    """-E log D(G(z)), section 3 of the same paper: the same fixed point, but strong gradients where D rejects fakes.

    >>> rejected = tf.fill(4, -20.0)  # scores of fakes that D rejects
    >>> round(float(non_saturating(rejected)), 3), round(float(-saturating(rejected)), 3)
    (20.0, 0.0)
    """
    return tf.reduce_mean(tf.nn.softplus(-fake_scores))


def least_squares_generator(fake_scores: tf.Tensor) -> tf.Tensor:
    """E (s - 1)^2 / 2, Mao et al. (2017) with b = c = 1."""
    return 0.5 * tf.reduce_mean(tf.square(fake_scores - 1))


def least_squares_discriminator(real_scores: tf.Tensor, fake_scores: tf.Tensor) -> tf.Tensor:
    """E (s_real - 1)^2 / 2 + E s_fake^2 / 2, Mao et al. (2017) with a = 0, b = 1, on scores without a sigmoid."""
    return 0.5 * tf.reduce_mean(tf.square(real_scores - 1)) + 0.5 * tf.reduce_mean(tf.square(fake_scores))


def negative_mean(fake_scores: tf.Tensor) -> tf.Tensor:
    """-E s, the generator's loss in Arjovsky et al. (2017) and in hinge GANs."""
    return -tf.reduce_mean(fake_scores)


def wasserstein_critic(real_scores: tf.Tensor, fake_scores: tf.Tensor) -> tf.Tensor:
    """E s_fake - E s_real, Arjovsky et al. (2017): minus the distance, for the best critic that is 1-Lipschitz."""
    return tf.reduce_mean(fake_scores) - tf.reduce_mean(real_scores)


def hinge_discriminator(real_scores: tf.Tensor, fake_scores: tf.Tensor) -> tf.Tensor:
    """E max(0, 1 - s_real) + E max(0, 1 + s_fake), Lim & Ye (2017), Miyato et al. (2018).

    >>> float(hinge_discriminator(tf.fill(4, 2.0), tf.fill(4, -0.5)))  # real scores beyond the margin cost nothing
    0.5
    """
    return tf.reduce_mean(tf.nn.relu(1 - real_scores)) + tf.reduce_mean(tf.nn.relu(1 + fake_scores))


def relativistic_pairing_generator(real_scores: tf.Tensor, fake_scores: tf.Tensor) -> tf.Tensor:
    """E softplus(s_real - s_fake), Jolicoeur-Martineau (2018), Huang et al. (2024): a fake beside each real example."""
    return tf.reduce_mean(tf.nn.softplus(real_scores - fake_scores))


def relativistic_pairing_discriminator(real_scores: tf.Tensor, fake_scores: tf.Tensor) -> tf.Tensor:
    """E softplus(s_fake - s_real), the mirror image of `relativistic_pairing_generator`: log 2 if all are equal."""
    return tf.reduce_mean(tf.nn.softplus(fake_scores - real_scores))


@dataclasses.dataclass(frozen=True)
class Margin:
    """-E s_real + E max(0, margin + s_fake), Zhao et al. (2017), for scores s = -energy, which are at most 0."""

    margin: float

    def __call__(self, real_scores: tf.Tensor, fake_scores: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(tf.nn.relu(self.margin + fake_scores)) - tf.reduce_mean(real_scores)


_objectives = Registry("objective")
names = _objectives.names


def register(objective: Objective) -> Objective:
    """Registers an `Objective` under its name, so that it can be chosen by name and saved with a model.

    Returns the objective. Raises ValueError if another one has that name.
    """
    return _objectives.register(objective, objective.name)


def get(objective: str | Objective, relativistic: bool = True) -> Objective:
    """Returns a registered objective, given its name or the objective itself.

    Raises ValueError for an unknown name, for an `Objective` that is not the registered one of its name, since a saved
    model holds the name alone and could not be loaded, and for a relativistic one if `relativistic` is false.

    >>> float(get("minimax").discriminator(tf.zeros(3), tf.zeros(3)))  # log 4
    1.386...
    """
    if not isinstance(objective, Objective):
        objective = _objectives[objective]
    if objective.relativistic and not relativistic:
        raise ValueError(
            f"This game has several kinds of fakes, so the objective {objective.name!r} has no pairs for it."
        )
    if objective.name not in _objectives:
        raise ValueError(
            f"A model with the objective {objective.name!r} could not be loaded, because the objective is not "
            "registered: pass it to ganzoo.objectives.register first."
        )
    if objective != _objectives[objective.name]:
        raise ValueError(
            f"A different objective is registered as {objective.name!r}, and a saved model would be loaded with that "
            "one: rename yours and pass it to ganzoo.objectives.register."
        )
    return objective


register(Objective("minimax", saturating, binary_cross_entropy, tf.sigmoid, value))
register(Objective("non_saturating", non_saturating, binary_cross_entropy, tf.sigmoid, value))
register(Objective("least_squares", least_squares_generator, least_squares_discriminator))
register(Objective("wasserstein", negative_mean, wasserstein_critic))
register(Objective("hinge", negative_mean, hinge_discriminator))
register(
    Objective(
        "relativistic_pairing",
        relativistic_pairing_generator,
        relativistic_pairing_discriminator,
        relativistic=True,
    )
)
