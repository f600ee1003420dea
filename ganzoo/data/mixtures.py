"""Mixtures of Gaussians: vectors of known density, which show whether a generator drops modes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ganzoo.data.examples import Examples
from ganzoo.registry import nearest

SPLITS = {"train": 100_000, "test": 10_000}
"""The number of points. PacGAN trains on 100,000 points of the ring and of the grid."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture of isotropic Gaussians of equal width.

    Args:
        means: of the K modes, (K, D).
        standard_deviation: of every mode, in every direction.
        weights: of the modes, (K,), which are scaled to a sum of 1; equal by default.

    Raises ValueError if the means have another rank, if the standard deviation is not positive, or if the weights are
    negative, all zero or of another length.
    """

    means: np.ndarray
    standard_deviation: float
    weights: np.ndarray | None = None

    def __post_init__(self):
        means = np.asarray(self.means, "float64")
        if means.ndim != 2 or means.size == 0:
            raise ValueError(
                f"Expected the means of K modes as (K, D), got shape {means.shape}; a single mode is [[x, y]]."
            )
        if not self.standard_deviation > 0:
            raise ValueError(
                f"A standard deviation must be positive, got {self.standard_deviation}; choose one above 0."
            )
        weights = np.ones(len(means)) if self.weights is None else np.asarray(self.weights, "float64")
        if weights.shape != means.shape[:1] or (weights < 0).any() or not weights.sum() > 0:
            raise ValueError(
                f"Expected {len(means)} weights, none negative and not all zero, got {self.weights}; "
                "leave them out for equal weights."
            )
        object.__setattr__(self, "means", means)
        object.__setattr__(self, "weights", weights / weights.sum())

    def sample(self, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Draws points, float32 (count, D); returns them and the mode of each, int64 (count,) in [0, K)."""
        random = np.random.default_rng(seed)
        modes = random.choice(len(self.means), size=count, p=self.weights)
        noise = random.standard_normal((count, self.means.shape[1]))
        return (self.means[modes] + self.standard_deviation * noise).astype("float32"), modes

    def log_density(self, points: ArrayLike) -> np.ndarray:
        """Returns log p of points (N, D) in nats, float64 (N,); finite even far away from all modes."""
        offsets = np.asarray(points, "float64")[:, np.newaxis] - self.means
        variance = self.standard_deviation**2
        dimensions = self.means.shape[1]
        with np.errstate(divide="ignore"):  # a mode of weight 0 contributes log 0 = -inf, correctly
            log_weights = np.log(self.weights) - dimensions / 2 * np.log(2 * np.pi * variance)
        return np.logaddexp.reduce(log_weights - (offsets**2).sum(axis=2) / (2 * variance), axis=1)


def ring(modes: int = 8, radius: float = 1.0, standard_deviation: float = 0.01) -> Mixture:
    """Returns a mixture in 2 dimensions, with modes at equal angles on a circle, the first of them at (radius, 0)."""
    angles = np.linspace(0, 2 * np.pi, modes, endpoint=False)
    return Mixture(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1), standard_deviation)


def grid(side: int = 5, spacing: float = 2.0, standard_deviation: float = 0.05) -> Mixture:
    """Returns a mixture with modes on a square lattice about the origin: by default 25, at {-4, -2, 0, 2, 4}^2."""
    places = spacing * (np.arange(side) - (side - 1) / 2)
    return Mixture(np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2), standard_deviation)


def gaussian_1d(mean: float = 2.0, standard_deviation: float = 0.5) -> Mixture:
    """Returns a single Gaussian in 1 dimension, as in Figure 1 of Goodfellow et al. (2014), which gives no numbers.

    Its mean is not 0, the mean of an untrained generator's outputs, so that there is something to learn.
    """
    return Mixture([[mean]], standard_deviation)


def sampled_dataset(name: str, mixture: Mixture) -> Callable[[str], Examples]:
    """Returns a function from a split to `Examples` that are drawn from a mixture, with their modes as labels.

    The split "train" has 100,000 points, "test" 10,000 others. The function raises ValueError for an unknown split.

    Args:
        name: of the data set, and of the function.
        mixture: from which the points are drawn.
    """

    def examples(split: str = "train") -> Examples:
        if split not in SPLITS:
            raise ValueError(nearest("split", split, SPLITS))
        points, modes = mixture.sample(SPLITS[split], seed=list(SPLITS).index(split))
        return Examples(points, modes, num_classes=len(mixture.means), name=name, mixture=mixture)

    examples.__name__ = name
    return examples
