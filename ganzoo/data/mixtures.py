"""Mixtures of Gaussians: data whose density is known, to see modes that a generator drops."""

from dataclasses import dataclass

import numpy as np

from ganzoo.data.examples import Examples
from ganzoo.registry import nearest

SPLITS = {"train": 100_000, "test": 10_000}  # PacGAN trains on 100,000 points of the ring and of the grid


@dataclass(frozen=True, eq=False)
class Mixture:
    """Isotropic Gaussians: `means` (K, D), one `standard_deviation` for all, `weights` (K,), equal by default.

    Raises ValueError for means of another rank, a standard deviation that is not positive, and weights that are
    negative, all zero or of another length; they are scaled to a sum of 1.
    """

    means: np.ndarray
    standard_deviation: float
    weights: np.ndarray | None = None

    def __post_init__(self):
        means = np.asarray(self.means, "float64")
        if means.ndim != 2 or means.size == 0:
            raise ValueError(f"Expected the means of K modes as (K, D), got shape {means.shape}; one mode is [[x, y]].")
        if not self.standard_deviation > 0:
            raise ValueError(f"A standard deviation is positive, got {self.standard_deviation}; choose more than 0.")
        weights = np.ones(len(means)) if self.weights is None else np.asarray(self.weights, "float64")
        if weights.shape != means.shape[:1] or (weights < 0).any() or not weights.sum() > 0:
            raise ValueError(
                f"Expected {len(means)} weights, none negative and not all zero, got {self.weights}; "
                "leave them out for equal ones."
            )
        object.__setattr__(self, "means", means)
        object.__setattr__(self, "weights", weights / weights.sum())

    def sample(self, count, seed):
        """Points float32 (count, D), and the mode of each, int64 (count,) in [0, K)."""
        random = np.random.default_rng(seed)
        modes = random.choice(len(self.means), size=count, p=self.weights)
        noise = random.standard_normal((count, self.means.shape[1]))
        return (self.means[modes] + self.standard_deviation * noise).astype("float32"), modes

    def log_density(self, points):
        """log p of `points` (N, D), float64 (N,), in nats; finite however far a point lies from every mode."""
        offsets = np.asarray(points, "float64")[:, np.newaxis] - self.means
        variance = self.standard_deviation**2
        dimensions = self.means.shape[1]
        with np.errstate(divide="ignore"):  # a mode of weight 0 adds log 0 = -inf, which is right
            log_weights = np.log(self.weights) - dimensions / 2 * np.log(2 * np.pi * variance)
        return np.logaddexp.reduce(log_weights - (offsets**2).sum(axis=2) / (2 * variance), axis=1)


def ring(modes=8, radius=1.0, standard_deviation=0.01):
    """Modes at equal angles on a circle round the origin, the first at (radius, 0); all of them distinct."""
    angles = np.linspace(0, 2 * np.pi, modes, endpoint=False)
    return Mixture(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1), standard_deviation)


def grid(side=5, spacing=2.0, standard_deviation=0.05):
    """Modes on a square lattice round the origin: by default 25, at {-4, -2, 0, 2, 4} squared."""
    places = spacing * (np.arange(side) - (side - 1) / 2)
    return Mixture(np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2), standard_deviation)


def gaussian_1d(mean=2.0, standard_deviation=0.5):
    """One Gaussian on the line, as in Figure 1 of Goodfellow et al. (2014), which gives no numbers.

    Its mean is not 0, so that an untrained generator, whose outputs lie round 0, has some way to go.
    """
    return Mixture([[mean]], standard_deviation)


def sampled_dataset(name, mixture):
    """A data set of `mixture`: the function from a split to its Examples, with the modes as labels.

    "train" is 100,000 points, "test" 10,000 others.
    """

    def examples(split="train"):
        if split not in SPLITS:
            raise ValueError(nearest("split", split, SPLITS))
        points, modes = mixture.sample(SPLITS[split], seed=list(SPLITS).index(split))
        return Examples(points, modes, num_classes=len(mixture.means), name=name, mixture=mixture)

    examples.__name__ = name
    return examples
