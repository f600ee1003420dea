"""Priors over latents: what the generator starts from.

A prior has a `dim`, draws `sample(count, seed) -> (count, dim)` float32 tensors that depend on nothing but their
arguments, knows its `log_density(latents) -> (N,)` in nats, and the `interpolate(start, end, fraction)` path that
stays where it has its mass. A seed is an int or a pair of ints (an int64 tensor of shape (2,)).
"""

import keras
import numpy as np
import tensorflow as tf


def as_seed(seed):
    """The int64 pair that TensorFlow's stateless draws take, from an int or from such a pair."""
    return tf.stack([tf.cast(seed, tf.int64), 0]) if np.ndim(seed) == 0 else tf.cast(seed, tf.int64)


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
        return tf.random.stateless_normal((count, self.dim), as_seed(seed))

    def log_density(self, latents):
        squares = tf.reduce_sum(tf.square(latents), axis=-1)
        return -0.5 * (squares + self.dim * np.log(2 * np.pi))

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
    """Uniform on the cube [low, high]^dim."""

    def __init__(self, dim, low=-1.0, high=1.0):
        super().__init__(dim)
        if not low < high:
            raise ValueError(f"A uniform prior needs low < high; got low={low}, high={high}.")
        self.low, self.high = float(low), float(high)

    def sample(self, count, seed):
        return tf.random.stateless_uniform((count, self.dim), as_seed(seed), self.low, self.high)

    def log_density(self, latents):
        inside = tf.reduce_all((latents >= self.low) & (latents <= self.high), axis=-1)
        return tf.where(inside, -self.dim * np.float32(np.log(self.high - self.low)), -np.float32(np.inf))

    def interpolate(self, start, end, fraction):
        """Linear: the cube is convex."""
        return (1 - fraction) * start + fraction * end

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high}
