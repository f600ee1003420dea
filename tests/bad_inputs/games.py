"""Parts that make no game: players, turns, losses, penalties, priors, constraints."""

import math

import keras
import numpy as np
import tensorflow as tf

import ganzoo
from ganzoo.losses import constraints

from .judging import family

L = keras.layers
NAN = math.nan


def network(size, *outputs):
    """A network from vectors of this size to outputs of those."""
    inputs = keras.Input((size,))
    made = [L.Dense(output)(inputs) for output in outputs]
    return keras.Model(inputs, made[0] if len(made) == 1 else made)


def critic(*last):
    return keras.Sequential([keras.Input((2,)), *last])


def gan(generator=None, discriminator=None, prior=None, **settings):
    return ganzoo.GAN(
        generator or network(3, 2), discriminator or network(2, 1), prior or ganzoo.priors.Normal(3), **settings
    )


def fitted(*parts, **settings):
    made = gan(*parts, **settings)
    made.compile(run_eagerly=True)
    made.fit(np.zeros((8, 2), "float32"), batch_size=4, verbose=0)


class Subclassed(keras.Model):
    def call(self, inputs):
        return inputs


@family
def players():
    """Networks that cannot be a generator or a discriminator."""
    one = network(2, 2)
    yield "one network twice", lambda _: gan(one, one, ganzoo.priors.Normal(2))
    yield "not built", lambda _: gan(keras.Sequential([L.Dense(2)]))
    yield "a subclass that is not built", lambda _: gan(Subclassed())
    yield "a layer", lambda _: gan(L.Dense(2))
    yield "a function", lambda _: gan(lambda x: x)
    yield "a string", lambda _: gan(discriminator="dcgan")
    yield "three scores", lambda _: fitted(discriminator=network(2, 3))
    yield "two outputs of D", lambda _: fitted(discriminator=network(2, 1, 1))
    yield "two outputs of G", lambda _: fitted(network(3, 2, 2))
    yield "a sigmoid at the end", lambda _: fitted(discriminator=critic(L.Dense(1, "sigmoid")))
    yield "a layer of sigmoids at the end", lambda _: fitted(discriminator=critic(L.Dense(1), L.Activation("sigmoid")))
    yield "other latents than the prior's", lambda _: fitted(network(5, 2))
    yield "D of other data", lambda _: fitted(discriminator=network(7, 1))
    yield (
        "no scores among the outputs",
        lambda _: fitted(discriminator=keras.Model(i := keras.Input((2,)), {"logits": L.Dense(1)(i)})),
    )
    yield "no weights in D", lambda _: fitted(discriminator=critic(L.Lambda(lambda x: x[:, :1])))


@family
def parts_of_games():
    """Priors, objectives, penalties, turns and constraints with impossible arguments."""
    for prior in ("gaussian", 3, lambda count: 0, ganzoo.priors.Normal):
        yield f"prior {prior!r}"[:50], lambda _, p=prior: gan(prior=p)
    for dim in (0, -1, 2.5, "3", None, NAN):
        yield f"Normal({dim!r})", lambda _, d=dim: ganzoo.priors.Normal(d)
    for low, high in ((1, 0), (0, 0), (NAN, 1), ("a", "b"), (0, math.inf)):
        yield f"Uniform(2, {low}, {high})", lambda _, b=(low, high): ganzoo.priors.Uniform(2, *b)
    for arguments in (([1],), ([2.5],), ("ten",), ([10], -1), ([10], 1.5)):
        yield f"Codes{arguments}", lambda _, a=arguments: ganzoo.priors.Codes(ganzoo.priors.Normal(2), *a)
    own = ganzoo.objectives.Objective("own", tf.reduce_mean, lambda r, f: tf.reduce_mean(f))
    for objective in ("minmax", 3, own, ganzoo.objectives.Objective("minimax", tf.reduce_mean, tf.reduce_mean)):
        yield f"objective {objective!r}"[:50], lambda _, o=objective: gan(objective=o)
    for penalty in (ganzoo.penalties.R1, ganzoo.penalties.GradientPenalty, ganzoo.penalties.DRAGAN):
        for weight in (0, -1, NAN, math.inf, "10", None):
            yield f"{penalty.__name__}({weight!r})", lambda _, p=penalty, w=weight: p(w)
    for every in (0, -1, 1.5, "16", None, True):
        yield f"Lazy every={every!r}", lambda _, e=every: ganzoo.penalties.Lazy(ganzoo.penalties.R1(1), every=e)
    for inner in (None, "r1", ganzoo.penalties.Lazy(ganzoo.penalties.R1(1)), lambda *a: 0.0):
        yield f"Lazy of {inner!r}"[:50], lambda _, i=inner: gan(penalties=ganzoo.penalties.Lazy(i))
    for given in ({"low": 2, "high": 1}, {"epsilon": 0}, {"weight": -1}, {"low": NAN}, {"epsilon": "a"}):
        yield f"JacobianClamping {given}", lambda _, g=given: ganzoo.penalties.JacobianClamping(**g)
    for times in (0, -1, 1.5, "2", None, True):
        yield f"Turn times={times!r}", lambda _, t=times: ganzoo.Turn("generator", times=t)
    for names in ((), ("a", "a"), (3,), (None,)):
        yield f"Turn{names}", lambda _, n=names: ganzoo.Turn(*n)
    for limit in (0, -1, NAN, "a", None):
        yield f"Clip({limit!r})", lambda _, c=limit: constraints.Clip(c)
    yield "two penalties of one name", lambda _: gan(penalties=[ganzoo.penalties.R1(1), ganzoo.penalties.R1(2)])
    yield "simultaneous with k = 2", lambda _: gan(simultaneous=True, discriminator_steps=2)
    for seed in (1.5, "1", NAN, 2**80, [1]):
        yield f"seed {seed!r}", lambda _, s=seed: gan(seed=s)
    for momentum in (1, -0.5, "a", NAN):
        yield f"ema {momentum!r}", lambda _, m=momentum: gan(generator_ema=m)
