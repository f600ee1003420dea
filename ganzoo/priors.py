"""Priors over latents: what the generator starts from.

A prior has a `dim`, draws `sample(count, seed) -> (count, dim)` float32 tensors that depend on nothing but their
arguments, knows its `log_density(latents) -> (N,)` in nats, the `interpolate(start, end, fraction)` path that stays
where it has its mass, and `project(latents)`, the nearest latents that it can draw. A seed is an int or a pair of ints
(an int64 tensor of shape (2,)).
"""

import keras
import numpy as np
import tensorflow as tf

from ganzoo import random_numbers


class Prior:
    """The base of priors; a subclass adds its settings to `get_config`."""

    def __init__(self, dim):
        if not isinstance(dim, (int, np.integer)) or dim < 1:
            raise ValueError(f"A prior's dim is a positive int, the number of latent coordinates; got {dim!r}.")
        self.dim = int(dim)

    def get_config(self):
        return {"dim": self.dim}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


@keras.saving.register_keras_serializable("ganzoo")
class Normal(Prior):
    """The standard normal N(0, I) in `dim` dimensions.

    >>> Normal(2).sample(3, seed=0).shape
    TensorShape([3, 2])
    """

    def sample(self, count, seed):
        return random_numbers.normal((count, self.dim), seed)

    def log_density(self, latents):
        squares = tf.reduce_sum(tf.square(latents), axis=-1)
        return -0.5 * (squares + self.dim * np.log(2 * np.pi))

    def project(self, latents):
        return latents

    def interpolate(self, start, end, fraction):
        """Spherical: straight lines would cut through the middle, where a normal in many dimensions has no mass."""
        cosine = tf.reduce_sum(tf.math.l2_normalize(start, -1) * tf.math.l2_normalize(end, -1), -1, keepdims=True)
        angle = tf.acos(tf.clip_by_value(cosine, -1.0, 1.0))
        spherical = tf.sin((1 - fraction) * angle) * start + tf.sin(fraction * angle) * end
        sine = tf.sin(angle)
        linear = (1 - fraction) * start + fraction * end  # the limit where the two point the same way, or opposite ways
        return tf.where(sine < 1e-4, linear, spherical / tf.where(sine < 1e-4, tf.ones_like(sine), sine))


@keras.saving.register_keras_serializable("ganzoo")
class Uniform(Prior):
    """Uniform on the cube [low, high]^dim.

    >>> latents = Uniform(2, 0, 1).sample(100, seed=0)
    >>> bool(tf.reduce_all((latents >= 0) & (latents <= 1)))
    True
    """

    def __init__(self, dim, low=-1.0, high=1.0):
        super().__init__(dim)
        if not low < high:
            raise ValueError(f"A uniform prior needs low < high; got low={low}, high={high}.")
        self.low, self.high = float(low), float(high)

    def sample(self, count, seed):
        return random_numbers.uniform((count, self.dim), seed, self.low, self.high)

    def log_density(self, latents):
        inside = tf.reduce_all((latents >= self.low) & (latents <= self.high), axis=-1)
        return tf.where(inside, -self.dim * np.float32(np.log(self.high - self.low)), -np.float32(np.inf))

    def interpolate(self, start, end, fraction):
        """Linear: the cube is convex."""
        return (1 - fraction) * start + fraction * end

    def project(self, latents):
        return tf.clip_by_value(latents, self.low, self.high)

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high}


@keras.saving.register_keras_serializable("ganzoo")
class Codes(Prior):
    """Noise and codes side by side, Chen et al. (2016): what a latent (dim,) holds, in this order.

    Args:
        noise: the prior of the noise.
        categories: of each categorical code, how many values it takes, all alike likely; one-hot.
        continuous: how many continuous codes, uniform in [-1, 1].

    >>> prior = Codes(Uniform(62), categories=[10], continuous=2)
    >>> [part.shape[1] for part in prior.split(prior.sample(3, seed=0))]
    [62, 10, 2]
    """

    def __init__(self, noise, categories=(), continuous=0):
        if any(count < 2 for count in categories) or continuous < 0:
            raise ValueError(
                "A prior's categories are numbers of at least 2, and continuous is a number of at least 0; got "
                f"{list(categories)} and {continuous}."
            )
        self.noise, self.categories, self.continuous = noise, [int(count) for count in categories], int(continuous)
        super().__init__(noise.dim + sum(self.categories) + self.continuous)

    def split(self, latents):
        """[noise (N, noise.dim), a part (N, K) for each categorical code, continuous codes (N, continuous)]."""
        return tf.split(latents, [self.noise.dim, *self.categories, self.continuous], axis=-1)

    def sample(self, count, seed):
        of_noise, of_continuous, *of_categories = random_numbers.split(seed, 2 + len(self.categories))
        parts = [self.noise.sample(count, of_noise)]
        for size, its_seed in zip(self.categories, of_categories, strict=True):
            parts.append(tf.one_hot(random_numbers.integers((count,), its_seed, size), size))
        return tf.concat([*parts, random_numbers.uniform((count, self.continuous), of_continuous, -1.0, 1.0)], axis=-1)

    def log_density(self, latents):
        """Of noise and continuous codes the density, of categorical ones the probability; -inf if none is one-hot."""
        noise, *choices, continuous = self.split(latents)
        total = self.noise.log_density(noise)
        for choice in choices:
            one_hot = tf.reduce_all(choice == tf.one_hot(tf.argmax(choice, axis=-1), choice.shape[-1]), axis=-1)
            total += tf.where(one_hot, -np.float32(np.log(choice.shape[-1])), -np.float32(np.inf))
        return total + Uniform(self.continuous).log_density(continuous) if self.continuous else total

    def interpolate(self, start, end, fraction):
        """As the noise's prior goes, and straight in the continuous codes; the categorical ones change halfway."""
        starts, ends = self.split(start), self.split(end)
        parts = [self.noise.interpolate(starts[0], ends[0], fraction)]
        parts += [tf.where(fraction < 0.5, *pair) for pair in zip(starts[1:-1], ends[1:-1], strict=True)]
        return tf.concat([*parts, (1 - fraction) * starts[-1] + fraction * ends[-1]], axis=-1)

    def project(self, latents):
        noise, *choices, continuous = self.split(latents)
        choices = [tf.one_hot(tf.argmax(choice, axis=-1), choice.shape[-1]) for choice in choices]
        return tf.concat([self.noise.project(noise), *choices, tf.clip_by_value(continuous, -1.0, 1.0)], axis=-1)

    def with_codes(self, latents, category=None, continuous=None, which=0):
        """The latents with another value of one code, for a grid over it: one for all, or one for each, (N,).

        `category` is the value of the categorical code number `which`, `continuous` that of such a continuous one.
        """
        noise, *choices, others = self.split(latents)
        count = latents.shape[0]
        if category is not None:
            size = self.categories[which]
            if not 0 <= np.min(category) <= np.max(category) < size:
                raise ValueError(f"A category of code {which} is from 0 to {size - 1}; got {category}.")
            choices[which] = tf.one_hot(np.broadcast_to(category, count), size)
        if continuous is not None:
            value = tf.constant(np.broadcast_to(np.float32(continuous), count))
            others = tf.concat([others[:, :which], value[:, None], others[:, which + 1 :]], axis=1)
        return tf.concat([noise, *choices, others], axis=-1)

    def get_config(self):
        noise = keras.saving.serialize_keras_object(self.noise)
        return {"noise": noise, "categories": self.categories, "continuous": self.continuous}

    @classmethod
    def from_config(cls, config):
        return cls(**keras.saving.deserialize_keras_object(config))
