"""Priors: the distributions of the generator's latents.

A prior provides

    dim                                  the number of latent coordinates
    sample(count, seed)                  float32 latents (count, dim) that depend on the arguments alone
    log_density(latents)                 the log density in nats, (N,)
    interpolate(start, end, fraction)    a path from start to end that stays where the prior has its mass
    project(latents)                     the nearest latents that the prior can draw

A seed is an int, or a pair of ints (an int64 tensor of shape (2,)). `fraction` is in [0, 1], and broadcasts with the
latents.
"""

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from ganzoo import random_numbers
from ganzoo.arguments import check_count, check_counts, check_number
from ganzoo.registry import Registry


class Prior:
    """The base class of priors. A subclass implements the functions above and adds its settings to `get_config`.

    Raises ValueError if `dim`, the number of latent coordinates, is not an integer of at least 1.
    """

    def __init__(self, dim: int):
        self.dim = check_count("A prior's dim", dim)

    def get_config(self) -> dict:
        return {"dim": self.dim}

    @classmethod
    def from_config(cls, config: dict) -> "Prior":
        return cls(**config)


@keras.saving.register_keras_serializable("ganzoo")
class Normal(Prior):
    """The standard normal N(0, I) in `dim` dimensions.

    >>> Normal(2).sample(3, seed=0).shape
    TensorShape([3, 2])
    """

    def sample(self, count: int, seed: random_numbers.Seed) -> tf.Tensor:
        return random_numbers.normal((count, self.dim), seed)

    def sample_truncated(self, count: int, seed: random_numbers.Seed, truncation: float) -> tf.Tensor:
        """Draws latents (count, dim) of which each is in [-truncation, truncation], as if others were drawn again."""
        root = np.sqrt(2)
        mass = tf.math.erf(tf.constant(truncation / root, tf.float64))
        shares = tf.cast(random_numbers.uniform((count, self.dim), seed), tf.float64) + 0.5 / random_numbers.LEVELS
        return tf.cast(root * tf.math.erfinv((2 * shares - 1) * mass), tf.float32)

    def log_density(self, latents: tf.Tensor) -> tf.Tensor:
        squares = tf.reduce_sum(tf.square(latents), axis=-1)
        return -0.5 * (squares + self.dim * np.log(2 * np.pi))

    def project(self, latents: tf.Tensor) -> tf.Tensor:
        return latents

    def interpolate(self, start: tf.Tensor, end: tf.Tensor, fraction: tf.Tensor | float) -> tf.Tensor:
        """Interpolates spherically, because in many dimensions a straight line passes through a region without mass."""
        cosine = tf.reduce_sum(tf.math.l2_normalize(start, -1) * tf.math.l2_normalize(end, -1), -1, keepdims=True)
        angle = tf.acos(tf.clip_by_value(cosine, -1.0, 1.0))
        spherical = tf.sin((1 - fraction) * angle) * start + tf.sin(fraction * angle) * end
        sine = tf.sin(angle)
        linear = (1 - fraction) * start + fraction * end  # the limit for parallel and opposite latents
        return tf.where(sine < 1e-4, linear, spherical / tf.where(sine < 1e-4, tf.ones_like(sine), sine))


@keras.saving.register_keras_serializable("ganzoo")
class Uniform(Prior):
    """The uniform distribution on the cube [low, high]^dim.

    Raises ValueError unless low < high.

    >>> latents = Uniform(2, 0, 1).sample(100, seed=0)
    >>> bool(tf.reduce_all((latents >= 0) & (latents <= 1)))
    True
    """

    def __init__(self, dim: int, low: float = -1.0, high: float = 1.0):
        super().__init__(dim)
        low, high = check_number("low", low, "of any size"), check_number("high", high, "of any size")
        if not -np.inf < low < high < np.inf:
            raise ValueError(f"A uniform prior needs low < high; got low={low}, high={high}.")
        self.low, self.high = float(low), float(high)

    def sample(self, count: int, seed: random_numbers.Seed) -> tf.Tensor:
        return random_numbers.uniform((count, self.dim), seed, self.low, self.high)

    def log_density(self, latents: tf.Tensor) -> tf.Tensor:
        inside = tf.reduce_all((latents >= self.low) & (latents <= self.high), axis=-1)
        return tf.where(inside, -self.dim * np.float32(np.log(self.high - self.low)), -np.float32(np.inf))

    def interpolate(self, start: tf.Tensor, end: tf.Tensor, fraction: tf.Tensor | float) -> tf.Tensor:
        """Interpolates linearly, which stays in the cube because it is convex."""
        return (1 - fraction) * start + fraction * end

    def project(self, latents: tf.Tensor) -> tf.Tensor:
        return tf.clip_by_value(latents, self.low, self.high)

    def get_config(self) -> dict:
        return {**super().get_config(), "low": self.low, "high": self.high}


@keras.saving.register_keras_serializable("ganzoo")
class Codes(Prior):
    """A concatenation of noise, categorical codes and continuous codes, Chen et al. (2016).

    Args:
        noise: the prior of the noise.
        categories: the number of values of each categorical code. Its values are equally likely and one-hot encoded.
        continuous: the number of continuous codes, which are uniform in [-1, 1].

    Raises ValueError if a categorical code has fewer than 2 values, or a number is no integer.

    >>> prior = Codes(Uniform(62), categories=[10], continuous=2)
    >>> [part.shape[1] for part in prior.split(prior.sample(3, seed=0))]
    [62, 10, 2]
    """

    def __init__(self, noise: Prior, categories: Sequence[int] = (), continuous: int = 0):
        self.noise, self.categories = noise, list(check_counts("categories", categories, least=2))
        self.continuous = check_count("The number of continuous codes", continuous, least=0)
        super().__init__(noise.dim + sum(self.categories) + self.continuous)

    def split(self, latents: tf.Tensor) -> list[tf.Tensor]:
        """Splits latents into noise (N, noise.dim), each categorical code (N, K), and continuous codes."""
        return tf.split(latents, [self.noise.dim, *self.categories, self.continuous], axis=-1)

    def sample(self, count: int, seed: random_numbers.Seed) -> tf.Tensor:
        of_noise, of_continuous, *of_categories = random_numbers.split(seed, 2 + len(self.categories))
        parts = [self.noise.sample(count, of_noise)]
        for size, its_seed in zip(self.categories, of_categories, strict=True):
            parts.append(tf.one_hot(random_numbers.integers((count,), its_seed, size), size))
        return tf.concat([*parts, random_numbers.uniform((count, self.continuous), of_continuous, -1.0, 1.0)], axis=-1)

    def log_density(self, latents: tf.Tensor) -> tf.Tensor:
        """Returns the log of density times probability of the categorical codes; -inf if one is not one-hot."""
        noise, *choices, continuous = self.split(latents)
        total = self.noise.log_density(noise)
        for choice in choices:
            one_hot = tf.reduce_all(choice == tf.one_hot(tf.argmax(choice, axis=-1), choice.shape[-1]), axis=-1)
            total += tf.where(one_hot, -np.float32(np.log(choice.shape[-1])), -np.float32(np.inf))
        return total + Uniform(self.continuous).log_density(continuous) if self.continuous else total

    def interpolate(self, start: tf.Tensor, end: tf.Tensor, fraction: tf.Tensor | float) -> tf.Tensor:
        """Interpolates the noise by its prior and continuous codes linearly; categorical codes switch halfway."""
        starts, ends = self.split(start), self.split(end)
        parts = [self.noise.interpolate(starts[0], ends[0], fraction)]
        parts += [tf.where(fraction < 0.5, *pair) for pair in zip(starts[1:-1], ends[1:-1], strict=True)]
        return tf.concat([*parts, (1 - fraction) * starts[-1] + fraction * ends[-1]], axis=-1)

    def project(self, latents: tf.Tensor) -> tf.Tensor:
        noise, *choices, continuous = self.split(latents)
        choices = [tf.one_hot(tf.argmax(choice, axis=-1), choice.shape[-1]) for choice in choices]
        return tf.concat([self.noise.project(noise), *choices, tf.clip_by_value(continuous, -1.0, 1.0)], axis=-1)

    def with_codes(
        self,
        latents: tf.Tensor,
        category: int | Sequence[int] | None = None,
        continuous: float | Sequence[float] | None = None,
        which: int = 0,
    ) -> tf.Tensor:
        """Returns latents in which one code is replaced, for instance to show its effect.

        Args:
            latents: (N, dim).
            category: the new value of the categorical code `which`, one for all latents or one for each, (N,).
            continuous: the new value of the continuous code `which`, likewise.
            which: the index of the code among those of its kind.

        Raises ValueError if the code has no such category.
        """
        noise, *choices, others = self.split(latents)
        count = latents.shape[0]
        if category is not None:
            size = self.categories[which]
            if not 0 <= np.min(category) <= np.max(category) < size:
                raise ValueError(f"The category of code {which} must be from 0 to {size - 1}; got {category}.")
            choices[which] = tf.one_hot(np.broadcast_to(category, count), size)
        if continuous is not None:
            value = tf.constant(np.broadcast_to(np.float32(continuous), count))
            others = tf.concat([others[:, :which], value[:, None], others[:, which + 1 :]], axis=1)
        return tf.concat([noise, *choices, others], axis=-1)

    def get_config(self) -> dict:
        noise = keras.saving.serialize_keras_object(self.noise)
        return {"noise": noise, "categories": self.categories, "continuous": self.continuous}

    @classmethod
    def from_config(cls, config: dict) -> "Prior":
        return cls(**keras.saving.deserialize_keras_object(config))


_priors = Registry("prior")
_priors.register(Uniform, "uniform")
_priors.register(Normal, "normal")


def get(prior: str | Prior, dim: int | None) -> Prior:
    """Returns a prior, given itself, or its name, "uniform" or "normal", and its number of latents.

    Raises ValueError for an unknown name, and for an object that is not a prior.

    >>> get("normal", 3).sample(2, seed=0).shape
    TensorShape([2, 3])
    """
    if isinstance(prior, str):
        return _priors[prior](dim)
    if not callable(getattr(prior, "sample", None)):
        raise ValueError(
            f"The prior is one of ganzoo.priors, such as ganzoo.priors.Normal(100), or a name; got {prior!r}."
        )
    return prior
